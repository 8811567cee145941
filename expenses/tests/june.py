"""The fifteenth of June 2025, sixteen days before July, and what asha's notebook then holds."""

import datetime
from decimal import Decimal

import pytest
import time_machine

from expenses.tests.test_notebook import entry_of

D = Decimal
TODAY = datetime.date(2025, 6, 15)


@pytest.fixture
def june():
    with time_machine.travel(datetime.datetime(2025, 6, 15, 12, tzinfo=datetime.UTC), tick=False):
        yield TODAY


def on(month, day):
    return datetime.date(2025, month, day)


def spend(owner, day, amount, category="Food", **more):
    return entry_of(owner, day=day, amount=D(amount), category=category, **{"note": "", **more})


def earn(owner, day, amount, **more):
    return spend(owner, day, amount, "Work", kind="income", **more)


def text(answer):
    return " ".join(answer.content.decode().split())
