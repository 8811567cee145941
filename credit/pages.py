"""What the customer's and the staff's pages of credit share: a request's decision, its points, the history."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from accounts.models import Customer
from credit.actions.asking import complete_request
from credit.giving import loan_of
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.offers import Offer, offer_of
from credit.wording import kept_change_words, no_model_words, percent, reason_words
from ledger.actions import Refused
from ledger.loans import sheet_of

ON_A_PAGE = 25


@dataclass(frozen=True)
class Points:
    """A model's points add up: base, those of the reasons, and all others together are the score."""

    base: int
    reasons: list[tuple[str, int, int]]
    others: int
    number: int
    total: int


Row = tuple[CreditRequest, Decision, str]


def history_of(customer: Customer, page: str) -> tuple[Page[CreditRequest], list[Row]]:
    """The requests of one page, newest first, each with its latest decision and why; three queries for any number."""
    found = Paginator(CreditRequest.objects.of(customer), ON_A_PAGE).get_page(page)
    rows = list(found.object_list)
    decisions = Decision.objects.of(customer).filter(request__in=rows).order_by("id")
    latest = {decision.request_id: decision for decision in decisions}
    return found, [(row, latest[row.pk], in_short(latest[row.pk])) for row in rows]


def in_short(decision: Decision) -> str:
    """Why, in one sentence. What a model's approval lost points by is no reason for it."""
    if decision.reason:
        return decision.reason
    if decision.verdict == Decision.Verdict.APPROVED and decision.points is not None and decision.score is not None:
        told = {"chance": percent(decision.score * 100), "needed": percent(decision.threshold * 100)}
        return _("The chance of repaying is %(chance)s; %(needed)s is needed.") % told
    return reason_words(decision.reasons[0]) if decision.reasons else ""


def decision_context(request: CreditRequest, today: datetime.date) -> dict[str, Any]:
    """The rule's own decision and the one that stands now, and what was given or would be given today."""
    customer = request.customer
    *_, latest = decisions = list(
        Decision.objects.of(customer).filter(request=request).select_related("policy").order_by("id")
    )
    first = decisions[0]
    loan = loan_of(request, customer)
    return {
        "asked": request,
        "decision": first,
        "latest": latest,
        "score": None if first.percent is None else percent(first.percent),
        "needed": percent(first.threshold if first.method == Decision.Method.PERCENTAGE else first.threshold * 100),
        "reasons": [reason_words(reason) for reason in first.reasons],
        "changes": [kept_change_words(change) for change in first.changes],
        "points": points_of(first),
        "refers": _refers(first),
        "no_model": no_model_words(first.figures),
        "today": today,
        "sheet": sheet_of(loan, today) if loan else None,
        "offer": offer_if_any(request, latest, loan.paid_on if loan else today),
    }


def cost_of(wanted: CreditRequest, policy: CreditPolicy, today: datetime.date) -> Offer:
    """What an unsaved request would be repaid in, if it were approved today. Raises Refused as asking would."""
    complete_request(wanted, policy, today)
    return offer_of(wanted, policy, today)


def offer_if_any(request: CreditRequest, latest: Decision, given_on: datetime.date) -> Offer | None:
    """Under the rules that it was decided by; none where they make no loan of it any more."""
    if request.state == CreditRequest.State.WITHDRAWN:
        return None
    try:
        return offer_of(request, latest.policy, given_on)
    except Refused:
        return None


def _refers(decision: Decision) -> bool:
    """Whether the rule by itself, without the bounds, leaves it to a manager."""
    stands_in = decision.method == Decision.Method.AVERAGE
    return decision.score is None or (stands_in and decision.policy.without_model == CreditPolicy.WithoutModel.REFER)


def points_of(decision: Decision) -> Points | None:
    if decision.points is None:
        return None
    told = decision.figures["points"]
    reasons = [(reason_words(one), one["points"], one["best"]) for one in decision.reasons if "feature" in one]
    named = sum(points for __, points, __ in reasons)
    others = len(told) - len(reasons)
    return Points(decision.figures["base"], reasons, sum(told.values()) - named, others, decision.points)
