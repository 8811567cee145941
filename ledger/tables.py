"""What the dashboard shows of one customer: the figures, the twelve months of a year, and their chart."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Min, Q
from django.utils.translation import pgettext_lazy

from accounts.models import Customer
from ledger.charts import Chart, Pair, draw
from ledger.models import BALANCE, Due, total
from ledger.money import ZERO
from ledger.months import months_of

OPEN = Q(amount__gt=F("paid") + F("forgiven"))
STATES = {
    "paid": pgettext_lazy("a month", "Paid"),
    "forgiven": pgettext_lazy("a month", "Forgiven"),
    "part": pgettext_lazy("a month", "Part paid"),
    "overdue": pgettext_lazy("a month", "Overdue"),
    "open": pgettext_lazy("a month", "Open"),
    "none": pgettext_lazy("a month", "Nothing due"),
}
SUMMED = ("total_amount", "total_paid", "total_forgiven", "balance", "overdue")


@dataclass(frozen=True)
class Figures:
    """Sums over every year."""

    amount: Decimal
    paid: Decimal
    forgiven: Decimal
    balance: Decimal
    overdue: Decimal
    overdue_since: datetime.date | None


@dataclass(frozen=True)
class MonthRow:
    """One month of the year table; due_on is the day of the oldest part still open, else of the last."""

    month: datetime.date
    due_on: datetime.date | None = None
    amount: Decimal = ZERO
    paid: Decimal = ZERO
    forgiven: Decimal = ZERO
    balance: Decimal = ZERO
    state: str = "none"

    @property
    def state_word(self) -> str:
        return str(STATES[self.state])


@dataclass(frozen=True)
class Year:
    """Twelve months, January first, and what they add up to."""

    number: int
    months: Sequence[MonthRow]
    amount: Decimal
    paid: Decimal
    forgiven: Decimal
    balance: Decimal


def figures(yearly: Iterable[dict[str, Any]]) -> Figures:
    rows = list(yearly)
    since = [row["overdue_since"] for row in rows if row["overdue_since"]]
    sums = {name: sum((row[name] for row in rows), ZERO) for name in SUMMED}
    return Figures(
        amount=sums["total_amount"],
        paid=sums["total_paid"],
        forgiven=sums["total_forgiven"],
        balance=sums["balance"],
        overdue=sums["overdue"],
        overdue_since=min(since, default=None),
    )


def chosen_year(asked: str, yearly: Sequence[dict[str, Any]], today: datetime.date) -> int | None:
    """The year asked for if it has dues; else this year, else the latest with something open, else the latest."""
    balances = {row["year"]: row["balance"] for row in yearly}
    if asked in map(str, balances):
        return int(asked)
    if not balances or today.year in balances:
        return today.year if balances else None
    return max((year for year, balance in balances.items() if balance), default=max(balances))


def year_of(customer: Customer, number: int, today: datetime.date) -> Year:
    return years_of([customer.pk], number, today)[customer.pk]


def years_of(customers: Sequence[int], number: int, today: datetime.date) -> dict[int, Year]:
    """The year's table of each customer, in one query however many dues there are."""
    rows = (
        Due.objects.filter(customer__in=customers)
        .in_year(number)
        .values("customer_id", "month")
        .annotate(
            first_open=Min("due_on", filter=OPEN),
            last_day=Max("due_on"),
            all=total("amount"),
            filled=total("paid"),
            let_off=total("forgiven"),
            left=total(BALANCE),
        )
    )
    known = {(row["customer_id"], row["month"]): _month_row(row, today) for row in rows.order_by()}
    return {
        customer: _year(number, [known.get((customer, month)) or MonthRow(month) for month in months_of(number)])
        for customer in customers
    }


def _year(number: int, months: list[MonthRow]) -> Year:
    return Year(number, months, *(_sum(months, name) for name in ("amount", "paid", "forgiven", "balance")))


def _sum(rows: Sequence[MonthRow], name: str) -> Decimal:
    return sum((getattr(row, name) for row in rows), ZERO)


def _month_row(row: dict[str, Any], today: datetime.date) -> MonthRow:
    return MonthRow(
        month=row["month"],
        due_on=row["first_open"] or row["last_day"],
        amount=row["all"],
        paid=row["filled"],
        forgiven=row["let_off"],
        balance=row["left"],
        state=_state(row, today),
    )


def _state(row: dict[str, Any], today: datetime.date) -> str:
    if not row["left"]:
        return "paid" if row["filled"] else "forgiven"
    if row["first_open"] < today:
        return "overdue"
    return "part" if row["filled"] or row["let_off"] else "open"


def chart_of(year: Year) -> Chart:
    """A month's paid bar never rises above its due."""
    return draw([Pair(row.month, row.amount, row.paid) for row in year.months])
