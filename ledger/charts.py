"""Bars that stand on one line: what was due, and in front of it how much of it came. The page gives a table too."""

import datetime
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_compact_decimal

from ledger.money import ZERO, active_locale, begun

# The frame, in the units of the viewBox.
WIDTH, HEIGHT, START, TOP, BOTTOM = 440, 280, 46, 12, 30
STEPS = 4
WIDEST = Decimal(24)  # a bar
LONGEST = 5  # letters of a month's name
SHORT, LETTER = 5, 8  # letters for which there is room before START, and the room of one more


@dataclass(frozen=True)
class Pair:
    """One bar: its day, what was due, and what came."""

    day: datetime.date
    due: Decimal
    paid: Decimal


@dataclass(frozen=True)
class Bar:
    """The geometry of a pair; numbers as text, which no locale rewrites."""

    label: str
    x: str
    width: str
    middle: str
    due_y: str
    due_height: str
    paid_x: str
    paid_width: str
    paid_y: str
    paid_height: str


@dataclass(frozen=True)
class Chart:
    """All bars; ticks are pairs of a height and its label."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[str, str]]
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"
    start: int = START
    end: int = WIDTH
    label_y: int = HEIGHT - 8


def month_label(day: datetime.date) -> str:
    """Mar, or the month's number in a language whose short names do not fit under a bar."""
    locale = active_locale()
    names = locale.months["stand-alone"]["abbreviated"].values()
    fits = max(map(_length, names)) <= LONGEST
    return format_date(day, "LLL" if fits else "L", locale=locale).rstrip(".")


def draw(pairs: Sequence[Pair], *, label: Callable[[datetime.date], str] = month_label, slim: bool = False) -> Chart:
    """`slim` leaves the due seen behind a payment that rises above it. What is less than nothing has no height."""
    step = _step(max((max(pair.due, pair.paid) for pair in pairs), default=ZERO))
    scale = Decimal(HEIGHT - TOP - BOTTOM) / (step * STEPS)
    ticks = [(_text(_y(step * n, scale)), _short(step * n)) for n in range(STEPS + 1)]
    start = START + LETTER * max(0, max(_length(told) for _, told in ticks) - SHORT)
    slot = Decimal(WIDTH - start) / max(len(pairs), 1)
    bars = [_bar(start + slot * n, slot, pair, label, scale, slim) for n, pair in enumerate(pairs)]
    return Chart(bars, ticks, start=start)


def _length(told: str) -> int:
    """In letters: signs over and under them take no room."""
    return sum(unicodedata.category(sign) != "Mn" for sign in told)


def _bar(
    x: Decimal, slot: Decimal, pair: Pair, label: Callable[[datetime.date], str], scale: Decimal, slim: bool
) -> Bar:
    width = min(WIDEST, slot * Decimal("0.8"))
    paid_width = width * Decimal("0.5") if slim else width
    due, paid = max(pair.due, ZERO), max(pair.paid, ZERO)
    return Bar(
        label=label(pair.day),
        x=_text(x + (slot - width) / 2),
        width=_text(width),
        middle=_text(x + slot / 2),
        due_y=_text(_y(due, scale)),
        due_height=_text(due * scale),
        paid_x=_text(x + (slot - paid_width) / 2),
        paid_width=_text(paid_width),
        paid_y=_text(_y(paid, scale)),
        paid_height=_text(paid * scale),
    )


def _y(amount: Decimal, scale: Decimal) -> Decimal:
    return HEIGHT - BOTTOM - amount * scale


def _text(number: Decimal) -> str:
    return f"{number:.1f}"


def _short(amount: Decimal) -> str:
    """1.5K, 20M: the axis names a size, the table the amount."""
    return begun(format_compact_decimal(amount, locale=active_locale(), fraction_digits=2))


def _step(largest: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that reaches the largest amount in STEPS steps."""
    need = max(largest, Decimal("0.04")) / STEPS
    power = Decimal(1).scaleb(need.adjusted())
    factor = next(n for n in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10)) if n * power >= need)
    return factor * power
