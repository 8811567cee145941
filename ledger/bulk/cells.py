"""One cell of a spreadsheet, read strictly.

Each reader raises ValueError with the reason, a Sentence worded to follow the cell's place and value.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import LARGEST_NUMBER
from accounts.sentences import Sentence, said
from accounts.sheets import plain_text
from ledger.bulk.reading import EMPTY
from ledger.money import ZERO, NotAnAmount, read_amount, read_positive
from ledger.months import FIRST_YEAR, LAST_YEAR

_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def whole(text: str, low: int, high: int) -> int:
    """ASCII digits only, within bounds."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(said("is not a whole number written with the digits 0 to 9"))
    number = int(text)
    if not low <= number <= high:
        raise ValueError(said("is not between %(low)s and %(high)s", low=low, high=high))
    return number


def customer_number(text: str) -> int:
    return whole(text, 1, LARGEST_NUMBER)


def year(text: str) -> int:
    return whole(text, FIRST_YEAR, LAST_YEAR)


def month(text: str) -> int:
    return whole(text, 1, 12)


def due_day(text: str) -> int:
    """A day counted from the month's first, which is 1; below that are days before the month."""
    sign = -1 if text.startswith("-") else 1
    return sign * whole(text.removeprefix("-"), 0, 1_000)


def day(text: str) -> datetime.date:
    """2025-03-31, and no other way to write a date."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        read = datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(said("is not a date such as 2025-03-31")) from None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise ValueError(said("is not in the years %(first)s to %(last)s", first=FIRST_YEAR, last=LAST_YEAR))
    return read


def amount(text: str) -> Decimal:
    """An amount above zero."""
    return _amount(text, read_positive)


def amount_or_nothing(text: str) -> Decimal:
    """An amount that may be zero; an empty cell is zero."""
    read = _amount(text, read_amount) if text else ZERO
    if read < 0:
        raise ValueError(said("is less than 0"))
    return read


def _amount(text: str, read: Callable[[str], Decimal]) -> Decimal:
    try:
        return read(text)
    except NotAnAmount as reason:
        raise ValueError(Sentence(reason.sentence, {**reason.told, "text": ""})) from None


def line(text: str, longest: int) -> str:
    """Text of one line, without control characters but the tab; the apostrophe that safe_text adds is taken off."""
    text = plain_text(text)
    if len(text) > longest:
        raise ValueError(said("is longer than %(count)s characters", count=longest))
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\t" for sign in text):
        raise ValueError(said("has a control character in it"))
    return text


def name(text: str) -> str:
    """Of a person."""
    if not text.strip():
        raise ValueError(EMPTY)
    return line(text, 200)


def email(text: str) -> str:
    address = line(text, 254)
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(said("is not an e-mail address")) from None
    return address


def phone(text: str) -> str:
    return line(text, 40)


def age(text: str) -> int:
    return whole(text, 1, 130)
