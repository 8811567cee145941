"""One customer's dues and payments as they stood on a day, walked once: how late each due was, how each month went.

Pure: no Django, no clock. Amounts are whole minor units. Money fills the oldest due first, whatever months the
payer named: so a figure depends on dues and payments alone, and not on how the lender spreads them.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

MISSED = 50  # a month is missed where less than one in fifty of what was owed came in

Entry = tuple[datetime.date, int]  # a day and an amount


@dataclass(frozen=True, slots=True)
class History:
    """What the books say of a customer up to and including `as_of`; sorted by day.

    Reversed payments are left out on both sides, refunds are negative. Waived is what was let off: it settles
    a due and is no payment. A charge-off does neither. Percents are what an old app said was paid of a year's dues.
    """

    customer: int
    as_of: datetime.date
    limit: int | None
    dues: Sequence[Entry]
    paid: Sequence[Entry]
    waived: Sequence[Entry] = ()
    request: int | None = None
    percents: Sequence[tuple[int, float]] = ()

    @classmethod
    def until(cls, as_of: datetime.date, whole: "History") -> "History":
        """The same history without what is dated later."""
        dues, paid, waived = (tuple(row for row in rows if row[0] <= as_of) for rows in _sides(whole))
        return cls(whole.customer, as_of, whole.limit, dues, paid, waived, whole.request, whole.percents)


def _sides(history: History) -> tuple[Sequence[Entry], Sequence[Entry], Sequence[Entry]]:
    return history.dues, history.paid, history.waived


@dataclass(frozen=True, slots=True)
class Settled:
    """A due, by how many days it was late (until as_of, where it still is), and what of it is covered."""

    due_on: datetime.date
    amount: int
    days_late: int
    covered: int


@dataclass(frozen=True, slots=True)
class Month:
    """A whole calendar month: what was owed in it, what fell due, what came in, and the balance at its end."""

    owed: int
    due: int
    paid: int
    balance: int
    ratio: float | None  # paid of owed, 0 to 1; None where nothing was owed

    @property
    def missed(self) -> bool:
        return self.owed > 0 and self.paid * MISSED <= self.owed


class Timeline:
    """The walk, done when first asked for."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.as_of, self.limit = history.as_of, history.limit or None

    @cached_property
    def due(self) -> int:
        return sum(amount for _, amount in self.history.dues)

    @cached_property
    def paid(self) -> int:
        return sum(amount for _, amount in self.history.paid)

    @cached_property
    def balance(self) -> int:
        return self.due - self.paid - sum(amount for _, amount in self.history.waived)

    @cached_property
    def settled(self) -> list[Settled]:
        """Each due with the first day on which all that came in had reached it."""
        money = sorted([*self.history.paid, *self.history.waived])
        place, came, owed, whole = 0, 0, 0, max(self.due - self.balance, 0)
        found = []
        for due_on, amount in self.history.dues:
            owed += amount
            while came < owed and place < len(money):
                came += money[place][1]
                place += 1
            day = self.as_of if came < owed or not place else money[place - 1][0]
            covered = min(amount, max(whole - owed + amount, 0))
            day = self.as_of if covered < amount else day
            found.append(Settled(due_on, amount, max((day - due_on).days, 0), covered))
        return found

    @cached_property
    def months(self) -> list[Month]:
        """Whole months from the first with anything in it; the month of as_of only if that is its last day."""
        first = min((rows[0][0] for rows in _sides(self.history) if rows), default=None)
        if first is None:
            return []
        start, end = _number(first), _number(self.as_of + datetime.timedelta(1))
        due, paid, waived = (_by_month(rows, start, end) for rows in _sides(self.history))
        found, balance = [], 0
        for fell, came, let_off in zip(due, paid, waived, strict=True):
            owed = balance + fell
            balance = owed - came - let_off
            ratio = min(max(came / owed, 0.0), 1.0) if owed > 0 else None
            found.append(Month(owed, fell, came, balance, ratio))
        return found

    @cached_property
    def year(self) -> list[Month]:
        """The last twelve whole months, or as many as there are."""
        return self.months[-12:]

    @cached_property
    def ratios(self) -> list[float]:
        """Of the last twelve months, those in which something was owed."""
        return [month.ratio for month in self.year if month.ratio is not None]

    @cached_property
    def runs(self) -> tuple[int, int]:
        """Missed months in a row: now, and at worst in the year. A month without anything owed breaks no run."""
        run = worst = 0
        for month in self.year:
            if month.owed > 0:
                run = run + 1 if month.missed else 0
                worst = max(worst, run)
        return run, worst


def _number(day: datetime.date) -> int:
    return day.year * 12 + day.month


def _by_month(rows: Sequence[Entry], start: int, end: int) -> list[int]:
    sums = [0] * max(end - start, 0)
    for day, amount in rows:
        place = day.year * 12 + day.month - start
        if place < len(sums):
            sums[place] += amount
    return sums
