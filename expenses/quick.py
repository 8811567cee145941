"""One line of plain words becomes an entry: "120 lunch food yesterday", "3,50 coffee", "income 2000 salary 1 nov".

What can be read in two ways is asked, never guessed.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.sentences import Sentence, said
from expenses.amounts import Money, amounts
from expenses.days import days, looks_like_a_day

LONGEST_LINE = 300
LONGEST_NOTE = 200
_Span = tuple[datetime.date | None, int, int]  # a day, and from where to where its words stand
NO_DAY: _Span = (None, 0, 0)
KINDS = {"income": "income", "refund": "refund", "transfer": "transfer", "spending": "spending", "spent": "spending"}
# The same in the pages' other languages.
ELSEWHERE = {
    "income": ("ingreso", "revenu", "आय", "دخل"),
    "refund": ("reembolso", "remboursement", "रिफंड", "रिफ़ंड", "استرداد"),
    "transfer": ("transferencia", "virement", "ट्रांसफर", "ट्रांसफ़र", "تحويل"),
    "spending": ("gasto", "dépense", "खर्च", "مصروف"),
}
KINDS |= {word: kind for kind, words in ELSEWHERE.items() for word in words}
# Not beside the amount they are words like others: "bus transfer"
ONLY_BESIDE = {"transfer", "spending", "spent", *(word for words in ELSEWHERE.values() for word in words)}


class NotClear(ValueError):
    """Its text says how to write the line so that it is clear."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; a category or day that it does not say is empty."""

    amount: Decimal
    currency: str = ""  # empty: the notebook's own
    day: datetime.date | None = None
    kind: str = "spending"
    category: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to read the line: which words are the day, which the amount, and the words that are left."""

    day: datetime.date | None
    money: Money
    words: tuple[str, ...]
    at: int  # where among the words the amount stood


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader of a line has to know: the day it was written, the categories, the notebook's currency."""

    today: datetime.date
    currency: str
    categories: Sequence[str] = field(default=())


def read_line(text: str, known: Known) -> Reading:
    """Raises NotClear."""
    words = text.split()
    if len(text) > LONGEST_LINE:
        raise NotClear(said("Write at most %(count)s signs in one line.", count=LONGEST_LINE))
    way = _one_way(words, known)
    kind, rest = _kind(way)
    category, note = _category(rest, known.categories)
    if len(note) > LONGEST_NOTE:
        told = said("Write at most %(count)s signs beside the amount, the day and the category.", count=LONGEST_NOTE)
        raise NotClear(told)
    return Reading(way.money.amount, way.money.currency, way.day, kind, category, note)


def _one_way(words: list[str], known: Known) -> _Way:
    ways = list(_ways(words, known))
    distinct = {(way.day, way.money): way for way in ways}
    dated = {way.day for way in ways if way.day}
    if len(distinct) > 1 and len(dated) > 1:
        raise NotClear(said("More than one day can be read here. Write the day as 1 nov 2025."))
    if len(distinct) > 1:
        raise NotClear(_which([str(way.money.amount) for way in distinct.values()]))
    if not ways:
        odd = next((word for word in words if word[:1].isdigit()), None)
        raise NotClear(
            said("%(word)s is no amount that has one meaning. Write it as 1200 or 1200.50.", word=odd)
            if odd
            else said("There is no amount in this line. Write one, as in: 3.50 coffee.")
        )
    return next(iter(distinct.values()))


def _which(amounts: list[str]) -> Sentence:
    """Of three or more, which is rare, the first are told apart from the last as one is from the other."""
    return said(
        "Which is the amount, %(one)s or %(other)s? Write it with its decimals, as in 7.00, and the other without.",
        one=" or ".join(amounts[:-1]),
        other=amounts[-1],
    )


def _ways(words: list[str], known: Known) -> Iterator[_Way]:
    """Every way that leaves one amount; a day is read wherever one can be."""
    dated = sorted(days(words, known.today), key=lambda found: found[1] - found[2])  # with its year before without
    tried: list[_Span] = []
    spans: list[_Span] = [*dated]
    for day, start, end in spans or [NO_DAY]:
        if any(first <= start and end <= last for _, first, last in tried):
            continue
        rest = words[:start] + words[end:]
        odd = next((word for word in rest if looks_like_a_day(word)), None)
        if odd:
            raise NotClear(
                said("%(word)s can be more than one day, or none. Write the day as 1 nov, or yesterday.", word=odd)
            )
        found = list(_amounts(day, rest, known.currency))
        tried += [(day, start, end)] if found and day else []
        yield from found


def _amounts(day: datetime.date | None, words: list[str], currency: str) -> Iterator[_Way]:
    found = list(amounts(words, currency))
    sure = [one for one in found if one[0].marked] or found
    for money, start, end in sure:
        yield _Way(day, money, (*words[:start], *words[end:]), start)


def _kind(way: _Way) -> tuple[str, list[str]]:
    """A plus before the amount is money in; else the word for the kind, taken out of the words."""
    words = list(way.words)
    for place, word in enumerate(words):
        name = word.casefold()
        beside = place == 0 or place in (way.at - 1, way.at)
        if name in KINDS and (beside or name not in ONLY_BESIDE):
            return KINDS[name], words[:place] + words[place + 1 :]
    return ("income" if way.money.sign == "+" else "spending"), words


def _category(words: list[str], categories: Sequence[str]) -> tuple[str, str]:
    """The category and the note. `#pets` names one that need not exist; a name at the end leaves the note."""
    for place, word in enumerate(words):
        if word.startswith("#") and len(word) > 1:
            name = word[1:].replace("_", " ")
            known = {category.casefold(): category for category in categories}
            return known.get(name.casefold(), name)[:60], " ".join(words[:place] + words[place + 1 :])
    folded = [word.casefold() for word in words]
    found = max(_named(folded, categories), default=None)
    if found is None:
        return "", " ".join(words)
    end, length, name = found
    return name, " ".join(words[:-length] if end == len(words) else words)


def _named(folded: list[str], categories: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(where it ends, how many words it has, the name) of each category that the words name."""
    for name in categories:
        sought = name.casefold().split()
        for start in range(len(folded) - len(sought) + 1):
            if sought and folded[start : start + len(sought)] == sought:
                yield start + len(sought), len(sought), name
