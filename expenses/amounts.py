"""Amounts as people write them in a line: 120, 3,50, 1.200,50, $12, 12 EUR."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import get_currency_precision, get_currency_symbol, list_currencies

LARGEST = 10**11
SYMBOLS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₦": "NGN", "₱": "PHP", "₫": "VND", "₩": "KRW", "₴": "UAH",
    "₽": "RUB", "₺": "TRY", "₵": "GHS", "₡": "CRC", "₲": "PYG", "₪": "ILS", "฿": "THB", "US$": "USD", "Ksh": "KES",
}  # fmt: skip
# Codes that are no words, so that they may be written small.
SMALL = {"eur", "usd", "gbp", "chf", "jpy", "inr", "kes", "ugx", "tzs", "rwf", "ngn", "ghs", "zar", "php", "idr", "bdt"}
_NUMBER = r"[0-9][0-9.,'’]*|[.,][0-9]+"
_WHOLE = re.compile(
    rf"(?P<sign>[+\-−]?)(?P<before>[^\d\s+.,'’\-−]{{0,4}})(?P<number>{_NUMBER})(?P<after>[^\d\s.,]{{0,3}})"
)
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?P<mark>[.,'’])[0-9]{3})(?:(?P=mark)[0-9]{3})*|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
)
_DECIMALS = re.compile(r"(?P<whole>[0-9.,'’]*)(?P<mark>[.,])(?P<rest>[0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str = ""
    sign: str = ""
    marked: bool = False  # by decimals, a sign or a currency: surely an amount


def amounts(words: Sequence[str], own: str) -> Iterator[tuple[Money, int, int]]:
    """Each word that may be an amount, with the currency beside it, and which words that takes."""
    for place, word in enumerate(words):
        found = _WHOLE.fullmatch(word.strip(";:()"))
        if found is None:
            continue
        code = _code(found["before"], own) or _code(found["after"], own)
        if (found["before"] or found["after"]) and not code:
            continue
        start, end = place, place + 1
        if not code and place and _code(words[place - 1], own):
            start, code = place - 1, _code(words[place - 1], own)
        elif not code and end < len(words) and _code(words[end], own):
            code, end = _code(words[end], own), end + 1
        amount = number(found["number"], get_currency_precision(code or own))
        if amount:
            marked = bool(code or found["sign"] or _has_decimals(found["number"]))
            yield Money(amount, "" if code == own else code, found["sign"], marked), start, end


def number(text: str, places: int) -> Decimal | None:
    """None for what is no number, is zero or too large, is finer than its currency, or could be read in two ways."""
    grouped, decimal = _GROUPED.fullmatch(text), _DECIMALS.fullmatch(text)
    if grouped and decimal and text.count(decimal["mark"]) == 1 and (places == 3 or decimal["mark"] == "."):
        return None  # 1,200 dinars or 1.2; and 1.200, for everywhere else a full stop begins the decimals
    if grouped:
        return _bounded(re.sub(r"[.,'’]", "", text))
    if text.isdigit():
        return _bounded(text)
    if decimal and len(decimal["rest"]) <= places and _is_whole(decimal["whole"], decimal["mark"]):
        return _bounded(f"{re.sub(r'[^0-9]', '', decimal['whole']) or '0'}.{decimal['rest']}")
    return None


def _is_whole(text: str, decimal: str) -> bool:
    return not text or text.isdigit() or (decimal not in text and _GROUPED.fullmatch(text) is not None)


def _bounded(text: str) -> Decimal | None:
    amount = Decimal(text) if len(text) < 20 else Decimal(0)
    return amount if 0 < amount <= LARGEST else None


def _has_decimals(text: str) -> bool:
    return bool(_DECIMALS.fullmatch(text)) and not _GROUPED.fullmatch(text)


def _code(text: str, own: str) -> str:
    """The currency that a sign or a code names; empty for any other word."""
    if not text:
        return ""
    if text == get_currency_symbol(own, locale="en") or text.upper() == own:
        return own
    if text == "$":
        return "USD"
    if text in SYMBOLS:
        return SYMBOLS[text]
    if len(text) == 3 and text.isascii() and (text.isupper() or text.casefold() in SMALL):
        return text.upper() if text.upper() in list_currencies() else ""
    return ""
