"""Decide on a request: the books as a case, the method that the policy allows, the reasons and what would change it."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import BigIntegerField
from django.db.models.functions import Cast

from accounts.models import Lender
from accounts.sentences import as_stored, sentence_of
from credit.cases import Booked, Case, Spreading
from credit.changes import find_changes
from credit.histories import histories
from credit.judging import Finding, Method, by_average, by_card, by_percentage, judge_case
from credit.models import CreditPolicy, CreditRequest, Decision, ScoringModel
from credit.registry import NoModel, active_model
from credit.rules import ModelPolicy, PercentagePolicy, Verdict
from credit.wording import change_of, reason_of
from ledger.models import Allocation, Due, Payment, total
from ledger.money import from_minor, to_minor

MINOR = {name: Cast(name, BigIntegerField()) for name in ("amount", "paid", "forgiven")}
SCORE = Decimal("0.000001")


@dataclass(frozen=True)
class Judge:
    """A method ready to judge, and what stands for it in the decision."""

    method: Method
    name: str
    threshold: Decimal
    row: ScoringModel | None = None


def decide(request: CreditRequest, policy: CreditPolicy | None = None) -> Decision:
    """The decision, unsaved, by the books and the policy of today. Whoever keeps it holds the customer's lock."""
    lender = Lender.load()
    policy = policy or CreditPolicy.on(lender.today())
    case, judge = case_of(request, policy, lender), judge_of(request.method, policy)
    found = judge_case(case, judge.method)
    changes = []
    if found.verdict == Verdict.DECLINED:
        changes = find_changes(case, lambda other: judge_case(other, judge.method).verdict == Verdict.APPROVED)
    return Decision(
        customer_id=request.customer_id,
        request=request,
        method=judge.name,
        verdict=found.verdict.value,
        score=None if found.score is None else cut(found.score),
        points=found.points,
        threshold=judge.threshold,
        reasons=[reason_of(why) for why in found.why],
        changes=[change_of(change) for change in changes],
        figures=_figures(case, found),
        policy=policy,
        model=judge.row,
        as_of=case.today,
    )


def cut(score: Fraction) -> Decimal:
    """Six decimals, cut off: a score below the threshold never reads as the threshold."""
    return (Decimal(score.numerator) / Decimal(score.denominator)).quantize(SCORE, ROUND_DOWN)


def judge_of(method: str, policy: CreditPolicy) -> Judge:
    """Where no model may score, the average stands in: it refers, unless the policy lets it decide."""
    history = percentage_rule(policy)
    if method == Decision.Method.PERCENTAGE:
        return Judge(by_percentage(history), Decision.Method.PERCENTAGE, policy.threshold)
    chance = ModelPolicy(policy.model_threshold)
    try:
        model = active_model()
    except NoModel as why:
        decides = policy.without_model == CreditPolicy.WithoutModel.AVERAGE
        average = by_average(chance, history, decides, sentence_of(why))
        return Judge(average, Decision.Method.AVERAGE, policy.model_threshold)
    return Judge(by_card(model.card, chance, history), Decision.Method.MODEL, policy.model_threshold, model.row)


def percentage_rule(policy: CreditPolicy) -> PercentagePolicy:
    return PercentagePolicy(policy.threshold, policy.basis == CreditPolicy.Basis.FALLEN_DUE, policy.least_dues)


def case_of(request: CreditRequest, policy: CreditPolicy, lender: Lender) -> Case:
    """The customer's books of today; the same few queries for any number of dues."""
    customer, today = request.customer_id, lender.today()
    (history,) = histories([(customer, today)])
    return Case(
        customer=customer,
        today=today,
        asked=to_minor(request.amount),
        dues=booked(customer),
        paid=tuple(history.paid),
        waived=tuple(history.waived),
        spreading=Spreading(lender.distribution_policy, tuple(lender.component_order.split(","))),
        credit_limit=history.limit,
        largest=None if policy.largest_amount is None else to_minor(policy.largest_amount),
        limit=_limit(history.limit, policy),
    )


def _limit(credit_limit: int | None, policy: CreditPolicy) -> int | None:
    """The most that may be owed in all; None where the lender set none."""
    if credit_limit is None or policy.largest_multiple is None:
        return None
    return int(credit_limit * policy.largest_multiple)


def booked(customer: int) -> tuple[Booked, ...]:
    """Every due that stands, also those to come."""
    waived = _waived(customer)
    rows = Due.objects.filter(customer=customer).annotate(
        whole=MINOR["amount"], came=MINOR["paid"], off=MINOR["forgiven"]
    )
    fields = rows.order_by("id").values_list("id", "month", "due_on", "kind", "whole", "came", "off")
    return tuple(
        Booked(number, month, due_on, kind, whole, came, off, waived.get(number, 0))
        for number, month, due_on, kind, whole, came, off in fields
    )


def _waived(customer: int) -> dict[int, int]:
    """What of each due was let off by a waiver; a charge-off lets nobody off."""
    parts = Allocation.objects.filter(customer=customer, due__isnull=False, payment__reversed=False)
    rows = parts.filter(payment__kind=Payment.Kind.WAIVER).values("due_id").annotate(part=total("amount"))
    return {row["due_id"]: to_minor(row["part"]) for row in rows.order_by("due_id")}


def _figures(case: Case, found: Finding) -> dict[str, Any]:
    """All that was seen. Amounts as the books write them, measures as the card read them."""
    amounts = {"outstanding": case.outstanding, "overdue": case.overdue, "asked": case.asked, "limit": case.limit}
    amounts |= {name: found.figures[name] for name in ("due", "paid", "needed") if name in found.figures}
    told = {name: value for name, value in found.figures.items() if name not in amounts}
    return {name: str(from_minor(value)) for name, value in amounts.items() if value is not None} | as_stored(told)
