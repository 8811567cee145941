"""Ask for credit: what is approved gives at once, what is declined says why and what would change it."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from credit.actions import ask, file_decision, withdraw
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.tests.asked import D, latest, owing, policy, request_of, this_month
from credit.wording import no_model_words
from ledger.actions import Refused
from ledger.models import Due
from ledger.proof import differences

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def middle_of_a_month():
    """What falls due this month is still to come; "a year" is the one that the figures are written for."""
    with time_machine.travel("2026-11-21T12:00Z", tick=True):
        yield


def given(request):
    return list(Due.objects.filter(customer=request.customer_id, reference=f"credit-{request.pk}"))


def test_who_paid_four_fifths_is_approved_and_the_due_is_there_at_once(asha):
    owing(asha, "100.00", "60.00")
    request = request_of(asha, "250.00", month=this_month(1))
    decision = ask(request)
    assert (decision.verdict, decision.score, decision.threshold) == ("approved", D(80), D(80))
    (due,) = given(request)
    assert (due.month, due.amount, due.kind) == (this_month(1), D("250.00"), "principal")
    assert request.state == "approved"
    assert list(differences()) == []


def test_one_coin_less_is_declined_with_its_reason_and_the_coin(asha):
    owing(asha, "100.00", "59.99")
    request = request_of(asha)
    decision = ask(request)
    assert (decision.verdict, decision.score) == ("declined", D("79.995"))
    assert decision.reasons[0]["text"] == ("Of $200.00 that fell due, $159.99 is paid: 79.99%. 80% is needed.")
    assert [(change["pay"], change["text"]) for change in decision.changes] == [("0.01", "Pay $0.01 more.")]
    assert given(request) == []


def test_without_history_a_manager_decides(asha):
    request = request_of(asha)
    decision = ask(request)
    assert (decision.verdict, request.state) == ("referred", "waiting")
    assert [reason["text"] for reason in decision.reasons] == ["No due has fallen due yet."]
    assert decision.changes == []
    assert given(request) == []


def test_no_model_refers_and_the_policy_may_let_the_average_decide(asha):
    owing(asha, "100.00", "90.00")
    first = request_of(asha, method="model")
    assert ask(first).verdict == "referred"
    kept = latest(first)
    assert (kept.method, kept.score, no_model_words(kept.figures)) == ("average", D("0.95"), "No model is active.")
    assert [reason["text"] for reason in kept.reasons] == [
        "No trained model may judge this yet, so a manager decides.",
        "On average 95% of a year's dues is paid, over one year. 80% is needed.",
    ]
    withdraw(first, "c101")
    policy(without_model="average")
    second = request_of(asha, method="model")
    decision = ask(second)
    assert (decision.method, decision.verdict) == ("average", "approved")
    assert given(second)


def test_the_credit_limit_holds_what_is_owed_and_what_is_asked(asha):
    asha.credit_limit = D("300.00")
    asha.save()
    owing(asha, "100.00", "100.00", "80.00")
    assert ask(request_of(asha, "280.00")).verdict == "approved"
    second = ask(request_of(asha, "0.01"))
    assert second.verdict == "declined"
    assert second.reasons[0]["text"] == ("With $300.00 that is owed already it would be $300.01; the limit is $300.00.")
    assert second.changes[0]["text"] == "Pay $0.01 more."


def test_a_bound_on_one_request_says_what_to_ask_for(asha):
    policy(largest_amount=D(200))
    owing(asha, "100.00")
    decision = ask(request_of(asha, "200.01"))
    assert decision.verdict == "declined"
    assert [change["text"] for change in decision.changes] == ["Ask for $200.00 or less."]
    assert ask(request_of(asha, "200.00")).verdict == "approved"


def test_the_same_form_twice_is_one_request(asha):
    owing(asha, "100.00")
    first = ask(request_of(asha, key="a form's random key"))
    again = ask(request_of(asha, key="a form's random key"))
    assert again == first
    assert CreditRequest.objects.of(asha).count() == 1
    with pytest.raises(Refused, match="already used"):
        ask(request_of(asha, "51.00", key="a form's random key"))


def test_another_customer_may_use_the_same_key(asha, bo):
    for customer in (asha, bo):
        ask(request_of(customer, key="a form's random key"))
    assert CreditRequest.objects.count() == 2


def test_only_one_request_waits_at_a_time(asha):
    first = request_of(asha)
    ask(first)
    with pytest.raises(Refused, match="waits for a decision already"):
        ask(request_of(asha, "51.00"))
    withdraw(first, "c101")
    assert ask(request_of(asha, "51.00")).verdict == "referred"


def test_what_is_decided_cannot_be_withdrawn(asha):
    owing(asha, "100.00")
    request = request_of(asha)
    ask(request)
    with pytest.raises(Refused, match="already approved"):
        withdraw(request, "c101")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"amount": "0"}, "An amount lies between"),
        ({"amount": "NaN"}, "An amount lies between"),
        ({"amount": "1.005"}, "more than 2 decimals"),
        ({"month": datetime.date(2020, 1, 1)}, "not 2020-01"),
        ({"method": "model"}, "decides by total amount paid"),
        ({"method": "stars"}, "not by 'stars'"),
        ({"instalments": 2}, "in 1 to 1 instalments"),
        ({"instalments": 0}, "in 1 to 1 instalments"),
    ],
)
def test_what_does_not_fit_is_refused(asha, told, sentence):
    policy(methods="percentage")
    with pytest.raises(Refused, match=sentence):
        ask(request_of(asha, **told))
    assert not CreditRequest.objects.exists()


def test_a_manager_overrides_and_the_money_is_given_once(asha):
    request = request_of(asha)
    first = ask(request)

    def override(verdict, overridden, by="m1"):
        return file_decision(
            Decision(
                customer=asha, request=request, method=first.method, verdict=verdict, threshold=first.threshold,
                policy=first.policy, as_of=first.as_of, overrides=overridden, decided_by=by, reason="Known for years",
            )
        )  # fmt: skip

    declined = override("declined", first)
    assert given(request) == []
    with pytest.raises(Refused, match="decided anew meanwhile"):
        override("approved", first)
    override("approved", declined, "m4")
    assert len(given(request)) == 1
    with pytest.raises(Refused, match="already approved"):
        override("approved", declined)
    assert len(given(request)) == 1


def test_a_decision_keeps_the_policy_it_was_made_under(asha):
    owing(asha, "70.00")
    before = ask(request_of(asha))
    policy(threshold=D(70))
    after = ask(request_of(asha))
    assert (before.verdict, after.verdict) == ("declined", "approved")
    before.reread()
    assert (before.policy.threshold, after.policy.threshold) == (D(80), D(70))


def test_a_policy_of_tomorrow_is_not_in_force(asha):
    tomorrow = this_month().today() + datetime.timedelta(2)
    CreditPolicy.objects.create(starts_on=tomorrow, made_by="m1", threshold=D(1))
    owing(asha, "70.00")
    assert ask(request_of(asha)).verdict == "declined"


def test_the_audit_trail_tells_what_was_asked_decided_and_raised(asha):
    owing(asha, "100.00")
    number = AuditEntry.objects.filter(customer=asha).count()
    ask(request_of(asha))
    acts = AuditEntry.objects.filter(customer=asha, number__gt=number).order_by("number").values_list("act", flat=True)
    assert list(acts) == ["ask_credit", "decide_credit", "give_loan"]


def test_the_database_holds_one_approval_and_one_waiting_request(asha):
    owing(asha, "100.00")
    request = request_of(asha)
    first = ask(request)
    told = {
        "customer": asha, "request": request, "method": "percentage", "threshold": D(80), "policy": first.policy,
        "as_of": first.as_of, "overrides": first, "decided_by": "m1", "reason": "again",
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=r"decision_approves_once|UNIQUE"), transaction.atomic():
        Decision.objects.create(verdict="approved", **told)
    with pytest.raises(IntegrityError, match="decision_override_has_author_and_reason"), transaction.atomic():
        Decision.objects.create(verdict="declined", **told | {"reason": ""})
    with pytest.raises(IntegrityError, match="decision_is_never_confirmed_by_its_author"), transaction.atomic():
        Decision.objects.create(verdict="declined", confirmed_by="m1", **told)
