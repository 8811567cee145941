"""What the dashboard shows of one customer: the figures, the twelve months of a year, and their chart."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_compact_decimal
from django.db.models import F, Max, Min, Q

from accounts.models import Customer
from ledger.models import BALANCE, Due, total
from ledger.money import ZERO, active_locale
from ledger.months import months_of

OPEN = Q(amount__gt=F("paid") + F("forgiven"))
STATES = {
    "paid": "Paid",
    "forgiven": "Forgiven",
    "part": "Part paid",
    "overdue": "Overdue",
    "open": "Open",
    "none": "Nothing due",
}
SUMMED = ("total_amount", "total_paid", "total_forgiven", "balance", "overdue")
# The chart's frame, in the units of its viewBox.
WIDTH, HEIGHT, START, TOP, BOTTOM = 440, 280, 46, 12, 30
STEPS = 4


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
        return STATES[self.state]


@dataclass(frozen=True)
class Year:
    """Twelve months, January first, and what they add up to."""

    number: int
    months: Sequence[MonthRow]
    amount: Decimal
    paid: Decimal
    forgiven: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Bar:
    """A month in the chart: what was due, and how far it is filled; numbers as text, which no locale rewrites."""

    month: datetime.date
    x: str
    middle: str
    due_y: str
    due_height: str
    paid_y: str
    paid_height: str


@dataclass(frozen=True)
class Chart:
    """The geometry of due against paid; ticks are pairs of a height and its label."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[str, str]]
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"
    start: int = START
    end: int = WIDTH
    bar_width: str = "24"
    label_y: int = HEIGHT - 8


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
    """The year's table, in one query however many dues there are."""
    rows = (
        Due.objects.of(customer)
        .in_year(number)
        .values("month")
        .annotate(
            first_open=Min("due_on", filter=OPEN),
            last_day=Max("due_on"),
            all=total("amount"),
            filled=total("paid"),
            let_off=total("forgiven"),
            left=total(BALANCE),
        )
    )
    known = {row["month"]: _month_row(row, today) for row in rows.order_by("month")}
    months = [known.get(month) or MonthRow(month) for month in months_of(number)]
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
    """Bars that stand on one line; a paid bar never rises above its due."""
    step = _step(max((row.amount for row in year.months), default=ZERO))
    scale = Decimal(HEIGHT - TOP - BOTTOM) / (step * STEPS)
    ticks = [(_text(_y(step * n, scale)), _short(step * n)) for n in range(STEPS + 1)]
    return Chart([_bar(place, row, scale) for place, row in enumerate(year.months)], ticks)


def _bar(place: int, row: MonthRow, scale: Decimal) -> Bar:
    slot = Decimal(WIDTH - START) / 12
    x = START + slot * place
    return Bar(
        month=row.month,
        x=_text(x + (slot - 24) / 2),
        middle=_text(x + slot / 2),
        due_y=_text(_y(row.amount, scale)),
        due_height=_text(row.amount * scale),
        paid_y=_text(_y(row.paid, scale)),
        paid_height=_text(row.paid * scale),
    )


def _y(amount: Decimal, scale: Decimal) -> Decimal:
    return HEIGHT - BOTTOM - amount * scale


def _text(number: Decimal) -> str:
    return f"{number:.1f}"


def _short(amount: Decimal) -> str:
    """1.5K, 20M: the axis names a size, the table the amount."""
    return format_compact_decimal(amount, locale=active_locale(), fraction_digits=2)


def _step(largest: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that reaches the largest amount in STEPS steps."""
    need = max(largest, Decimal("0.04")) / STEPS
    power = Decimal(1).scaleb(need.adjusted())
    factor = next(n for n in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)) if n * power >= need)
    return factor * power
