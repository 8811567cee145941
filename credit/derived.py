"""Outcomes read off the books themselves: who had a due 90 days past due within 12 months. Pure.

Each customer is looked at once a year, a whole window before the last day, so that no two windows overlap.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from credit.timeline import History, Timeline
from ledger.months import add_months, last_day, month_of


@dataclass(frozen=True, slots=True)
class Default:
    """What counts as a default: some due so many days past due within so many months."""

    days: int = 90
    months: int = 12


NINETY_DAYS = Default()


def looks(first: datetime.date, last: datetime.date, default: Default) -> Iterator[datetime.date]:
    """The month ends to look from, latest first: each a whole window apart, the latest a window before `last`."""
    end = last_day(add_months(month_of(last + datetime.timedelta(1)), -1))
    while (end := last_day(add_months(month_of(end), -default.months))) >= first:
        yield end


def defaulted(later: History, as_of: datetime.date, default: Default) -> bool | None:
    """What `later`, the history a window after as_of, says; None where it cannot say.

    It cannot where the default had happened by as_of, where nothing was due before it, or where nothing could
    become so late within the window.
    """
    if not later.dues or later.dues[0][0] > as_of:
        return None
    turns = datetime.timedelta(default.days)
    within = [due for due in Timeline(later).settled if as_of < due.due_on + turns <= later.as_of]
    before = Timeline(History.until(as_of, later))
    if not within or any(due.covered < due.amount and due.due_on + turns <= as_of for due in before.settled):
        return None
    return any(due.days_late >= default.days for due in within)
