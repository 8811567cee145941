"""How somebody writes amounts and dates, told from all of them together, and each then written our way."""

import datetime
import re
from contextlib import suppress
from functools import cache

from babel.core import UnknownLocaleError
from babel.numbers import get_currency_symbol
from django.conf import settings

from accounts.sentences import Sentence, said
from ledger.bulk.reading import BadFile, bad_line
from ledger.bulk.workbooks import Number
from ledger.money import places

_GAP = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")  # between thousands
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-] ?([0-9]{1,2})[./-] ?([0-9]{1,2})\.?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([./-]) ?([0-9]{1,2})\2 ?([0-9]{4}|[0-9]{2})")
_SERIAL = re.compile(r"([2-7][0-9]{4})(?:\.[0-9]+)?")  # 1954 to 2119, as Excel counts days
_FIRST_SERIAL = datetime.date(1899, 12, 30)
_ORDERS = {"dmy": said("dates with the day first"), "mdy": said("dates with the month first")}
_OURS = said("dates turned into ours, 2025-03-31")


class Amounts:
    """Decimals after a comma or after a full stop, thousands apart by the other one, a blank or an apostrophe."""

    def __init__(self) -> None:
        self.seen: dict[str, tuple[int, str]] = {}  # the decimal sign, and the first line and text that tell it
        self.sign = ""
        self.changed = False
        self.symbols = _symbols(settings.CURRENCY)

    def look(self, text: str, line: int) -> None:
        bare = "" if isinstance(text, Number) else self._bare(text)
        for sign, other in (",.", ".,"):
            if _tells(bare, sign, other):
                self.seen.setdefault(sign, (line, text))

    def decide(self) -> None:
        if len(self.seen) == 2:
            comma, stop = self.seen[","], self.seen["."]
            raise BadFile(
                said(
                    "Some amounts have their decimals after a comma (line %(one)s: %(comma)s), others after a full stop"
                    " (line %(other)s: %(stop)s). Write all of them in one way.",
                    one=comma[0],
                    comma=comma[1],
                    other=stop[0],
                    stop=stop[1],
                )
            )
        self.sign = next(iter(self.seen), "")

    def plain(self, text: str) -> str:
        if isinstance(text, Number):
            return text
        bare = self._bare(text)
        for sign, other in (",.", ".,") if not self.sign else (self.sign + {",": ".", ".": ","}[self.sign],):
            grouped = rf"-?[0-9]{{1,3}}(\{other}[0-9]{{3}})+"
            if places() == 0 and re.fullmatch(grouped, bare):
                bare = bare.replace(other, "")
            elif self.sign and re.fullmatch(rf"(-?[0-9]+|{grouped})(\{sign}[0-9]+)?", bare):
                bare = bare.replace(other, "").replace(sign, ".")
        self.changed |= bare != text
        return bare

    def words(self) -> list[Sentence]:
        return [said("decimals after a comma")] if self.changed and self.sign == "," else []

    def _bare(self, text: str) -> str:
        """Without the currency before or after it, and without gaps between the thousands."""
        for symbol in self.symbols:
            if text.casefold().startswith(symbol):
                text = text[len(symbol) :]
                text = (text.removeprefix(".") if symbol[-1].isalpha() else text).lstrip(" \u00a0\u202f")
            elif text.casefold().endswith(symbol):
                text = text[: -len(symbol)].rstrip(" \u00a0\u202f")
        return _GAP.sub("", text)


@cache
def _symbols(currency: str) -> tuple[str, ...]:
    """KES, and what it is at home, Ksh; longest first, in small letters."""
    found = {currency, get_currency_symbol(currency, locale="en")}
    with suppress(UnknownLocaleError):
        found.add(get_currency_symbol(currency, locale=f"en_{currency[:2]}"))
    found |= {symbol[-1] for symbol in found if not symbol[-1].isalpha() and symbol[-1] not in ".,"}
    return tuple(sorted((symbol.casefold() for symbol in found), key=len, reverse=True))


def _tells(text: str, sign: str, other: str) -> bool:
    """Whether the sign can only be the one before the decimals here: 12,5 and 1.250,00 and 1.250.000."""
    if re.fullmatch(rf"-?[0-9]{{1,3}}(\{other}[0-9]{{3}}){{2,}}", text):
        return places() > 0
    found = re.fullmatch(rf"-?([0-9]+|[0-9]{{1,3}}(?:\{other}[0-9]{{3}})+)\{sign}([0-9]+)", text)
    if not found or len(found[2]) > places():
        return False
    return len(found[2]) != 3 or len(found[1]) > 3 or found[1] == "0"


def _otherwise(order: str, date: str) -> Sentence:
    if order == "dmy":
        return said("%(date)s has the day first. Choose that below, or mend the date", date=date)
    return said("%(date)s has the month first. Choose that below, or mend the date", date=date)


class Dates:
    """2025-03-31, 31.3.2025, 31/03/25, 3/31/2025, or the number by which Excel counts days."""

    def __init__(self, order: str = "") -> None:
        self.order = order
        self.seen: dict[str, tuple[int, str]] = {}
        self.open: tuple[int, str] | None = None  # the first that may be read both ways
        self.changed = False

    def look(self, text: str, line: int) -> None:
        found = _YEAR_LAST.fullmatch(text)
        if not found or found[2] == ".":  # 31.3.2025: day first wherever it is written
            return
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            self.seen.setdefault("dmy", (line, text))
        elif second > 12 >= first:
            self.seen.setdefault("mdy", (line, text))
        elif first != second:
            self.open = self.open or (line, text)

    def decide(self) -> None:
        if len(self.seen) == 2:
            (a, day), (b, month) = self.seen["dmy"], self.seen["mdy"]
            raise BadFile(
                said(
                    "Some dates have the day first (line %(one)s: %(day)s), others the month (line %(other)s:"
                    " %(month)s). Write all of them in one way, best as 2025-03-31.",
                    one=a,
                    day=day,
                    other=b,
                    month=month,
                )
            )
        told = next(iter(self.seen), "")
        if told and self.order and told != self.order:
            line, text = self.seen[told]
            raise bad_line(line, _otherwise(told, text))
        self.order = self.order or told
        if self.open and not self.order:
            line, text = self.open
            raise BadFile(
                said(
                    "Nothing in this file tells whether %(date)s (line %(line)s) has its day or its month first."
                    " Say it under “Dates”, and choose the file again.",
                    date=text,
                    line=line,
                )
            )

    def plain(self, text: str) -> str:
        try:
            day = self._read(text)
        except (ValueError, OverflowError):
            return text
        self.changed |= bool(day) and f"{day}" != text
        return f"{day}" if day else text

    def _read(self, text: str) -> datetime.date | None:
        if found := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
            return datetime.date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SERIAL.fullmatch(text):
            return _FIRST_SERIAL + datetime.timedelta(int(found[1]))
        if found := _YEAR_LAST.fullmatch(text):
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            month_first = self.order == "mdy" and found[2] != "."
            day, month = (second, first) if month_first else (first, second)
            return datetime.date(year + 2000 * (len(found[4]) == 2), month, day)
        return None

    def words(self) -> list[Sentence]:
        if not self.changed:
            return []
        return [_ORDERS.get(self.order, _OURS)]
