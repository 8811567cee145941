"""Judge a case: by the percentage paid, by a trained card, or by the average of the years; and within bounds. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from credit.cards import Card
from credit.cases import Case
from credit.features import BY_NAME, Value
from credit.rules import ModelPolicy, Opinion, PercentagePolicy, Verdict, judge, judge_chance
from credit.timeline import History, Timeline

MOST_REASONS = 4
YEARS = 5  # of history that the average is drawn from, as in the old app


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: a kind and the facts its sentence needs (credit.wording)."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, why, the exact score where there is one, and the figures it was drawn from."""

    verdict: Verdict
    why: tuple[Why, ...] = ()
    score: Fraction | None = None
    points: int | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


Method = Callable[[Case], Finding]


def judge_case(case: Case, method: Method) -> Finding:
    """The method's finding within the lender's bounds. A bound that is broken declines, whatever the method says."""
    found, broken = method(case), tuple(broken_bounds(case))
    if not broken:
        return Finding(found.verdict, found.why[:MOST_REASONS], found.score, found.points, found.figures)
    also = found.why if found.verdict == Verdict.DECLINED else ()
    why = (*broken, *also)[:MOST_REASONS]
    return Finding(Verdict.DECLINED, why, found.score, found.points, found.figures)


def broken_bounds(case: Case) -> Iterable[Why]:
    if case.largest is not None and case.asked > case.largest:
        yield Why("largest", {"largest": case.largest})
    if case.limit is not None and case.outstanding + case.asked > case.limit:
        facts = {"outstanding": case.outstanding, "together": case.outstanding + case.asked, "limit": case.limit}
        yield Why("limit", facts)


def by_percentage(policy: PercentagePolicy) -> Method:
    def method(case: Case) -> Finding:
        opinion = judge(case.owed(), case.today, policy)
        figures = {"due": opinion.due, "paid": opinion.paid, "needed": opinion.needed}
        score = Fraction(100 * opinion.paid, opinion.due) if opinion.due else None
        facts = figures | {"threshold": policy.threshold, "fallen": policy.only_fallen_due}
        why = _missing(opinion, policy) or Why("percentage", facts)
        return Finding(opinion.verdict, (why,), score, None, figures)

    return method


def _missing(opinion: Opinion, policy: PercentagePolicy) -> Why | None:
    """What there is too little of to judge by."""
    if opinion.missing is None:
        return None
    return Why(opinion.missing.value, {"seen": opinion.seen, "least": policy.least_dues})


def by_average(policy: ModelPolicy, history: PercentagePolicy, decides: bool = True, why_not: str = "") -> Method:
    """The old app's score: the mean of the yearly percentages of up to five years, as a part of one.

    It stands in for a model; where it may not decide it is shown, and refers. why_not: what is wrong with the model.
    """

    def method(case: Case) -> Finding:
        if missing := _missing(judge(case.owed(), case.today, history), history):
            return Finding(Verdict.REFERRED, (missing,))
        years = list(yearly(case, history).values())[-YEARS:]
        score = sum(years, Fraction(0)) / len(years)
        enough = score >= Fraction(policy.threshold)
        facts = {"average": score, "years": len(years), "threshold": policy.threshold}
        figures = {"no_model": why_not}
        if not decides:
            return Finding(Verdict.REFERRED, (Why("no_model"), Why("average", facts)), score, None, figures)
        verdict = Verdict.APPROVED if enough else Verdict.DECLINED
        return Finding(verdict, (Why("average", facts),), score, None, figures)

    return method


def yearly(case: Case, history: PercentagePolicy) -> dict[int, Fraction]:
    """Paid of due in each year that has any due, the oldest first; exact."""
    return {year: Fraction(paid, whole) for year, (whole, paid) in sums_by_year(case, history).items() if whole > 0}


def sums_by_year(case: Case, history: PercentagePolicy) -> dict[int, tuple[int, int]]:
    """What was due and what of it is paid, year by year, as the percentage counts them."""
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for due in case.dues:
        if not history.only_fallen_due or due.due_on <= case.today:
            sums[due.month.year][0] += due.amount - due.waived
            sums[due.month.year][1] += due.paid
    return {year: (whole, paid) for year, (whole, paid) in sorted(sums.items())}


def by_card(card: Card, policy: ModelPolicy, history: PercentagePolicy) -> Method:
    """The chance of repaying. Too little history refers: the card would score it, and nothing would be known."""

    def method(case: Case) -> Finding:
        if missing := _missing(judge(case.owed(), case.today, history), history):
            return Finding(Verdict.REFERRED, (missing,))
        values = measured(card, case.history())
        points = card.points(values)
        chance = card.p_repays(points)
        verdict = judge_chance(chance, policy)
        why = [
            Why("feature", {"feature": one.feature, "value": one.value, "points": one.points, "best": one.best})
            for one in card.reasons(values)
            if one.lost
        ]
        told = {table.feature: table.of(values[table.feature]) for table in card.tables}
        figures = {"base": card.base, "features": values, "points": told}
        return Finding(verdict, tuple(why), Fraction(chance), points, figures)

    return method


def measured(card: Card, history: History) -> dict[str, Value]:
    """Those features that the card asks for."""
    seen = Timeline(history)
    return {table.feature: BY_NAME[table.feature].of(seen) for table in card.tables}
