"""What settles a loan early on a day, and the act that settles it."""

import datetime
from decimal import Decimal as D

import pytest
import time_machine

from accounts.models import Customer, Lender
from ledger.actions import Refused, add_due, forgive_due, reverse_payment
from ledger.loans import settlement_of
from ledger.models import Disbursement, Due, Payment
from ledger.proof import differences
from ledger.settlement import OpenPart, settlement
from ledger.tests.loans import FEBRUARY_10, balances, give, settle
from ledger.tests.test_lending import last_told

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan(lender: Lender, asha: Customer) -> Disbursement:
    return give(asha)


def test_interest_of_the_day_itself_is_paid_and_principal_always_is() -> None:
    day = datetime.date(2024, 1, 31)
    rows = [("interest", 0, 3), ("interest", 1, 5), ("principal", 0, 100), ("principal", 30, 200), ("interest", -40, 7)]
    parts = [OpenPart(n, kind, day + datetime.timedelta(late), D(sum_)) for n, (kind, late, sum_) in enumerate(rows)]
    told = settlement(parts, day)
    assert [part.due for part in told.paid] == [4, 0, 2, 3]
    assert (told.amount, told.interest, told.let_off) == (310, 10, 5)


def test_all_principal_and_the_interest_fallen_due_settle_a_loan(loan: Disbursement, asha: Customer) -> None:
    told = settlement_of(loan, FEBRUARY_10)
    assert (told.amount, told.interest, told.let_off) == (D("303.00"), D("3.00"), D("3.02"))
    assert settlement_of(loan, datetime.date(2024, 2, 29)).amount == D("305.01")
    assert settlement_of(loan, datetime.date(2024, 4, 1)).let_off == 0


def test_settling_pays_the_loans_own_dues_and_lets_the_later_interest_off(loan: Disbursement, asha: Customer) -> None:
    older = add_due(Due(customer=asha, month=datetime.date(2023, 5, 1), amount=D(10)))
    payment = settle(loan, "303", FEBRUARY_10, channel="cash")
    waiver = Payment.objects.of(asha).get(kind="waiver")
    assert (waiver.amount, waiver.received_on, waiver.recorded_by) == (D("3.02"), FEBRUARY_10, "m1")
    assert f"settled early by payment {payment.pk}" in waiver.note
    assert set(balances(asha)) == {"10.00", "0.00"}  # what another due owes is owed still
    assert older.balance == 10
    act, facts = last_told()
    assert (act, facts["loan"], facts["amount"], facts["let_off"]) == ("settle_early", loan.pk, "303.00", "3.02")
    with pytest.raises(Refused, match="Nothing is to be paid"):
        settle(loan, "303", FEBRUARY_10)
    assert list(differences()) == []


def test_a_bounced_settlement_opens_the_loan_again_with_its_interest(loan: Disbursement, asha: Customer) -> None:
    settled = settle(loan, "303", FEBRUARY_10)
    waiver = Payment.objects.of(asha).get(kind="waiver")
    mirror = reverse_payment(settled, by="m1", note="cheque bounced")
    assert balances(asha) == ["3.00", "99.01", "2.01", "100.00", "1.01", "100.99"]
    act, facts = last_told()
    assert (act, facts["payment"], facts["reverses"], facts["waiver"]) == (
        "reverse_payment",
        mirror.pk,
        settled.pk,
        waiver.pk,
    )
    assert settlement_of(loan, FEBRUARY_10).amount == D(303)
    assert list(differences()) == []


def test_interest_that_was_opened_by_hand_stays_open_and_the_money_is_reversed_alone(
    loan: Disbursement, asha: Customer
) -> None:
    settled = settle(loan, "303", FEBRUARY_10)
    reverse_payment(Payment.objects.of(asha).get(kind="waiver"))
    reverse_payment(settled)
    assert Payment.objects.of(asha).filter(kind="reversal").count() == 2
    settle(loan, "303", FEBRUARY_10)
    assert set(balances(asha)) == {"0.00"}
    assert list(differences()) == []


def test_two_clicks_settle_once_and_another_amount_never(loan: Disbursement, asha: Customer) -> None:
    with pytest.raises(Refused, match=r"On Feb 10, 2024 \$303.00 settles this loan, not \$302.99"):
        settle(loan, "302.99", FEBRUARY_10)
    with pytest.raises(Refused, match=r"given on \w+ \d+, 202\d; nothing settled it before"):
        settle(loan, "300", datetime.date(2023, 12, 1))
    first = settle(loan, "303", FEBRUARY_10, key="k" * 20)
    assert settle(loan, "303", FEBRUARY_10, key="k" * 20) == first
    assert Payment.objects.of(asha).count() == 2


@time_machine.travel("2024-03-01", tick=True)
def test_a_day_in_the_past_lets_off_no_more_than_one_person_may_waive(loan: Disbursement, asha: Customer) -> None:
    """Of the interest, 3.02 falls due after 10 February; 2.01 of that by 1 March."""
    Lender.objects.update(waive_alone=D(2))
    with pytest.raises(Refused, match=r"\$2.01 of the interest that this lets off has fallen due by today"):
        settle(loan, "303", FEBRUARY_10)
    assert not Payment.objects.exists()
    overdue = Due.objects.of(asha).get(kind="interest", month=datetime.date(2024, 2, 1))
    forgive_due(overdue, Payment(customer=asha, amount=D("0.01"), kind="waiver"))
    settle(loan, "303", FEBRUARY_10)
    assert set(balances(asha)) == {"0.00"}
    assert list(differences()) == []


@time_machine.travel("2024-02-10", tick=True)
def test_interest_still_to_come_is_let_off_whatever_one_person_may_waive(loan: Disbursement, asha: Customer) -> None:
    Lender.objects.update(waive_alone=D(0))
    settle(loan, "303", FEBRUARY_10)
    assert Payment.objects.of(asha).get(kind="waiver").amount == D("3.02")


def test_a_loan_without_interest_to_come_is_settled_without_a_waiver(lender: Lender, asha: Customer) -> None:
    loan = give(asha, ("300", "0"))
    settle(loan, "300", FEBRUARY_10)
    assert not Payment.objects.filter(kind="waiver").exists()
    assert list(differences()) == []
