"""Dates as banks write them. The order of day and month belongs to the file, not to the cell."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

MAY_BEGIN = re.compile(r"[^\W\d]{0,12}[.,]?\s*[^\W\d]{0,12}[.,]?\s*\d")
TIME = (
    r"(?:(?:[T ,-]|\s-\s|,\s)\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:[.,:]\d+)?\s*(?:[AaPp]\.?\s?[Mm]\.?)?"
    r"\s*(?:Z|UTC|GMT|[A-Z]{2,4}|[+-]\d{2}:?\d{2})?)?"
)
WEEKDAY = r"(?:[^\W\d]{2,10}\.?,?\s+)?"
YEAR_FIRST = re.compile(rf"{WEEKDAY}(\d{{4}})\s?([-/.:年])\s?(\d{{1,2}})\s?[-/.:月]\s?(\d{{1,2}})[日.]?{TIME}")
YEAR_LAST = re.compile(
    rf"{WEEKDAY}(\d{{1,2}})\.?\s?([-/. ])\s?(\d{{1,2}})\s?[-/.' ]\s?'?\s?(\d{{4}}|\d{{2}})\.?(?:г\.?|г)?{TIME}"
)
COMPACT = re.compile(r"(\d{8})(?:\d{6})?(?:[T ]?\d{6})?(?:\[[^\]]*\])?")
NAMED = re.compile(
    rf"{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?[\s/.-]*(?:de\s+)?([^\W\d_]{{3,12}})\.?,?[\s/.-]*(?:de\s+|')?(\d{{4}}|\d{{2}}){TIME}"
)
NAME_FIRST = re.compile(
    rf"{WEEKDAY}([^\W\d_]{{3,12}})\.?\s*[-/ ]?\s*(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|[\s/-]+)'?(\d{{4}}|\d\d){TIME}"
)
YEAR_NAMED = re.compile(rf"(\d{{4}})[\s/.-]+([^\W\d_]{{3,12}})\.?[\s/.-]+(\d{{1,2}}){TIME}")

# The first letters that tell a month apart, over the languages that banks write in.
MONTHS = (
    "jan ene gen janv sty led янв oca tam ιαν januar",
    "feb fev fév fevr févr lut úno uno фев şub sub helmi φεβ únor febr",
    "mar mär mrz maa mrt bře bre мар marzec márc marc maalis maart mars",
    "apr abr avr kwi dub апр nis huhti ápr",
    "may mai mei maj mag mayo kvě kve май мая touko máj maio maggio",
    "jun juin giu cze čer cer июн haz kesä jún června juni",
    "jul juil lug lip čec cec июл tem heinä júl července juli",
    "aug ago août aou aoû sie srp авг ağu agu elo",
    "sep set sept wrz zář zar сен eyl syys szept",
    "oct okt out ott paź paz říj rij окт eki loka",
    "nov lis noviembre kas ноя marras",
    "dec déc dez dic des gru pro дек ara joulu",
)
MONTH_BY_START = {start: number for number, starts in enumerate(MONTHS, 1) for start in starts.split()}
ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Parts:
    """Three numbers in the order written, and what their writing says of the order."""

    numbers: tuple[int, int, int]
    order: str  # dmy, mdy or ymd where the writing decides, else ""
    style: str  # the separator and the year's length: cells of one style share one order


@lru_cache(maxsize=100_000)
def read_parts(cell: str) -> Parts | None:
    """The date's parts, or None where the cell is no date with a year."""
    text = cell.strip().strip("'\"").replace("\u00a0", " ").partition(" as of ")[0]
    if not 6 <= len(text) <= 50 or not MAY_BEGIN.match(text):
        return None
    for read in (_year_first, _compact, _named, _year_last):
        if (parts := read(text)) and _orders(parts):
            return parts
    return None


def _year_first(text: str) -> Parts | None:
    if found := YEAR_FIRST.fullmatch(text):
        return Parts((int(found[1]), int(found[3]), int(found[4])), "ymd", f"Y{found[2]}")
    return None


def _compact(text: str) -> Parts | None:
    found = COMPACT.fullmatch(text)
    if not found:
        return None
    digits = found[1]
    if 1970 <= int(digits[:4]) <= 2100 and 1 <= int(digits[4:6]) <= 12:
        return Parts((int(digits[:4]), int(digits[4:6]), int(digits[6:])), "ymd", "Y")
    if len(text) == 8 and 1970 <= int(digits[4:]) <= 2100:
        return Parts((int(digits[:2]), int(digits[2:4]), int(digits[4:])), "", "y4")
    return None


def _named(text: str) -> Parts | None:
    for shape, (day, month, year) in ((NAMED, (1, 2, 3)), (NAME_FIRST, (2, 1, 3)), (YEAR_NAMED, (3, 2, 1))):
        if (found := shape.fullmatch(text)) and (number := month_named(found[month])):
            return Parts((int(found[day]), number, int(found[year])), "dmy", "name")
    return None


def month_named(word: str) -> int:
    word = word.lower().rstrip(".")
    for length in range(min(len(word), 6), 2, -1):
        if number := MONTH_BY_START.get(word[:length]):
            return number
    return 0


def _year_last(text: str) -> Parts | None:
    found = YEAR_LAST.fullmatch(text)
    if not found:
        return None
    # A date with full stops is written day first wherever it is used.
    numbers = (int(found[1]), int(found[3]), int(found[4]))
    dotted = Parts(numbers, "dmy", ".")
    if found[2] == "." and as_date(dotted, "dmy"):
        return dotted
    return Parts(numbers, "", f"{found[2]}{len(found[4])}")


def as_date(parts: Parts, order: str) -> date | None:
    """The date under an order (the writing's own comes first), or None where there is no such day."""
    order = parts.order or order
    day, month, year = (parts.numbers[order.index(letter)] for letter in "dmy")
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _orders(parts: Parts) -> list[str]:
    """The orders under which there is such a day. Year first in two digits only where nothing else can be."""
    if parts.order:
        return [parts.order] if as_date(parts, parts.order) else []
    found = [order for order in ("dmy", "mdy") if as_date(parts, order)]
    if not found and parts.style.endswith("2") and as_date(parts, "ymd"):
        return ["ymd"]
    return found


def orders_of(cells: Iterable[Parts]) -> list[str]:
    """The orders left open: one where the file decides, two where both read and differ, none without such cells."""
    votes: Counter[str] = Counter()
    differing = total = 0
    for parts in cells:
        if parts.order:
            continue
        total += 1
        possible = _orders(parts)
        votes.update(possible)
        differing += len(possible) == 2 and as_date(parts, "dmy") != as_date(parts, "mdy")
    if not total:
        return []
    best = max(ORDERS, key=lambda order: votes[order])
    rivals = [order for order in ORDERS if votes[order] == votes[best]]
    if len(rivals) == 1 and votes[best] >= total * 0.5 and _clear(votes, best, total):
        return [best]
    return [order for order in ORDERS if votes[order]] if differing else [best]


def _clear(votes: Counter[str], best: str, total: int) -> bool:
    """A second order that alone reads many cells means the file mixes orders: then it is asked."""
    only_other = total - votes[best]
    only_best = total - max(votes[order] for order in ORDERS if order != best)
    return only_other * 10 <= only_best
