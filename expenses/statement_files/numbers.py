"""Amounts as banks write them: signs, groups, decimal marks, currency signs, DR and CR."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\ufeff\t"), " ") | dict.fromkeys(
    map(ord, "\u200e\u200f\u200b"), None
)
MINUS = dict.fromkeys(map(ord, "\u2212\u2013\u2014\uff0d\ufe63"), "-") | {0xFF0B: "+"}
FULL_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0C: ",", 0xFF0E: "."}
SIGNS = SPACES | MINUS | FULL_WIDTH
CURRENCY = (
    r"(?:[A-Z]{1,3}\$|US\$|[$€£¥₹₦₱₩₫₺₽₴₪฿₵₡₲₭₮₸₼₾￥￦]|[A-Z]{3}|Rs\.?|Ksh\.?|KSh\.?|KSH|Kč|kr\.?|zł|Ft|lei"
    r"|лв\.?|руб\.?|р\.?|Fr\.?|R|TL|元|円|\\|[\u0600-\u065f\u066e-\u06ef](?:[. ]?[\u0600-\u065f\u066e-\u06ef]){0,5}\.?)"
)
SHAPE = re.compile(
    rf"""
    (?P<open>\()?\s*(?P<lead>[-+])?\s*(?:(?P<money1>{CURRENCY})\s*)?(?P<lead2>[-+])?\s*(?P<open2>\()?
    (?P<digits>\d[\d.,'’` ]*|[.,]\d+)
    \s*(?P<close2>\))?\s*(?P<trail>[-+])?\s*(?:(?P<money2>{CURRENCY}))?\s*(?P<trail2>[-+])?\s*(?P<close>\))?
    \s*(?P<side>DR|CR|DB|D|C|S|H|Dr|Cr|dr|cr)?\.?
    """,
    re.VERBOSE,
)
GROUPED = re.compile(r"\d{1,3}(?:([.,'’` ])\d{3})(?:\1\d{3})*|\d{1,3}(?:,\d{2})+,\d{3}")
REMARK = re.compile(
    r"[(（][^\d)）]*[\u3040-\u9fff][^)）]*[)）]$"
)  # 131.77(已退款89.84): what was paid, and what came back
HAS_DIGIT = re.compile(r"\d")
OUT_SIDES, IN_SIDES = {"DR", "DB", "D", "S"}, {"CR", "C", "H"}
ONE_OF = {
    "$": "USD",
    "US$": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₦": "NGN",
    "Ksh": "KES",
    "KSh": "KES",
    "zł": "PLN",
    "Kč": "CZK",
}


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that is a number, before it is known which mark is the decimal one."""

    digits: str  # as written, without sign and currency: 1.234,56
    sign: int  # -1 where the cell says minus or DR, +1 where it says plus or CR, 0 where it says nothing
    whole: bool  # ends in ",-": whole units
    currency: str  # a code where the sign tells one
    marked: bool  # a currency sign, DR or CR stands beside it

    @property
    def looks_like_money(self) -> bool:
        return self.marked or self.sign != 0 or bool(re.search(r"[.,]\d{1,2}$|[.,' ]\d{3}", self.digits))


@lru_cache(maxsize=200_000)
def read_number(cell: str) -> Number | None:
    """The number in the cell, or None: nan, inf, 1e5, 1_000, dates and times are none."""
    text = cell.strip().translate(SIGNS).strip().strip("'").replace(",--", ",-").replace(".--", ".-")
    if not text or len(text) > 40 or not HAS_DIGIT.search(text):
        return None
    found = SHAPE.fullmatch(REMARK.sub("", text))
    if not found or not _well_formed(digits := found["digits"].strip()):
        return None
    whole = digits[-1] in ".," and found["trail"] == "-"
    digits = digits.rstrip(".,") if whole else digits
    opened = bool(found["open"] or found["open2"])
    if opened != bool(found["close"] or found["close2"]):
        return None
    signs = [
        found[name] for name in ("lead", "lead2", "trail", "trail2") if found[name] and not (whole and name == "trail")
    ]
    side = (found["side"] or "").upper()
    if len(signs) > 1:
        return None
    negative = opened or signs == ["-"] or (not signs and side in OUT_SIDES)
    money = found["money1"] or found["money2"] or ""
    code = ONE_OF.get(money, money if len(money) == 3 and money.isalpha() and money.isupper() else "")
    positive = signs == ["+"] or side in IN_SIDES
    sign = -1 if negative else int(positive)
    return Number(digits, sign, whole, code, bool(money or side))


def _well_formed(digits: str) -> bool:
    """Groups are of three (or, in India, of two before a last three); one mark may close the decimals."""
    tail = re.fullmatch(r"(.*?)(?:([.,])(\d*))?", digits)
    body, mark = (tail[1], tail[2]) if tail else (digits, None)
    if GROUPED.fullmatch(digits) or not body or (body.isascii() and body.isdigit()):
        return True
    return bool(mark) and bool(GROUPED.fullmatch(body)) and mark not in body


@lru_cache(maxsize=200_000)
def marks(number: Number) -> tuple[str, bool]:
    """The decimal mark the cell proves (or "" where it proves none), and whether it could be read two ways."""
    digits = number.digits
    found = [char for char in digits if not char.isdigit()]
    points = [char for char in found if char in ".,"]
    if not points:
        return "", False
    last = points[-1]
    if number.whole:
        return _other(last), False
    if len(set(points)) == 2:
        return last, False
    if len(points) > 1:
        return _other(last), False
    before, after = re.sub(r"\D", "", digits.split(last)[0]), digits.split(last)[1]
    if len(after) == 3 and 1 <= len(before) <= 3 and before.strip("0") and len(found) == 1:
        return "", True
    return last, False


def _other(mark: str) -> str:
    return "." if mark == "," else ","


def decimal_mark(numbers: Iterable[Number]) -> tuple[str, list[str]]:
    """The mark that the cells prove, and the first cells that could be read two ways (only where none proves it)."""
    proven: dict[str, int] = {".": 0, ",": 0}
    open_cells: dict[str, None] = {}
    for number in numbers:
        mark, ambiguous = marks(number)
        if mark:
            proven[mark] += 1
        elif ambiguous:
            open_cells[number.digits] = None
    if any(proven.values()):
        return max(proven, key=lambda mark: proven[mark]), []
    return "", list(open_cells)


def value_of(number: Number, mark: str) -> Decimal:
    """The amount without its sign; a cell that proves its own mark is read by that."""
    own = marks(number)[0]
    decimal = own or mark or "."
    digits = number.digits
    if (
        own
        and _other(own) not in digits
        and digits.count(own) == 1
        and mark
        and own != mark
        and _is_grouped(digits, mark)
    ):
        decimal = mark
    whole, found, part = digits.rpartition(decimal)
    if not found:
        whole, part = digits, ""
    return Decimal(f"{re.sub(r'[^0-9]', '', whole) or '0'}.{part or '0'}").normalize() + Decimal("0.00")


def _is_grouped(digits: str, mark: str) -> bool:
    return bool(GROUPED.fullmatch(digits)) and mark not in digits
