"""The measures behind the features: functions of a customer's timeline, many made for a window. Pure."""

import math
from collections.abc import Callable
from statistics import fmean, pstdev

from credit.timeline import Month, Timeline

Value = float | None
Measure = Callable[[Timeline], Value]


def _part(whole: float, part: float) -> Value:
    return part / whole if whole > 0 else None


def percent_of_year(back: int) -> Measure:
    """By the books; for a year in which they hold no due, what an old app said of it."""

    def of(seen: Timeline) -> Value:
        year = seen.as_of.year - back
        dues = [due for due in seen.settled if due.due_on.year == year]
        if not dues:
            return dict(seen.history.percents).get(year)
        return _part(sum(due.amount for due in dues), 100.0 * sum(due.covered for due in dues))

    return of


def percent_covered(seen: Timeline) -> Value:
    return _part(seen.due, 100.0 * sum(due.covered for due in seen.settled))


def percent_paid(months: int) -> Measure:
    def of(seen: Timeline) -> Value:
        last = seen.months[-months:]
        if not last:
            return None
        owed = max(last[0].owed, 0) + sum(month.due for month in last[1:])
        return _part(owed, 100.0 * sum(month.paid for month in last))

    return of


def on_time(seen: Timeline) -> Value:
    return _part(len(seen.settled), 100.0 * sum(due.days_late == 0 for due in seen.settled))


def late(pick: Callable[[list[int]], float]) -> Measure:
    def of(seen: Timeline) -> Value:
        days = [due.days_late for due in seen.settled]
        return float(pick(days)) if days else None

    return of


def past_due_now(seen: Timeline) -> Value:
    open_since = [due.due_on for due in seen.settled if due.covered < due.amount]
    return float((seen.as_of - open_since[0]).days) if open_since else (0.0 if seen.settled else None)


def months_past_due(seen: Timeline) -> Value:
    """The overdue balance in months of what usually falls due."""
    billed = [month.due for month in seen.year if month.due]
    return max(seen.balance, 0) / fmean(billed) if billed else None


def ratio(back: int) -> Measure:
    def of(seen: Timeline) -> Value:
        return seen.months[-back].ratio if len(seen.months) >= back else None

    return of


def ratios(pick: Callable[[list[float]], float], months: int = 12, least: int = 1) -> Measure:
    def of(seen: Timeline) -> Value:
        if months >= 12:
            found = seen.ratios
        else:
            found = [month.ratio for month in seen.months[-months:] if month.ratio is not None]
        return pick(found) if len(found) >= least else None

    return of


def even(ratios: list[float]) -> float:
    """The geometric mean: one month of nothing pulls it down as a mean does not show."""
    return math.exp(fmean(math.log(ratio + 0.01) for ratio in ratios))


def later_counts_more(ratios: list[float]) -> float:
    weights = range(1, len(ratios) + 1)
    logs = sum(weight * math.log(ratio + 0.003) for weight, ratio in zip(weights, ratios, strict=True))
    return math.exp(logs / sum(weights))


def trend(ratios: list[float]) -> float:
    return fmean(ratios[-2:]) - fmean(ratios[:-2])


def year(pick: Callable[[list[Month]], float]) -> Measure:
    def of(seen: Timeline) -> Value:
        return float(pick(seen.year)) if seen.year else None

    return of


def since_missed(months: list[Month]) -> float:
    return next((back for back, month in enumerate(reversed(months)) if month.missed), 12)


def missed_lately(months: list[Month]) -> float:
    """Each missed month counts by its place: the last most."""
    return sum(12 - back for back, month in enumerate(reversed(months)) if month.missed)


def _behind(months: list[Month], part: int) -> list[float]:
    """Month by month, how many smallest payments - one in `part` of what was owed - had been left out."""
    behind, found = 0.0, []
    for month in months:
        least = max(month.owed, 0) / part
        behind = max(behind + least - month.paid, 0.0) if month.paid < month.owed else 0.0
        found.append(behind / max(least, 1.0))
    return found


def behind_worst(part: int) -> Callable[[list[Month]], float]:
    return lambda months: max(_behind(months, part))


def behind_now(part: int) -> Callable[[list[Month]], float]:
    return lambda months: _behind(months, part)[-1]


def days_since_payment(seen: Timeline) -> Value:
    days = [day for day, amount in seen.history.paid if amount > 0]
    return float((seen.as_of - days[-1]).days) if days else None


def longest_gap(seen: Timeline) -> Value:
    days = [day for day, amount in seen.history.paid if amount > 0]
    return (
        float(max((later - day).days for day, later in zip(days, [*days[1:], seen.as_of], strict=True)))
        if days
        else None
    )


def of_limit(pick: Callable[[list[Month]], float]) -> Measure:
    def of(seen: Timeline) -> Value:
        return 100.0 * pick(seen.year) / seen.limit if seen.limit and seen.year else None

    return of


def free(seen: Timeline) -> Value:
    return float(seen.limit - seen.balance) if seen.limit else None


def least_free(seen: Timeline) -> Value:
    return float(seen.limit - max(month.owed for month in seen.year)) if seen.limit and seen.year else None


def months_to_clear(seen: Timeline) -> Value:
    """At the pace of the last three months; 1,000 where there is no pace."""
    last = seen.months[-3:]
    pace = sum(month.paid for month in last) / len(last) if last else 0
    if not last or seen.balance <= 0:
        return 0.0 if last else None
    return min(seen.balance / pace, 1000.0) if pace > 0 else 1000.0


def second_smallest(months: list[Month]) -> float:
    return sorted(month.paid for month in months)[min(1, len(months) - 1)]


def request_of_repaid(seen: Timeline) -> Value:
    return None if seen.history.request is None else _part(seen.paid, 100.0 * seen.history.request)


def grown(months: list[Month]) -> float:
    return months[-1].balance - months[0].balance


def paid(months: list[Month]) -> float:
    return sum(month.paid for month in months)


def unpaid_at_most(months: list[Month]) -> float:
    return max((month.owed for month in months if month.missed), default=0)


def unpaid_in_all(months: list[Month]) -> float:
    return sum(month.owed for month in months if month.missed)


def billed_most(months: list[Month]) -> float:
    """Without the first month: in books that were moved here it holds the balance brought forward."""
    return max((month.due for month in months[1:]), default=0)


def billed_anew(months: list[Month]) -> float:
    return sum(month.due for month in months[1:])


def billed_last(months: list[Month]) -> float:
    return months[-1].due if len(months) > 1 else 0


def usual_payment(months: list[Month]) -> float:
    """The geometric mean, by which a month of nothing weighs as much as it should."""
    return math.expm1(fmean(math.log1p(max(month.paid, 0)) for month in months))


def usual_payment_lately(months: list[Month]) -> float:
    """The same, later months counting more."""
    weights = range(1, len(months) + 1)
    logs = sum(weight * math.log1p(max(month.paid, 0)) for weight, month in zip(weights, months, strict=True))
    return math.expm1(logs / sum(weights))


def unpaid_lately(months: list[Month]) -> float:
    """What missed months left, later months counting more."""
    return sum(place * month.owed for place, month in enumerate(months, 1) if month.missed) / len(months)


def usually_owed(months: list[Month]) -> float:
    """The geometric mean of what was owed."""
    return math.expm1(fmean(math.log1p(max(month.owed, 0)) for month in months))


def balance_spread(months: list[Month]) -> float:
    return pstdev([month.balance for month in months])


def over(seen: Timeline) -> Value:
    """By how much the limit was passed at most, in percent of it."""
    most = of_limit(lambda months: max(month.owed for month in months))(seen)
    return None if most is None else max(most - 100.0, 0.0)


def last_against_usual(months: list[Month]) -> float:
    """The last month's payment as a multiple of the geometric mean."""
    return (1 + max(months[-1].paid, 0)) / (1 + usual_payment(months))


def unevenness(months: list[Month]) -> float:
    """The standard deviation of the months' payments, as a multiple of their mean."""
    all_paid = [month.paid for month in months]
    return pstdev(all_paid) / max(fmean(all_paid), 100.0)


def billed_of_paid(months: list[Month]) -> float:
    return billed_anew(months) / max(paid(months), 100)


def _in_full(months: list[Month]) -> list[bool]:
    """Of the months that began with something open, which paid all of that."""
    opened = [(month.owed - month.due, month.paid) for month in months[1:]]
    return [came >= stood for stood, came in opened if stood > 0]


def months_in_full(months: list[Month]) -> float:
    return sum(_in_full(months))


def in_full_now(months: list[Month]) -> float:
    """How many in a row, until now."""
    run = _in_full(months)[::-1]
    return run.index(False) if False in run else len(run)
