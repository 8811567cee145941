"""A loan is given out with all its dues, settled early, or taken back while nothing of it is paid."""

import datetime
import json
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry, Customer, Lender
from ledger import approving
from ledger.actions import (
    NeedsSecond,
    Refused,
    add_due,
    change_due,
    forgive_due,
    give_loan,
    record_payment,
    reverse_payment,
    take_back_loan,
)
from ledger.charging import charge_late_fees
from ledger.models import Approval, Disbursement, Due, Payment
from ledger.months import last_day
from ledger.proof import differences
from ledger.tests.loans import FEBRUARY_10, GIVEN, JANUARY, balances, dues_of, give, settle
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def loan(lender: Lender, asha: Customer) -> Disbursement:
    return give(asha)


def last_told() -> tuple[str, dict[str, Any]]:
    entry = AuditEntry.objects.filter(customer=101).order_by("-number")[0]
    return entry.act, json.loads(entry.facts)


# --- Given --------------------------------------------------------------------------------------
def test_a_loan_is_given_with_its_dues_and_told_in_one_entry(loan: Disbursement, asha: Customer) -> None:
    assert balances(asha) == ["3.00", "99.01", "2.01", "100.00", "1.01", "100.99"]
    assert set(Due.objects.of(asha).values_list("reference", "loan")) == {("loan-1", loan.pk)}
    assert AuditEntry.objects.filter(customer=101).count() == 1
    facts = {
        "loan": loan.pk, "amount": "300.00", "paid_on": "2023-12-31", "reference": "loan-1", "dues": 6,
        "interest": "6.02", "first_on": "2024-01-31", "last_on": "2024-03-31",
    }  # fmt: skip
    assert last_told() == ("give_loan", facts)
    assert list(differences()) == []


def test_credit_that_waits_pays_the_first_instalment(lender: Lender, asha: Customer) -> None:
    record_payment(Payment(customer=asha, amount=D(50)))
    give(asha)
    assert balances(asha)[:2] == ["0.00", "52.01"]
    assert list(differences()) == []


def refused(customer: Customer, sentence: str, *parts: tuple[str, str], **more: Any) -> None:
    rows = Disbursement.objects.count(), Due.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refused, match=sentence):
        give(customer, *parts, **more)
    assert (Disbursement.objects.count(), Due.objects.count(), AuditEntry.objects.count()) == rows


def test_what_is_no_whole_loan_is_refused_and_leaves_nothing(lender: Lender, asha: Customer) -> None:
    refused(asha, r"bring back \$300.00 of \$301.00", amount="301")
    refused(asha, "amount lies between", amount="-300")
    refused(asha, "has a reference", reference=" ")
    refused(asha, "in the future", paid_on=lender.today() + datetime.timedelta(1))
    with pytest.raises(Refused, match="once each"):
        give_loan(Disbursement(customer=asha, amount=D(20), reference="a"), dues_of(("10", "0")) * 2)
    late_fee = Due(month=JANUARY, kind="fee", amount=D(1))
    with pytest.raises(Refused, match="principal and interest only"):
        give_loan(Disbursement(customer=asha, amount=D(10), reference="a"), [*dues_of(("10", "0")), late_fee])


def test_a_reference_is_used_once_by_one_customer_and_another_may_have_it(
    loan: Disbursement, asha: Customer, bo: Customer
) -> None:
    refused(asha, "already stands for loan")
    give(bo)
    with pytest.raises(IntegrityError, match="disbursement"), transaction.atomic():
        Disbursement.objects.create(customer=asha, amount=D(1), paid_on=GIVEN, reference="loan-1")


def test_a_due_that_has_the_reference_is_in_the_way(lender: Lender, asha: Customer) -> None:
    add_due(Due(customer=asha, month=JANUARY, amount=D(1), reference="loan-1"))
    refused(asha, "once each")


def test_a_closed_month_takes_no_loan(lender: Lender, asha: Customer) -> None:
    Lender.objects.update(closed_through=datetime.date(2024, 1, 31))
    refused(asha, "books are closed through")
    refused(asha, "books are closed through", paid_on=datetime.date(2024, 2, 1))


def test_the_principal_of_a_loan_is_let_off_and_not_corrected(loan: Disbursement, asha: Customer) -> None:
    principal = Due.objects.of(asha).get(month=JANUARY, kind="principal")
    with pytest.raises(Refused, match="part of a loan"):
        change_due(principal, amount=D(90))
    change_due(principal, due_on=datetime.date(2024, 2, 15))
    change_due(Due.objects.of(asha).get(month=JANUARY, kind="interest"), amount=D(2))
    forgive_due(principal, Payment(customer=asha, amount=D("9.01"), kind="waiver"))
    assert balances(asha)[:2] == ["2.00", "90.00"]
    assert list(differences()) == []


# --- Taken back ---------------------------------------------------------------------------------
def test_a_loan_given_by_mistake_leaves_no_due_and_frees_its_reference(loan: Disbursement, asha: Customer) -> None:
    mirror = take_back_loan(loan, by="m1", note="wrong customer")
    assert (mirror.amount, mirror.reverses_id, mirror.recorded_by) == (D(-300), loan.pk, "m1")
    assert balances(asha) == []
    act, facts = last_told()
    assert (act, facts["reverses"], facts["note"]) == ("take_back_loan", loan.pk, "wrong customer")
    with pytest.raises(Refused, match="taken back already"):
        take_back_loan(loan)
    with pytest.raises(Refused, match="There is no loan"):
        take_back_loan(mirror)
    give(asha)
    assert len(balances(asha)) == 6
    assert list(differences()) == []


def test_a_loan_of_which_something_is_paid_or_let_off_stays(loan: Disbursement, asha: Customer) -> None:
    paid = record_payment(Payment(customer=asha, amount=D(1)))
    with pytest.raises(Refused, match="filled already"):
        take_back_loan(loan)
    reverse_payment(paid)
    waiver = forgive_due(Due.objects.of(asha)[0], Payment(customer=asha, amount=D(1), kind="waiver"))
    with pytest.raises(Refused, match="filled already"):
        take_back_loan(loan)
    reverse_payment(waiver)
    take_back_loan(loan)
    assert list(differences()) == []


def test_a_loan_taken_back_leaves_no_late_fee_of_its_own_and_every_other(loan: Disbursement, asha: Customer) -> None:
    add_due(Due(customer=asha, month=JANUARY, amount=D(50)))
    Lender.objects.update(late_fee_kind="flat", late_fee_amount=D(5), late_fee_from=JANUARY)
    fees = charge_late_fees(asha.pk, datetime.date(2024, 2, 2))
    assert len(fees) == 3  # on the principal and the interest of January, and on the due beside the loan
    own = {f"late-{due.pk}" for due in Due.objects.of(asha).filter(loan=loan.pk)}
    fee = next(fee for fee in fees if fee.reference in own)
    waiver = forgive_due(fee, Payment(customer=asha, amount=D(1), kind="waiver"))
    with pytest.raises(Refused, match="of February 2024 is filled already"):
        take_back_loan(loan)
    reverse_payment(waiver)
    take_back_loan(loan)
    assert balances(asha) == ["50.00", "5.00"]
    assert charge_late_fees(asha.pk, datetime.date(2024, 2, 3)) == []
    assert list(differences()) == []


def test_a_closed_month_loses_no_loan(loan: Disbursement) -> None:
    Lender.objects.update(closed_through=datetime.date(2024, 1, 31))
    with pytest.raises(Refused, match="closed through Jan 31, 2024, and a due of this loan"):
        take_back_loan(loan)


def test_another_customers_loan_is_none(loan: Disbursement, bo: Customer) -> None:
    with pytest.raises(Refused, match="There is no loan"):
        take_back_loan(Disbursement(customer=bo, pk=loan.pk))


def test_above_the_lenders_amount_a_second_person_takes_it_back(loan: Disbursement, asha: Customer) -> None:
    Lender.objects.update(reverse_alone=D(299))
    with pytest.raises(NeedsSecond):
        take_back_loan(loan)
    request = approving.do_or_ask(approving.to_take_back(loan, "m1", "wrong customer"))
    assert isinstance(request, Approval)
    assert request.title == f"Take back loan {loan.pk}"
    with pytest.raises(Refused, match="Nobody confirms a request of his own"):
        approving.confirm(request, "m1")
    assert len(balances(asha)) == 6
    approving.confirm(request, "m4")
    assert balances(asha) == []
    assert Disbursement.objects.of(asha).get(reverses=loan.pk).recorded_by == "m1"
    assert list(differences()) == []
    Lender.objects.update(reverse_alone=D(300))
    take_back_loan(give(asha))


def test_one_confirmation_takes_back_no_other_loan(loan: Disbursement, asha: Customer) -> None:
    other = give(asha, reference="loan-2")
    Lender.objects.update(reverse_alone=D(299))
    request = approving.ask(approving.to_take_back(loan, "m1", "wrong"))
    Approval.objects.filter(customer=asha).update(loan=other.pk)
    request.reread()
    approving.confirm(request, "m4")
    assert Disbursement.objects.of(asha).get(pk=loan.pk).reversed is False


# --- Other lenders' cases -----------------------------------------------------------------------
def test_an_instalment_fills_its_interest_and_then_its_principal(lender: Lender, asha: Customer) -> None:
    """FL-REPAY-1: 89768.75 is paid on an instalment of 11250 and 78303."""
    rows = (("78303", "11250"), ("921697", "10369.09"))
    give(asha, *rows, amount="1000000")
    record_payment(Payment(customer=asha, amount=D("89768.75"), received_on=last_day(JANUARY), starting=JANUARY))
    interest, principal = Due.objects.of(asha).filter(month=JANUARY).order_by("kind")
    assert (interest.paid, principal.paid) == (D("11250.00"), D("78303.00"))
    assert sum(due.paid for due in Due.objects.of(asha)) == D("89768.75")


def test_what_a_payment_left_is_written_off(loan: Disbursement, asha: Customer) -> None:
    """FL-WOFF-1: 100 less than all is paid, the 100 are written off, and nothing is open."""
    whole = sum(due.balance for due in Due.objects.of(asha))
    record_payment(Payment(customer=asha, amount=whole - 100))
    (left,) = Due.objects.of(asha).unpaid()
    assert left.balance == 100
    forgive_due(left, Payment(customer=asha, amount=D(100), kind="charge_off"))
    assert not Due.objects.of(asha).unpaid().exists()
    assert list(differences()) == []


# --- Proofs, rules of the table, shards ---------------------------------------------------------
DAMAGES = {
    "UPDATE ledger_disbursement SET amount = amount + 1 WHERE id = {}": "a loan is not the principal that its dues",
    "UPDATE ledger_due SET amount = amount - 1 WHERE kind = 'principal' AND month = '2024-01-01' AND loan_id = {}": (
        "a loan is not the principal that its dues"
    ),
    "UPDATE ledger_disbursement SET reversed = true WHERE id = {}": "a loan and its mirror do not fit",
    "UPDATE ledger_due SET reference = 'other' WHERE loan_id = {}": "a due does not carry the reference of its loan",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_a_loan_is_named(damage: str, loan: Disbursement) -> None:
    assert list(differences()) == []
    with connection.cursor() as cursor:
        cursor.execute(damage.format(loan.pk))
    assert [line for line in differences() if line.startswith("customer 101") and DAMAGES[damage] in line]


def test_a_confirmed_request_that_took_no_loan_back_is_named(loan: Disbursement) -> None:
    Lender.objects.update(reverse_alone=D(299))
    request = approving.ask(approving.to_take_back(loan, "m1", "wrong"))
    approving.confirm(request, "m4")
    assert list(differences()) == []
    Approval.objects.filter(customer=101).update(loan=10**9)
    assert [line for line in differences() if "a confirmed request took no loan back" in line]


def test_every_act_on_a_loan_is_routed(lender: Lender, asha: Customer) -> None:
    with assert_routed() as seen:
        take_back_loan(give(asha))
        settle(give(asha), "303", FEBRUARY_10)
    assert len(seen) > 20
