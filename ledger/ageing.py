"""How late what is owed is: days past due, the buckets lenders report, and the portfolio at risk. Pure rules."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

BUCKETS = ("current", "1-30", "31-60", "61-90", "90+")
_LAST_DAYS = (0, 30, 60, 90)


def days_past_due(due_on: datetime.date, today: datetime.date) -> int:
    """0 on the day itself and before it."""
    return max((today - due_on).days, 0)


def bucket(due_on: datetime.date, today: datetime.date) -> str:
    """The name of the bucket that the outstanding part of a due falls into."""
    late = days_past_due(due_on, today)
    return BUCKETS[sum(late > last for last in _LAST_DAYS)]


def bucket_days(name: str, today: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and last due day of a bucket; None where it is open-ended."""
    place = BUCKETS.index(name)
    first = None if place == len(_LAST_DAYS) else today - datetime.timedelta(_LAST_DAYS[place])
    last = None if place == 0 else today - datetime.timedelta(_LAST_DAYS[place - 1] + 1)
    return first, last


@dataclass
class Portfolio:
    """What is outstanding by bucket, and for PAR the whole balance of each customer by the age of the oldest due."""

    outstanding: Decimal = Decimal(0)
    by_bucket: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, Decimal(0)))
    at_risk: dict[int, Decimal] = field(default_factory=lambda: {30: Decimal(0), 60: Decimal(0), 90: Decimal(0)})

    def par(self, days: int) -> Decimal:
        """The share at risk, 0 to 1; 0 where nothing is outstanding."""
        return self.at_risk[days] / self.outstanding if self.outstanding else Decimal(0)


def portfolio(customers: Iterable[Iterable[tuple[datetime.date, Decimal]]], today: datetime.date) -> Portfolio:
    """Age the open dues of each customer: (due_on, outstanding part), as they stand on `today`."""
    whole = Portfolio()
    for dues in customers:
        total, oldest = Decimal(0), 0
        for due_on, part in dues:
            if part:
                whole.by_bucket[bucket(due_on, today)] += part
                oldest = max(oldest, days_past_due(due_on, today))
                total += part
        whole.outstanding += total
        for days in whole.at_risk:
            whole.at_risk[days] += total if oldest > days else 0
    return whole
