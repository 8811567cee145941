"""On which days something recurs, and what three months of entries suggest does."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ledger.months import add_months, last_day, month_of

STEPS = {"week": (7, 0), "fortnight": (14, 0), "month": (0, 1), "quarter": (0, 3), "year": (0, 12)}  # days, months
SIMILAR = Decimal("0.1")  # of the middle amount: so far apart may the three amounts lie
DAYS_APART = 6
_CHANGING = re.compile(r"[\W\d_]+")


def days_of(
    every: str, first_on: datetime.date, ends_on: datetime.date | None, start: datetime.date, end: datetime.date
) -> Iterator[datetime.date]:
    """Its days from start to end. The 31st is the last day of a shorter month, and the 31st again after it."""
    end = min(end, ends_on or end)
    days, months = STEPS[every]
    number = _steps_before(days, months, first_on, start)
    while (day := _step(first_on, days * number, months * number)) <= end:
        if day >= start:
            yield day
        number += 1


def _steps_before(days: int, months: int, first_on: datetime.date, start: datetime.date) -> int:
    """How many steps may be left out, for they end before start."""
    if start <= first_on:
        return 0
    if days:
        return (start - first_on).days // days
    return ((start.year - first_on.year) * 12 + start.month - first_on.month) // months


def _step(first_on: datetime.date, days: int, months: int) -> datetime.date:
    if days:
        return first_on + datetime.timedelta(days=days)
    month = add_months(month_of(first_on), months)
    return month.replace(day=min(first_on.day, last_day(month).day))


@dataclass(frozen=True)
class Seen:
    """An entry as the rule sees it."""

    kind: str
    category: str
    note: str
    day: datetime.date
    amount: Decimal


def same_text(category: str, note: str) -> tuple[str, str]:
    """What stays the same from month to month: numbers and signs in a note do not."""
    return category, _CHANGING.sub(" ", note.casefold()).strip()


def suggestions(entries: Iterable[Seen], month: datetime.date) -> list[Seen]:
    """The latest of each three similar entries, one in each of the three months before this one."""
    months = [add_months(month, back) for back in (-3, -2, -1)]
    alike: defaultdict[tuple[str, tuple[str, str]], list[Seen]] = defaultdict(list)
    for entry in entries:
        if entry.kind in ("spending", "income") and month_of(entry.day) in months:
            alike[entry.kind, same_text(entry.category, entry.note)].append(entry)
    found = (sorted(group, key=lambda entry: entry.day) for group in alike.values())
    kept = [group[-1] for group in found if [month_of(entry.day) for entry in group] == months and _similar(group)]
    return sorted(kept, key=lambda entry: (entry.day.day, entry.category))


def _similar(group: list[Seen]) -> bool:
    amounts, days = [entry.amount for entry in group], [entry.day.day for entry in group]
    middle = median(amounts)
    return max(amounts) - min(amounts) <= middle * SIMILAR and max(days) - min(days) <= DAYS_APART
