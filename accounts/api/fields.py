"""What the endpoints' bodies are made of: bounded numbers, amounts as decimal strings, days, plain text, pages."""

import datetime
import re
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from accounts.models import LARGEST_NUMBER
from accounts.telling import told
from ledger.money import LARGEST, NotAnAmount, apart, places, read_positive, smallest

LARGEST_ID = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST = 100  # rows of one page
T = TypeVar("T")


class Body(Schema):
    """What a program sends: nothing is guessed, and a field that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _positive_pattern() -> str:
    """Amounts from the smallest to LARGEST, without leading zeros: what read_positive takes, as a schema says it."""
    decimals = places()
    part = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
    small = "|".join("0" * zeros + "[1-9]" + _digits(decimals - zeros - 1) for zeros in range(decimals))
    whole = rf"[1-9][0-9]{{0,{len(str(LARGEST)) - 2}}}{part}|{LARGEST}"
    return f"^({whole}" + (rf"|0\.({small}))$" if small else ")$")


def _digits(most: int) -> str:
    return f"[0-9]{{0,{most}}}" if most else ""


def _shown(amount: Decimal) -> str:
    return str(amount.quantize(smallest()))


AMOUNT = _positive_pattern()
LIMIT = f"{AMOUNT[:-2]}|0)$"


def _read(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise ValueError(_('An amount is a string, such as "12.50".'))
    if not re.fullmatch(AMOUNT[1:-1], value):
        try:
            read_positive(value)
        except NotAnAmount as reason:
            raise ValueError(reason.about(apart(repr(value[:40])))) from None
        plainly = _("%(text)s is not written plainly, as in 12.50.")
        raise ValueError(plainly % {"text": apart(repr(value[:40]))})
    return Decimal(value).quantize(smallest())


def _read_limit(value: Any) -> Any:
    return Decimal(0) if value == "0" else None if value is None else _read(value)


def _read_day(value: Any) -> datetime.date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        raise ValueError(_("Write the day as year-month-day, as in 2025-03-31."))
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(_("There is no such day.")) from None


def _read_month(value: Any) -> datetime.date:
    if not isinstance(value, str) or not re.fullmatch(MONTH[1:-1], value, re.ASCII):
        raise ValueError(_("Write the month as year-month, as in 2025-03."))
    return datetime.date.fromisoformat(f"{value}-01")


def _read_whole(value: Any) -> Any:
    """A number of the query string: digits alone, where int() would also take ' +1_0'."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) < 20):
        raise ValueError(_("Write a whole number in digits."))
    return value


def _integral(value: Any) -> Any:
    """35.0 is a whole number to JSON Schema, and to some programs."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def text(most: int, least: int = 0, pattern: str = r"^[^\u0000]*$", **more: Any) -> Any:
    """A string that any database can hold."""
    return Annotated[str, Field(min_length=least, max_length=most, pattern=pattern, **more)]


MONTH = r"^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$"
YearMonth = Annotated[
    datetime.date,
    BeforeValidator(_read_month),
    WithJsonSchema({"type": "string", "pattern": MONTH, "examples": ["2025-03"]}),
]
SIGNED = rf"^-?[0-9]+(\.[0-9]{{{places()}}})?$" if places() else "^-?[0-9]+$"
Amount = Annotated[
    Decimal,
    BeforeValidator(_read),
    WithJsonSchema({"type": "string", "pattern": AMOUNT, "examples": ["125.50"], "description": "A decimal string."}),
]
CreditLimit = Annotated[
    Decimal,
    BeforeValidator(_read_limit),
    WithJsonSchema({"type": "string", "pattern": LIMIT, "examples": ["500.00"], "description": "Or 0: no credit."}),
]
Money = Annotated[
    Decimal,
    PlainSerializer(_shown, return_type=str),
    WithJsonSchema({"type": "string", "pattern": SIGNED, "examples": ["125.50"], "description": "A decimal string."}),
]
Day = Annotated[
    datetime.date,
    BeforeValidator(_read_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-03-31"]}),
]
Words = Annotated[str, BeforeValidator(told)]  # said earlier; told in the reader's language
WHOLE = BeforeValidator(_integral)
Number = Annotated[int, Field(ge=1, le=LARGEST_NUMBER, examples=[101]), WHOLE]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID, examples=[1]), WHOLE]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR, examples=[2025]), WHOLE]
Month = Annotated[int, Field(ge=1, le=12, examples=[3]), WHOLE]
Before = Annotated[Annotated[int, Field(ge=1, le=LARGEST_ID)] | None, BeforeValidator(_read_whole)]
Limit = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_read_whole)]
PageNumber = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_read_whole)]


class Listed(Schema, Generic[T]):
    """Some rows, newest first; `next` is what to send as `before` for those that follow, null at the end."""

    items: list[T]
    next: Annotated[int | None, Field(examples=[None])]


def slice_of(rows: QuerySet[Any], before: int | None, limit: int) -> tuple[list[Any], int | None]:
    """The rows below an id, newest first, found by index however many there are, and where to go on."""
    found = rows.filter(pk__lt=before) if before else rows
    some = list(found.order_by("-pk")[: limit + 1])
    return some[:limit], some[limit - 1].pk if len(some) > limit else None


def a_file(kind: str) -> dict[str, Any]:
    """What the OpenAPI file says of an endpoint that answers with a file of this media type."""
    told = {"type": "string"} if kind.startswith("text/") else {"type": "string", "format": "binary"}
    return {"responses": {200: {"content": {kind: {"schema": told}}}}}
