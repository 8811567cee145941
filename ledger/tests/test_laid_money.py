"""Money that an act laid on chosen dues stays there when a late fee spreads other money anew."""

import datetime
from decimal import Decimal as D
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import Customer, Lender
from ledger.actions import add_due, charge_off_overdue, record_payment, record_recovery
from ledger.charging import charge_late_fees
from ledger.models import Due, Payment
from ledger.proof import differences
from ledger.tests.loans import JANUARY, give, settle

pytestmark = pytest.mark.django_db
DECEMBER = datetime.date(2023, 12, 1)


def day(number: int, month: int = 1) -> datetime.date:
    return datetime.date(2024, month, number)


@pytest.fixture(autouse=True)
def policy(lender: Lender) -> None:
    Lender.objects.update(late_fee_kind="flat", late_fee_amount=D(5), late_fee_grace_days=3, late_fee_from=JANUARY)


def settled(asha: Customer) -> Payment:
    return settle(give(asha), "300", day(20))


def came_back(asha: Customer) -> Payment:
    add_due(Due(customer=asha, month=JANUARY, amount=D(100)))
    charge_off_overdue(Payment(customer=asha, amount=D(100), received_on=day(31)))
    return record_recovery(Payment(customer=asha, amount=D(100), received_on=day(10, 2)))


def open_after_the_fee_of_an_older_due(asha: Customer) -> list[tuple[str, D]]:
    older = add_due(Due(customer=asha, month=DECEMBER, due_on=day(10), amount=D(100), reference="older"))
    (fee,) = charge_late_fees(asha.pk, day(12, 2))
    assert (fee.due_on, fee.reference) == (day(14), f"late-{older.pk}")
    assert list(differences()) == []
    return sorted((due.reference, due.balance) for due in Due.objects.of(asha).unpaid())


@pytest.mark.parametrize("laid", [settled, came_back])
def test_a_late_fee_takes_no_laid_money_away(laid, asha: Customer) -> None:
    payment = laid(asha)
    before = list(payment.allocations.values())
    (fee, owed), (older, left) = open_after_the_fee_of_an_older_due(asha)
    assert (fee.startswith("late-"), owed, older, left) == (True, D(5), "older", D(100))
    assert list(payment.allocations.values()) == before


@pytest.mark.parametrize("laid", [settled, came_back])
def test_without_its_mark_the_money_would_leave_its_dues(laid, asha: Customer) -> None:
    laid(asha)
    Payment.objects.of(asha).update(laid=False)
    assert "older" not in dict(open_after_the_fee_of_an_older_due(asha))


def test_money_laid_before_there_was_a_mark_is_marked_and_no_other(asha: Customer) -> None:
    laid = {came_back(asha).pk, settle(give(asha, ("300", "0")), "300", day(20)).pk}
    record_payment(Payment(customer=asha, amount=D(7)))
    Payment.objects.of(asha).update(laid=False)
    import_module("ledger.migrations.0009_laid_money").mark(apps, connection.schema_editor())
    assert set(Payment.objects.of(asha).filter(laid=True).values_list("pk", flat=True)) == laid
