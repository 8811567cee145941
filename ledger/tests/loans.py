"""Loans for tests: 300.00 in three instalments with 6.02 of interest."""

import datetime
from decimal import Decimal as D
from typing import Any

from accounts.models import Customer
from ledger.actions import give_loan, settle_early
from ledger.models import Disbursement, Due, Payment
from ledger.months import add_months, last_day

JANUARY = datetime.date(2024, 1, 1)
GIVEN = datetime.date(2023, 12, 31)
FEBRUARY_10 = datetime.date(2024, 2, 10)
THREE = (("99.01", "3.00"), ("100.00", "2.01"), ("100.99", "1.01"))


def dues_of(*parts: tuple[str, str]) -> list[Due]:
    """Principal and interest month by month from January on."""
    rows = []
    for number, (principal, interest) in enumerate(parts):
        month = add_months(JANUARY, number)
        told: dict[str, Any] = {"month": month, "due_on": last_day(month)}
        rows.append(Due(kind="principal", amount=D(principal), **told))
        if D(interest):
            rows.append(Due(kind="interest", amount=D(interest), **told))
    return rows


def give(customer: Customer, *parts: tuple[str, str], amount: str = "300", **more: Any) -> Disbursement:
    told = {"paid_on": GIVEN, "reference": "loan-1", **more}
    return give_loan(Disbursement(customer=customer, amount=D(amount), **told), dues_of(*(parts or THREE)))


def balances(customer: Customer) -> list[str]:
    return [f"{due.balance:.2f}" for due in Due.objects.of(customer).order_by("month", "kind")]


def settle(loan: Disbursement, amount: str, on: datetime.date, **more: Any) -> Payment:
    payment = Payment(customer_id=loan.customer_id, amount=D(amount), received_on=on, recorded_by="m1", **more)
    return settle_early(loan, payment)
