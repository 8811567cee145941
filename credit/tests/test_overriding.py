"""A manager decides in place of the rule, for a reason; above the policy's amount another one confirms."""

import pytest
from django.db import connection

from accounts.models import AuditEntry, Customer, Manager, User
from credit.actions import ask, override, to_approve, withdraw
from credit.models import CreditRequest, Decision
from credit.tests.asked import D, latest, owing, policy, request_of
from ledger import approving
from ledger.actions import NeedsSecond, Refused
from ledger.models import Approval, Disbursement
from ledger.proof import differences
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def referred(asha: Customer) -> CreditRequest:
    """100.00 by a customer without history; one manager may approve 80.00 alone."""
    policy(override_alone=D(80))
    request = request_of(asha, "100.00")
    assert ask(request).verdict == "referred"
    return request


def wanted(request: CreditRequest, by: str = "m1", reason: str = "Known for years") -> Approval:
    return to_approve(latest(request), request, by, reason)


def loans() -> int:
    return Disbursement.objects.count()


def test_exactly_the_amount_is_approved_alone_and_a_coin_more_waits(referred: CreditRequest, bo: Customer) -> None:
    asked = approving.do_or_ask(wanted(referred))
    assert isinstance(asked, Approval)
    assert (asked.title, loans()) == (f"Approve credit request {referred.pk}", 0)
    small = request_of(bo, "80.00")
    ask(small)
    assert isinstance(approving.do_or_ask(wanted(small)), approving.Done)
    decision = latest(small)
    assert (decision.verdict, decision.decided_by, decision.confirmed_by) == ("approved", "m1", "")
    assert loans() == 1
    assert list(differences()) == []


def test_another_manager_confirms_and_the_loan_is_given_once(referred: CreditRequest) -> None:
    asked = approving.ask(wanted(referred))
    approving.confirm(asked, "m4", "seen the shop")
    decision = latest(referred)
    assert (decision.verdict, decision.decided_by, decision.confirmed_by) == ("approved", "m1", "m4")
    assert (decision.reason, decision.overrides.verdict) == ("Known for years", "referred")
    assert loans() == 1
    with pytest.raises(Refused, match="already confirmed"):
        approving.confirm(asked, "m5")
    with pytest.raises(Refused, match="already approved"):
        override(decision, "approved", by="m5", reason="again")
    assert loans() == 1
    assert list(differences()) == []
    told = AuditEntry.objects.filter(customer=101).order_by("-number").values_list("act", flat=True)[:4]
    assert set(told) == {"ask_second_person", "confirmed_request", "decide_credit", "give_loan"}


def test_nobody_confirms_his_own_or_for_one_who_lost_the_right(referred: CreditRequest, mira: Manager) -> None:
    asked = approving.ask(wanted(referred, mira.login.username))
    with pytest.raises(Refused, match="Nobody confirms a request of his own"):
        approving.confirm(asked, mira.login.username)
    User.objects.filter(manager=mira).update(is_active=False)
    with pytest.raises(Refused, match="may not do this any more"):
        approving.confirm(asked, "m4")
    assert loans() == 0


def test_no_door_goes_round_the_second_person(referred: CreditRequest) -> None:
    """The guard stands in the act; a confirmation of another request, or of another decision, does not open it."""
    with pytest.raises(NeedsSecond):
        override(latest(referred), "approved", by="m1", reason="x")
    asked = approving.ask(wanted(referred))
    Approval.objects.filter(customer=101).update(parameters={"request": referred.pk, "overrides": 10**9})
    with pytest.raises(Refused, match="no such decision"):
        approving.confirm(asked, "m4")
    Approval.objects.filter(customer=101).update(amount=D("100.01"), parameters=wanted(referred).parameters)
    with pytest.raises(Refused, match="ask anew"):
        approving.confirm(asked, "m4")
    assert loans() == 0


def test_the_amount_of_today_counts_and_without_one_any_amount_goes(referred: CreditRequest) -> None:
    policy(override_alone=D(99))
    with pytest.raises(NeedsSecond):
        override(latest(referred), "approved", by="m1", reason="x")
    policy(override_alone=None)
    assert override(latest(referred), "approved", by="m1", reason="x").confirmed_by == ""


def test_declining_takes_nobody_besides_and_may_be_approved_later(referred: CreditRequest) -> None:
    with pytest.raises(Refused, match="Say why"):
        override(latest(referred), "declined", by="m1", reason=" ")
    with pytest.raises(Refused, match="approves or declines"):
        override(latest(referred), "referred", by="m1", reason="x")
    first = latest(referred)
    override(first, "declined", by="m1", reason="The shop is closed")
    referred.reread()
    assert referred.state == "declined"
    with pytest.raises(Refused, match="declined already"):
        override(latest(referred), "declined", by="m4", reason="x")
    with pytest.raises(Refused, match="decided anew meanwhile"):
        override(first, "approved", by="m4", reason="x")
    approving.confirm(approving.ask(wanted(referred)), "m4")
    assert (latest(referred).verdict, loans()) == ("approved", 1)
    assert list(differences()) == []


def test_what_was_withdrawn_meanwhile_is_not_confirmed(referred: CreditRequest) -> None:
    asked = approving.ask(wanted(referred))
    withdraw(referred, "c101")
    with pytest.raises(Refused, match="already withdrawn"):
        approving.confirm(asked, "m4")
    asked.reread()
    assert (asked.state, loans()) == ("waiting", 0)


def test_a_decline_of_the_rule_is_overridden_too(asha: Customer) -> None:
    owing(asha, "10.00")
    request = request_of(asha, "50.00")
    assert ask(request).verdict == "declined"
    override(latest(request), "approved", by="m1", reason="Harvest comes in May")
    assert loans() == 1


def test_overriding_is_routed(referred: CreditRequest) -> None:
    asked = approving.ask(wanted(referred))
    with assert_routed() as seen:
        approving.confirm(asked, "m4")
    assert len(seen) > 10


DAMAGES = {
    "UPDATE ledger_disbursement SET reference = 'gone'": "an approved request has no loan of its amount",
    "UPDATE credit_creditrequest SET state = 'declined'": "the state of a request is not what was decided last",
    "UPDATE ledger_approval SET made = made + 1": "a confirmed request approved no credit",
    "UPDATE ledger_approval SET state = 'refused'": "a second person stands for an approval that nobody confirmed",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named(damage: str, referred: CreditRequest) -> None:
    approving.confirm(approving.ask(wanted(referred)), "m4")
    assert list(differences()) == []
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert [line for line in differences() if line.startswith("customer 101") and DAMAGES[damage] in line]


def test_every_decision_of_a_manager_names_what_it_overrides(referred: CreditRequest) -> None:
    override(latest(referred), "declined", by="m1", reason="x")
    assert list(Decision.objects.of(referred.customer).values_list("overrides__verdict", flat=True)) == [
        "referred",
        None,
    ]
