"""Which days of what recurs are still to come in a month: those that their owner neither entered nor skipped."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Customer
from expenses.left import NEAR
from expenses.models import Expense, Occurrence, Recurring
from expenses.recurrence import days_of
from ledger.money import ZERO
from ledger.months import last_day


@dataclass(frozen=True)
class Coming:
    """likely is an entry of the same amount near that day, about which the owner is asked."""

    recurring: Recurring
    day: datetime.date
    likely: Expense | None = None


@dataclass(frozen=True)
class Planned:
    """What is to come in a month, and what was skipped of it."""

    coming: list[Coming]
    skipped: list[Coming]

    def total(self, kind: str) -> Decimal:
        return sum((one.recurring.amount for one in self.coming if one.recurring.kind == kind), ZERO)


def planned(owner: Customer, month: datetime.date) -> Planned:
    """Three queries, or one where nothing recurs."""
    running = Recurring.objects.of(owner).running().select_related("category").order_by("id")
    days = sorted(
        (
            (day, one)
            for one in running
            for day in days_of(one.every, one.first_on, one.ends_on, month, last_day(month))
        ),
        key=lambda pair: (pair[0], pair[1].pk),
    )
    if not days:
        return Planned([], [])
    said = Occurrence.objects.filter(customer=owner, day__range=(month, last_day(month))).select_related("expense")
    skips = {(one.recurring_id, one.day) for one in said if one.skipped}
    settled = {(one.recurring_id, one.day) for one in said if not one.is_open}
    skipped = [Coming(one, day) for day, one in days if (one.pk, day) in skips]
    still = [(day, one) for day, one in days if (one.pk, day) not in settled]
    return Planned(_with_likely(owner, still), skipped)


def _with_likely(owner: Customer, still: list[tuple[datetime.date, Recurring]]) -> list[Coming]:
    """Each entry is proposed for one day only."""
    entries = list(_free_entries(owner, still)) if still else []
    found = []
    for day, one in still:
        likely = next((entry for entry in entries if _fits(entry, one, day)), None)
        if likely:
            entries.remove(likely)
        found.append(Coming(one, day, likely))
    return found


def _free_entries(owner: Customer, still: list[tuple[datetime.date, Recurring]]) -> Iterable[Expense]:
    mine = Expense.objects.of(owner).counted().filter(amount__in={one.amount for _, one in still})
    near = mine.filter(day__range=(still[0][0] - NEAR, still[-1][0] + NEAR), occurrence__isnull=True)
    return near.select_related("category").order_by("day", "id")


def _fits(entry: Expense, one: Recurring, day: datetime.date) -> bool:
    return entry.kind == one.kind and entry.amount == one.amount and abs(entry.day - day) <= NEAR
