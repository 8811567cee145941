"""The story told in docs/ledger.md is true."""

import datetime
import doctest
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from accounts.models import Customer
from ledger.actions import add_due, record_payment, reverse_payment
from ledger.models import Due, Payment
from ledger.proof import differences

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"


def books(customer: Customer) -> None:
    dues = [f"{due.month:%Y-%m} due {due.amount} paid {due.paid}" for due in Due.objects.of(customer)]
    print(" | ".join([*dues, f"held {Payment.objects.of(customer).held():.2f}"]))  # noqa: T201  the story reads it


@pytest.mark.django_db
@time_machine.travel("2024-07-20", tick=True)
def test_the_story_of_the_ledger_document_is_true() -> None:
    known = {
        "asha": Customer.objects.create(id=101, name="Asha"),
        "books": books,
        "check_books": lambda: list(differences()),
        "date": datetime.date,
        **{noun.__name__: noun for noun in (Decimal, Due, Payment, add_due, record_payment, reverse_payment)},
    }
    result = doctest.testfile(str(DOCUMENT), module_relative=False, globs=known)
    assert result.attempted >= 14
    assert result.failed == 0
