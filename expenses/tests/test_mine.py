"""What the notebook holds of its owner: said, handed out whole, and erased for the owner's password alone."""

import base64
import json
from unittest import mock

import pytest
from django.contrib.auth.hashers import check_password

from accounts.tests.cast import PASSWORD
from expenses.models import Expense
from expenses.own_data import nouns
from expenses.tests import canaries
from expenses.tests.canaries import WORD
from expenses.tests.test_notebook import entry_of
from ledger.models import Payment


@pytest.fixture
def filled(asha):
    return canaries.fill(asha)


def rows(owner):
    return {model.__name__: model._default_manager.filter(customer=owner).count() for model in nouns()}


def test_the_page_says_what_is_kept_and_who_could_still_read_it(as_asha, asha, filled):
    page = as_asha.get("/expenses/mine/").content.decode()
    assert "Expenses" in page and "Receipts" in page
    assert "It is not encrypted in the database. Whoever runs the server" in page


def test_the_download_holds_every_row_and_field(as_asha, asha, filled):
    answer = as_asha.get("/expenses.json")
    told = json.loads(b"".join(answer.streaming_content))
    assert "attachment" in answer["Content-Disposition"]
    assert set(told) == {model._meta.model_name for model in nouns()}
    for model in nouns():
        (row,) = told[model._meta.model_name]
        fields = {field.attname for field in model._meta.concrete_fields} - {"customer_id"}
        assert set(row) == fields
    assert base64.b64decode(told["receipt"][0]["content"]).decode() == WORD
    assert told["expense"][0]["amount"] == "91827.36"


def test_an_empty_notebook_is_an_empty_download(as_asha):
    told = json.loads(b"".join(as_asha.get("/expenses.json").streaming_content))
    assert told and not any(told.values())


def test_erasing_takes_the_whole_notebook_and_nothing_else(as_asha, asha, bo, filled):
    entry_of(bo)
    before = rows(bo)
    page = as_asha.get("/expenses/mine/erase/").content.decode()
    assert "nobody can bring it back" in page and "Expenses" in page
    answer = as_asha.post("/expenses/mine/erase/", {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/expenses/")
    assert not any(rows(asha).values()) and rows(bo) == before
    assert asha.name in as_asha.get("/profile/").content.decode() and Payment.objects.count() == 0


@pytest.mark.parametrize("password", ["", "wrong", "\x00"])
def test_without_the_password_nothing_is_erased(as_asha, asha, filled, password):
    before = rows(asha)
    answer = as_asha.post("/expenses/mine/erase/", {"password": password})
    assert answer.status_code == 422 and rows(asha) == before


def test_wrong_passwords_are_counted_before_they_are_hashed(as_asha, asha, filled, monkeypatch):
    hashed = mock.Mock(wraps=check_password)
    monkeypatch.setattr("accounts.models.people.check_password", hashed)
    answers = [as_asha.post("/expenses/mine/erase/", {"password": f"wrong {number}"}) for number in range(14)]
    assert hashed.call_count == 10 and "Too many attempts" in answers[-1].content.decode()
    assert as_asha.post("/expenses/mine/erase/", {"password": PASSWORD}).status_code == 422
    assert Expense.objects.of(asha).exists()


def test_staff_and_strangers_are_turned_away(as_mira, client, asha, filled):
    for path in ("/expenses/mine/", "/expenses/mine/erase/", "/expenses.json"):
        assert [as_mira.get(path).status_code, client.get(path).status_code] == [403, 302]
    as_mira.post("/expenses/mine/erase/", {"password": PASSWORD})
    assert all(rows(asha).values())
