"""Single values of an old store: floats, numbers that a table program wrote, days, and texts of any length."""

import datetime
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from config.moving.nouns import Findings
from ledger.bulk import cells
from ledger.money import LARGEST, smallest

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,13}(\.0+)?", re.ASCII)  # a table program writes 7 as 7.0 beside an empty cell
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([ T][0-9:.+Z-]+)?", re.ASCII)
NOISE = Decimal("0.000001")  # by which a sum of floats misses the cent; more than that is a part of a cent

T = TypeVar("T")


def real(value: Any) -> Decimal:
    """The number as it stands, unrounded. Raises ValueError with the reason, to follow the value."""
    text = repr(value) if isinstance(value, float) else "" if value is None else str(value).strip()
    if not text:
        raise ValueError("is empty")
    if not _NUMBER.fullmatch(text) or len(text) > 60:
        raise ValueError("is not an amount")
    number = Decimal(text)
    if number.copy_abs() > LARGEST:
        raise ValueError(f"is more than the largest amount, {LARGEST}")
    return number


def to_cent(number: Decimal) -> Decimal:
    return number.quantize(smallest(), ROUND_HALF_UP)


def amount(value: Any, where: str, found: Findings) -> Decimal | None:
    """Rounded to the cent, which is told unless it only was a float's noise; None, and told, where it is none."""
    try:
        number = real(value)
    except ValueError as reason:
        found.differ(where, f"{shown(value)} {reason}. Left out.")
        return None
    rounded = to_cent(number)
    if abs(number - rounded) > NOISE:
        found.differ(where, f"{shown(value)} is taken as {rounded}.")
    return rounded


def whole(value: Any) -> int | None:
    text = str(value).strip() if value is not None else ""
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None


def day(value: Any, where: str, found: Findings) -> datetime.date | None:
    """A day, or the day of an instant; None, and told, where it is none."""
    written = _DAY.fullmatch(str(value or "").strip())
    try:
        if not written:
            raise ValueError("is not a date such as 2025-03-31")
        return cells.day(written[1])
    except ValueError as reason:
        found.differ(where, f"the date {shown(value)} {reason}. Left out.")
        return None


def text(value: Any, longest: int, where: str, found: Findings) -> str:
    """Of one line, cut where our column ends; what is lost by that is told."""
    given = " ".join(_printable("" if value is None else str(value)).split())
    if len(given) > longest:
        found.differ(where, f"a text of {len(given)} characters is cut to {longest}; the rest was: {given[longest:]}")
    return given[:longest]


def detail(value: Any, read: Callable[[str], T], default: T, where: str, found: Findings) -> T:
    """A cell of a person's details; one that our column would not take is left empty, and told."""
    given = "" if value is None else " ".join(str(value).split())
    if not given:
        return default
    try:
        return read(given)
    except ValueError as reason:
        found.differ(where, f"{shown(given)} {reason}. Left empty.")
        return default


def shown(value: Any) -> str:
    given = _printable("nothing" if value is None else str(value))
    return repr(given if len(given) <= 60 else f"{given[:57]}...")


def _printable(given: str) -> str:
    return "".join(sign if sign.isprintable() or sign.isspace() else "?" for sign in given)
