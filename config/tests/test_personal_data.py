"""Nobody adds a model, or a word to one, without saying what becomes of it when its customer asks."""

from unittest import mock

import pytest
from django.apps import apps
from django.db import models

from accounts.holdings import holdings, unnamed
from accounts.models import Customer, CustomerOwned


def everything() -> list[type[models.Model]]:
    return [one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy]


@pytest.mark.once
def test_of_every_word_somebody_said_what_becomes_of_it() -> None:
    assert list(unnamed(everything(), list(holdings()))) == []


@pytest.mark.once
def test_the_control_a_model_or_a_word_that_nobody_named_is_found() -> None:
    told = list(holdings())
    assert list(unnamed(everything(), [one for one in told if one.model != "ledger.Payment"])) == [
        "ledger.Payment: name it in a personal.py"
    ]
    word = models.CharField(max_length=9, name="nickname")
    word.attname = word.column = "nickname"
    with mock.patch.object(Customer._meta, "concrete_fields", (*Customer._meta.concrete_fields, word)):
        assert list(unnamed(everything(), told)) == [
            "accounts.Customer.nickname: say whether it is kept or erased, and why"
        ]
    assert list(unnamed([], told[:1])) == ["accounts.Customer: is named, and there is no such model"]


@pytest.mark.once
def test_every_fate_has_its_reason_and_every_row_of_a_customers_can_be_asked_for() -> None:
    for one in holdings():
        assert one.why
        assert all(fate.why for fate in one.fates.values())
        if one.whose:
            str(one.of(101).query)
        elif issubclass(one.noun, CustomerOwned):
            raise AssertionError(f"{one.model} is a customer's, so say whose")
