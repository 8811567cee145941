"""Days as people write them in a line: yesterday, on monday, 3 days ago, 1 nov, nov 1 2025, 13/11/2026."""

import datetime
import re
from collections.abc import Iterator, Sequence

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
# The pages' other languages. Hindi has one word for yesterday and tomorrow, and mañana is a morning too: not here.
NEAR |= {"hoy": 0, "ayer": -1, "aujourd'hui": 0, "aujourd’hui": 0, "hier": -1, "आज": 0, "اليوم": 0, "أمس": -1}
_SHORT = {name[:3]: name for name in WEEKDAYS} | {"tues": "tuesday", "thur": "thursday", "thurs": "thursday"}
_OF_MONTH = re.compile(r"([1-9]|[12][0-9]|3[01])(st|nd|rd|th|\.)?")
_COUNT = re.compile(r"[0-9]{1,3}")
_YEAR = re.compile(r"(19[7-9]|20[0-9])[0-9]")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTS = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2})?)?")
_LIKE_A_DAY = re.compile(r"[0-9]{1,4}[/-][0-9]{1,2}([/-][0-9]{1,4})?|[0-9]{1,2}\.[0-9]{1,2}\.([0-9]{2,4})?")
Found = tuple[datetime.date, int, int]  # the day, and from where to where its words stand


def looks_like_a_day(word: str) -> bool:
    """Digits and strokes that nobody reads as an amount."""
    return bool(_LIKE_A_DAY.fullmatch(word))


def days(words: Sequence[str], today: datetime.date) -> Iterator[Found]:
    """Every day that some of the words may name, with "on" and "last" before it."""
    folded = [word.casefold().strip(",;") for word in words]
    for place in range(len(folded)):
        yield from (_with_little_word(folded, found) for found in _at(folded, place, today))


def _with_little_word(folded: list[str], found: Found) -> Found:
    day, start, end = found
    return (day, start - 1, end) if start and folded[start - 1] == "on" else found


def _at(folded: list[str], place: int, today: datetime.date) -> Iterator[Found]:
    yield from _near(folded, place, today)
    yield from _weekday(folded, place, today)
    yield from _by_month(folded, place, today)
    day = _in_digits(folded[place], today)
    if day:
        yield day, place, place + 1


def _near(folded: list[str], place: int, today: datetime.date) -> Iterator[Found]:
    if folded[place] in NEAR and folded[max(place - 2, 0) : place] != ["day", "before"]:
        yield today + datetime.timedelta(days=NEAR[folded[place]]), place, place + 1
    if folded[place : place + 3] == ["day", "before", "yesterday"]:
        start = place - 1 if place and folded[place - 1] == "the" else place
        yield today - datetime.timedelta(days=2), start, place + 3
    if _COUNT.fullmatch(folded[place]) and folded[place + 1 : place + 3] in (["days", "ago"], ["day", "ago"]):
        yield today - datetime.timedelta(days=int(folded[place])), place, place + 3


def _weekday(folded: list[str], place: int, today: datetime.date) -> Iterator[Found]:
    """The last one there was, today too; a short name counts only at either end: "sun cream"."""
    word = folded[place]
    name = _SHORT.get(word, word)
    at_an_end = place in (0, len(folded) - 1)
    if name not in WEEKDAYS or (word != name and not at_an_end):
        return
    back = (today.weekday() - WEEKDAYS.index(name)) % 7
    last = bool(place) and folded[place - 1] == "last"
    yield today - datetime.timedelta(days=back or (7 if last else 0)), place - last, place + 1


def _by_month(folded: list[str], place: int, today: datetime.date) -> Iterator[Found]:
    """1 nov, nov 1, each with a year or without."""
    month = _month(folded[place])
    if not month:
        return
    for other, start, end in ((place - 1, place - 1, place + 1), (place + 1, place, place + 2)):
        found = _OF_MONTH.fullmatch(folded[other]) if 0 <= other < len(folded) else None
        if found:
            year = folded[end] if end < len(folded) and _YEAR.fullmatch(folded[end]) else ""
            if year and (day := _day(int(year), month, int(found[1]))):
                yield day, start, end + 1
            if day := _nearest(month, int(found[1]), today):
                yield day, start, end


def _month(word: str) -> int:
    word = word.removesuffix(".")
    if len(word) < 3:
        return 0
    return next((number for number, name in enumerate(MONTHS, 1) if word == name or word in (name[:3], name[:4])), 0)


def _in_digits(word: str, today: datetime.date) -> datetime.date | None:
    """2026-11-13 and what has one meaning only, as 13/11/2026 and 5/5; not 1/11, which is two days."""
    if _ISO.fullmatch(word):
        return _day(*map(int, word.split("-")))
    parts = _PARTS.fullmatch(word)
    if parts is None or (parts[2] != "/" and not parts[4]) or (parts[2] == "-" and len(parts[4]) != 4):
        return None
    first, second = int(parts[1]), int(parts[3])
    if first <= 12 and second <= 12 and first != second and parts[2] != ".":
        return None
    day, month = (second, first) if second > 12 else (first, second)
    if not parts[4]:
        return _nearest(month, day, today)
    return _day(int(parts[4]) + (2000 if len(parts[4]) == 2 else 0), month, day)


def _nearest(month: int, day: int, today: datetime.date) -> datetime.date | None:
    """Without a year it is the last such day that has been."""
    found = (_day(today.year - back, month, day) for back in range(5))
    return next((one for one in found if one and one <= today), None)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
