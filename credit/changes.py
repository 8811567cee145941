"""What would turn a decline: the smallest payment, asking for less, or months on time - each judged anew. Pure."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from credit.cases import Case
from ledger.months import add_months, last_day, month_of

MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Change:
    """Ask for `ask` instead, pay `pay` today, then pay each due of the books on its day until `until`; ask again."""

    pay: int = 0
    ask: int | None = None
    months: int = 0
    until: datetime.date | None = None

    def of(self, case: Case) -> Case:
        case = case if self.ask is None else replace(case, asked=self.ask)
        case = case.pay(self.pay) if self.pay else case
        return case.until(self.until) if self.until else case


Approves = Callable[[Case], bool]


def find_changes(case: Case, approves: Approves) -> list[Change]:
    """Changes after which the case is approved, the simplest first; none where neither money nor a year would do.

    A lower amount comes with every one of them where more was asked than is ever lent at once.
    """
    within = None if case.largest is None or case.asked <= case.largest else case.largest
    lower = Change(ask=within)
    if within and approves(lower.of(case)):
        return [lower]
    ways = (_payment, _less, _months)
    found = [change for way in ways if (change := way(case, lower, approves))]
    return found or [change for change in [_months(case, replace(lower, pay=case.overdue), approves)] if change]


def _payment(case: Case, lower: Change, approves: Approves) -> Change | None:
    """The smallest payment: one unit less would not do."""
    for most in sorted({case.overdue, case.outstanding} - {0}):
        if approves(replace(lower, pay=most).of(case)):
            least = _least(most, lambda amount: approves(replace(lower, pay=amount).of(case)))
            return replace(lower, pay=least)
    return None


def _least(most: int, enough: Callable[[int], bool]) -> int:
    """Halve between an amount that is too little and one that is enough, until they lie one apart."""
    too_little = 0
    while most - too_little > 1:
        middle = (too_little + most) // 2
        if enough(middle):
            most = middle
        else:
            too_little = middle
    return most


def _less(case: Case, lower: Change, approves: Approves) -> Change | None:
    """What fits under the limit beside all that is owed."""
    if case.limit is None:
        return None
    room = case.limit - case.outstanding
    change = replace(lower, ask=room)
    asked = case.asked if lower.ask is None else lower.ask
    return change if 0 < room < asked and approves(change.of(case)) else None


def _months(case: Case, before: Change, approves: Approves) -> Change | None:
    """The fewest month ends to wait for, paying what falls due."""
    first = month_of(case.today + datetime.timedelta(1))
    for months in range(1, MOST_MONTHS + 1):
        change = replace(before, months=months, until=last_day(add_months(first, months - 1)))
        if approves(change.of(case)):
            return change
    return None
