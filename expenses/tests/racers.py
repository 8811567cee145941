"""What the processes of a race do at one notebook; `manage.py shell` runs them by name (ledger.tests.racing)."""

import datetime
import time
from collections.abc import Collection
from decimal import Decimal
from unittest import mock

from django.db import IntegrityError

from accounts.models import Customer, Lender
from expenses import actions
from expenses.models import Category, Expense
from ledger.tests.racers import say, together

DAY = datetime.date(2026, 1, 31)


def open_notebook(number: int) -> None:
    Lender.load()
    say(Customer.objects.create(id=number, name="Asha").pk)


def enter_at(folder: str, number: int, keys: list[str]) -> None:
    """From an agreed instant, one of three, enter a row for each key, in new categories; says which entry each is."""
    owner = Customer.objects.get(pk=number)
    time.sleep(max(0.0, together(folder, 3) - time.time()))
    entered, refused = {}, []
    for place, key in enumerate(keys):
        expense = Expense(customer=owner, day=DAY, amount=Decimal("0.10"), key=key)
        try:
            entered[key] = actions.enter(expense, f"category {place % 7}").pk
        except IntegrityError as error:
            refused.append(str(error)[:80])
    say({"entered": entered, "refused": refused})


def enter_unguarded_at(folder: str, number: int, keys: list[str]) -> None:
    """The same without the owner's lock."""

    def no_lock(customers: Collection[int]) -> None:
        """Let everyone pass."""

    with mock.patch.object(actions, "lock", no_lock):
        enter_at(folder, number, keys)


def notebook(number: int) -> None:
    rows = Expense.objects.filter(customer=number)
    names = list(Category.objects.filter(customer=number).values_list("name", flat=True))
    say({"rows": rows.count(), "sum": sum(row.amount for row in rows), "twice": len(names) - len(set(names))})
