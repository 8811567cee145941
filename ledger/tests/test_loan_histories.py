"""Random histories of loans: given, paid, settled, reversed, taken back - and after every step the books hold."""

import datetime
from decimal import Decimal as D
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Customer, Lender
from ledger import settlement
from ledger.actions import Refused, record_payment, reverse_payment, settle_early, take_back_loan
from ledger.loans import settlement_of
from ledger.models import BALANCE, Disbursement, Due, Payment, total
from ledger.proof import differences
from ledger.tests.loans import give

TODAY = datetime.date(2024, 6, 15)
STEPS = st.lists(
    st.tuples(st.sampled_from(["give", "pay", "settle", "reverse", "back"]), st.integers(0, 9), st.integers(1, 40_000)),
    min_size=3,
    max_size=14,
)


def step(customer: Customer, act: str, which: int, size: int) -> None:
    """One act; what the books refuse they leave as they were."""
    loans = list(Disbursement.objects.of(customer).standing().order_by("id"))
    payments = list(Payment.objects.of(customer).exclude(kind="reversal").order_by("id"))
    if act == "give":
        part = D(size) / 100
        give(customer, (f"{part}", "1.23"), (f"{part}", "0.61"), amount=f"{2 * part}", reference=f"loan-{which}")
    elif act == "pay":
        record_payment(Payment(customer=customer, amount=D(size) / 100, received_on=TODAY))
    elif act == "reverse" and payments:
        reverse_payment(payments[which % len(payments)])
    elif act == "back" and loans:
        take_back_loan(loans[which % len(loans)])
    elif act == "settle" and loans:
        loan = loans[which % len(loans)]
        told = settlement_of(loan, datetime.date(2024, 1, 15))
        settle_early(loan, Payment(customer=customer, amount=told.amount, received_on=datetime.date(2024, 1, 15)))
        assert not Due.objects.of(customer).filter(loan=loan).unpaid().exists()


def hold(customer: Customer) -> None:
    """What is owed is what was raised, less what came and was let off."""
    dues = Due.objects.of(customer).aggregate(whole=total("amount"), paid=total("paid"), off=total("forgiven"))
    money = sum((row.amount for row in Payment.objects.of(customer).money()), D(0))
    let_off = sum((row.amount for row in Payment.objects.of(customer) if not row.is_money), D(0))
    assert (dues["paid"], dues["off"]) == (money - Payment.objects.of(customer).held(), let_off)
    assert Due.objects.of(customer).aggregate(open=total(BALANCE))["open"] == dues["whole"] - dues["paid"] - let_off
    principal = Due.objects.of(customer).filter(loan__isnull=False, kind="principal").aggregate(all=total("amount"))
    assert principal["all"] == sum((loan.amount for loan in Disbursement.objects.of(customer)), D(0))
    assert list(differences()) == []


def play(customer: Customer, steps: Any) -> None:
    with transaction.atomic(), mock.patch.object(Lender, "today", lambda self: TODAY):
        for one in steps:
            try:
                with transaction.atomic():
                    step(customer, *one)
            except Refused:
                pass
            hold(customer)
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.django_db
def test_every_random_history_of_loans_holds(lender: Lender, asha: Customer) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(STEPS)
    def histories(steps: Any) -> None:
        play(asha, steps)

    histories()


@pytest.mark.django_db
def test_a_planted_bug_is_found(lender: Lender, asha: Customer) -> None:
    """A rule that leaves the later interest unpaid and not let off either."""
    genuine = settlement.settlement

    def forgets(parts: Any, day: datetime.date) -> Any:
        return settlement.Settlement(genuine(parts, day).paid, ())

    with mock.patch("ledger.loans.settlement", forgets), pytest.raises(AssertionError):
        play(asha, [("give", 1, 10_000), ("settle", 0, 1)])
