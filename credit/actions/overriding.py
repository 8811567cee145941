"""A manager decides in place of the rule; above the policy's amount a second one confirms the approval."""

from django.utils.translation import gettext as _

from accounts.models import Lender
from accounts.transactions import one_transaction
from credit.actions.asking import file_decision, still_open
from credit.models import CreditPolicy, CreditRequest, Decision
from ledger.actions import Refused
from ledger.approving import Done
from ledger.models import Approval
from ledger.seconding import need_second_above

Verdict = Decision.Verdict


@one_transaction
def override(latest: Decision, verdict: str, *, by: str, reason: str) -> Decision:
    """Decide anew on the request of its latest decision. An approval gives; a decline takes nobody besides.

    Raises Refused where the request was decided or withdrawn meanwhile, and NeedsSecond for an approval above what one
    manager may give.
    """
    if not reason.strip():
        raise Refused(_("Say why, so that the decision can be understood later."))
    if verdict not in (Verdict.APPROVED, Verdict.DECLINED):
        raise Refused(_("A manager approves or declines."))
    today = Lender.load().today()
    decision = Decision(
        customer_id=latest.customer_id,
        request_id=latest.request_id,
        method=latest.method,
        verdict=verdict,
        threshold=latest.threshold,
        policy=latest.policy,
        model_id=latest.model_id,
        as_of=today,
        overrides=latest,
        decided_by=by,
        reason=reason,
    )
    row = still_open(decision)
    if verdict == Verdict.APPROVED:
        limit, told = CreditPolicy.on(today).override_alone, _told(latest)
        second = need_second_above(limit, Approval.Act.OVERRIDE, row.customer_id, row.amount, parameters=told)
        decision.confirmed_by = second
    elif latest.verdict == Verdict.DECLINED:
        raise Refused(_("It is declined already."))
    return file_decision(decision)


def to_approve(latest: Decision, request: CreditRequest, by: str, reason: str) -> Approval:
    """The request to approve against the rule; ledger.approving does it at once or files it."""
    return Approval(
        customer_id=latest.customer_id,
        act=Approval.Act.OVERRIDE,
        amount=request.amount,
        parameters=_told(latest),
        reason=reason,
        asked_by=by,
    )


def approve(wanted: Approval) -> Done:
    """What ledger.approving calls for such a request."""
    number = wanted.parameters["overrides"]
    latest = Decision.objects.filter(customer=wanted.customer_id, pk=number).select_related("policy").first()
    if latest is None or latest.request_id != wanted.parameters["request"]:
        raise Refused(_("There is no such decision."))
    done = override(latest, Verdict.APPROVED, by=wanted.asked_by, reason=wanted.reason)
    return Done(decision=done.pk)


def _told(latest: Decision) -> dict[str, int]:
    return {"request": latest.request_id, "overrides": latest.pk}
