"""An approval gives the loan with the dues of its schedule, under the terms of the policy it was decided by."""

import datetime

import pytest

from accounts.models import Customer, Lender
from credit.actions import ask, file_decision
from credit.giving import loan_of
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.offers import offer_of
from credit.tests.asked import D, owing, policy, request_of, this_month
from ledger.actions import Refused
from ledger.loans import sheet_of
from ledger.models import Disbursement, Due
from ledger.months import add_months, last_day
from ledger.proof import differences

pytestmark = pytest.mark.django_db
DECLINING = {"interest": "declining", "annual_rate": D(12), "longest_term": 12}


def dues_of(request: CreditRequest) -> list[Due]:
    return list(Due.objects.filter(customer=request.customer_id, loan__isnull=False).order_by("month", "-kind"))


def approved(customer: Customer, amount: str, **more: object) -> CreditRequest:
    owing(customer, "100.00")
    request = request_of(customer, amount, **more)
    assert ask(request).verdict == "approved"
    return request


def test_one_instalment_without_interest_is_one_due_in_the_month_asked(asha: Customer) -> None:
    request = approved(asha, "250.00", month=this_month(1))
    (due,) = dues_of(request)
    assert (due.month, due.due_on, due.amount) == (this_month(1), last_day(this_month(1)), D(250))
    loan = loan_of(request, asha)
    assert loan is not None
    assert (loan.amount, loan.reference, loan.recorded_by) == (D(250), f"credit-{request.pk}", "c101")


def test_instalments_bear_the_interest_of_the_policy(asha: Customer) -> None:
    policy(**DECLINING, due_day="first_of_next")
    request = approved(asha, "300.00", instalments=3, month=this_month(1))
    told = [(due.kind, due.month, due.due_on, due.amount) for due in dues_of(request)]
    months = [this_month(number) for number in (1, 2, 3)]
    parts = [("99.01", "3.00"), ("100.00", "2.01"), ("100.99", "1.01")]
    expected = []
    for month, (principal, interest) in zip(months, parts, strict=True):
        day = add_months(month, 1)
        expected += [("principal", month, day, D(principal)), ("interest", month, day, D(interest))]
    assert told == expected
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("interest", "whole"), [("none", "0.00"), ("flat", "9.00"), ("declining", "6.02"), ("equal_principal", "6.00")]
)
def test_each_kind_of_interest_is_given_as_it_was_offered(interest: str, whole: str, asha: Customer) -> None:
    rules = policy(interest=interest, annual_rate=D(0 if interest == "none" else 12), longest_term=3)
    offer = offer_of(request_of(asha, "300.00", instalments=3), rules, this_month())
    request = approved(asha, "300.00", instalments=3)
    sheet = sheet_of(Disbursement.objects.get(customer=asha), this_month())
    assert (offer.plan.total_interest, sheet.interest, sheet.principal) == (D(whole), D(whole), D(300))
    assert [row.amount for row in sheet.instalments] == [row.payment for row in offer.plan.rows]
    assert list(differences()) == []
    assert loan_of(request, asha) == sheet.loan


def test_the_terms_are_those_of_the_decision_and_not_of_the_day(asha: Customer) -> None:
    policy(**DECLINING)
    request = request_of(asha, "300.00", instalments=3)
    first = ask(request)
    policy(interest="none")
    told = {"method": first.method, "threshold": first.threshold, "policy": first.policy, "as_of": first.as_of}
    file_decision(
        Decision(
            customer=asha, request=request, verdict="approved", overrides=first, decided_by="m1", reason="x", **told
        )
    )
    assert sum(due.amount for due in dues_of(request) if due.kind == "interest") == D("6.02")


@pytest.mark.parametrize("rule", CreditPolicy.DueDay.values)
def test_a_first_month_that_is_over_is_the_month_in_which_money_is_given(rule: str, asha: Customer) -> None:
    rules = policy(due_day=rule, longest_term=2)
    later = datetime.date(this_month(3).year, this_month(3).month, 10)
    offer = offer_of(request_of(asha, "300.00", instalments=2), rules, later)
    assert [row.month for row in offer.plan.rows] == [this_month(3), this_month(4)]
    assert offer.plan.rows[0].due_on >= later


def test_a_yearly_rate_comes_with_the_offer(asha: Customer) -> None:
    rules = policy(**DECLINING)
    offer = offer_of(request_of(asha, "1200.00", instalments=12), rules, this_month())
    assert offer.yearly_rate is not None
    assert D(11) < offer.yearly_rate < D(14)
    assert offer_of(request_of(asha, "50.00"), policy(), this_month()).yearly_rate == 0


def test_an_offer_of_nothing_is_refused_with_a_sentence(asha: Customer) -> None:
    with pytest.raises(Refused, match="more than 0"):
        offer_of(request_of(asha, "0"), policy(), this_month())


def test_what_cannot_be_given_is_not_approved_either(asha: Customer) -> None:
    """The month is closed: neither the request nor its decision is kept."""
    owing(asha, "100.00")
    Lender.objects.update(closed_through=last_day(this_month()))
    with pytest.raises(Refused, match="books are closed"):
        ask(request_of(asha))
    assert not CreditRequest.objects.exists()
    assert not Disbursement.objects.exists()


def test_a_fixed_instalment_says_how_many_there_are_and_the_policy_how_many_may_be(asha: Customer) -> None:
    policy(**DECLINING)
    request = approved(asha, "300.00", instalment=D("120.00"))
    assert request.instalments == 3
    sheet = sheet_of(Disbursement.objects.get(customer=asha), this_month())
    assert [row.amount for row in sheet.instalments] == [D("120.00"), D("120.00"), D("65.48")]
    with pytest.raises(Refused, match="repaid in 1 to 12 instalments, not 13"):
        ask(request_of(asha, "300.00", instalment=D("24.80")))
    with pytest.raises(Refused, match="never pay back"):
        ask(request_of(asha, "300.00", instalment=D("3.00")))
    policy(interest="flat", annual_rate=D(12))
    with pytest.raises(Refused, match="fixed instalment bears interest"):
        ask(request_of(asha, "300.00", instalment=D("300.00")))


def test_the_same_form_with_a_fixed_instalment_is_one_request(asha: Customer) -> None:
    policy(**DECLINING)
    owing(asha, "100.00")
    told = {"key": "k" * 20, "instalment": D(120)}
    assert ask(request_of(asha, "300", **told)) == ask(request_of(asha, "300", **told))
    with pytest.raises(Refused, match="already used"):
        ask(request_of(asha, "300", key="k" * 20, instalment=D(121)))


def test_instalments_are_rounded_up_to_what_the_policy_says(asha: Customer) -> None:
    policy(**DECLINING, round_to=D(5))
    approved(asha, "300.00", instalments=3)
    sheet = sheet_of(Disbursement.objects.get(customer=asha), this_month())
    assert [row.amount for row in sheet.instalments][:2] == [D(105), D(105)]
    assert sheet.amount < 315
