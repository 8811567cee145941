"""Which rows of a file the notebook has already: each stored entry is claimed once per file, near ones are asked."""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

NEAR_DAYS = 5  # from pending to posted, or from the till to the bank
PLAIN, WORD = re.compile(r"[a-z0-9]+"), re.compile(r"[^\W_]+")
Amount = tuple[str, Decimal]  # currency and what it moves, negative for money out
NEW, THERE, NEAR = "new", "there", "near"


def words_of(text: str) -> str:
    """Letters and digits in lower case, without accents: how two texts are compared."""
    if text.isascii():
        return " ".join(PLAIN.findall(text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(WORD.findall(bare))


def text_key(text: str) -> str:
    """Short, and telling nothing of the text; empty for a text without a word."""
    words = words_of(text)
    return hashlib.sha256(words.encode()).hexdigest()[:32] if words else ""


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the file."""

    place: int
    day: date
    signed: Decimal
    note: str
    key: str
    currency: str = ""
    bank_id: str = ""
    category: str = ""  # where the file is our own export

    @property
    def amount(self) -> Amount:
        return self.currency, self.signed


@dataclass(frozen=True, slots=True)
class Written:
    """How an entry stands in the notebook, or stood in a file that it came from."""

    day: date
    amount: Amount
    key: str
    note: str
    bank_id: str = ""
    statement: int = 0  # 0: not in a file but in the notebook itself


@dataclass(slots=True)
class Known:
    """An entry of the notebook with every way in which it was ever written."""

    number: int
    written: list[Written]
    category: str = ""
    gone: bool = False  # in the trash, or erased

    @property
    def by_hand(self) -> bool:
        return all(not written.statement for written in self.written)


@dataclass(frozen=True, slots=True)
class Verdict:
    standing: str
    entry: int | None = None
    why: str = ""


Way = tuple[Known, Written]


class Pool:
    """Ways of entries under a key; a taken entry is passed over, so that many equal rows cost no more than few."""

    def __init__(self, ways: Iterable[tuple[Hashable, Way]], claimed: set[int]) -> None:
        self._ways: dict[Hashable, list[Way]] = defaultdict(list)  # last first: a list takes a tenth of a deque
        self._claimed = claimed
        for key, way in reversed(list(ways)):
            self._ways[key].append(way)

    def first(self, key: Hashable) -> Way | None:
        ways = self._ways.get(key)
        while ways and ways[-1][0].number in self._claimed:
            ways.pop()
        return ways[-1] if ways else None


@dataclass(slots=True)
class Matching:
    """One file against one notebook. `own` is our export; `other_accounts` are statements of another account, by what
    is in them or, those `named`, by what both files say."""

    found: Sequence[Found]
    known: Sequence[Known]
    own: bool = False
    other_accounts: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)

    def run(self) -> dict[int, Verdict]:
        """A verdict for each place of the file. Surest pairs first, so that a weaker one never takes their entry."""
        for label in (_by_label, _by_number, _where_one_has_none):
            self._claim(label)
        self._ask_exact()
        if not self.own:
            self._ask_near()
        for row in self.found:
            self.verdicts.setdefault(row.place, Verdict(NEW))
        return self.verdicts

    def _ways(self) -> Iterator[Way]:
        return ((known, way) for known in self.known for way in known.written)

    def _open(self) -> list[Found]:
        return [row for row in self.found if row.place not in self.verdicts]

    def _give(self, row: Found, way: Way, standing: str) -> None:
        why = _reason(row, *way) if standing == NEAR else ""
        self.verdicts[row.place] = Verdict(standing, way[0].number, why)
        self.claimed.add(way[0].number)

    def _claim(self, labels: "Labels") -> None:
        """The same day, amount and text. Not sure of: another bank number, another account, no text, the trash."""
        sure = (
            ((way.day, way.amount, way.key, label), (known, way))
            for known, way in self._ways()
            if not known.gone and way.statement not in self.other_accounts
            if way.key or self.own or way.statement
            for label in labels(way.bank_id, known.category, of_row=False)
        )
        pool = Pool(sure, self.claimed)
        for row in self._open():
            (label,) = labels(row.bank_id, row.category, of_row=True)
            if way := pool.first((row.day, row.amount, row.key, label)):
                self._give(row, way, THERE)

    def _ask_exact(self) -> None:
        pool = Pool((((way.day, way.amount, way.key), (known, way)) for known, way in self._ways()), self.claimed)
        for row in self._open():
            if way := pool.first((row.day, row.amount, row.key)):
                self._give(row, way, NEAR)

    def _ask_near(self) -> None:
        """The nearest in text, then the nearest in days."""
        asked = {row.amount for row in self._open()}
        ways = list(self._near_ways(asked))
        pool, amounts = Pool(ways, self.claimed), {key[0] for key, _ in ways}
        counts = Counter(row.bank_id for row in self.found if row.bank_id)
        rows = [row for row in self._open() if row.amount in amounts]
        for signs in (_signs_of_text, _signs_of_none):
            told = [(row, signs(row, counts)) for row in rows]
            for days in sorted(range(-NEAR_DAYS, NEAR_DAYS + 1), key=abs):
                for row, some in told:
                    if row.place not in self.verdicts:
                        day = row.day + timedelta(days)
                        if way := next(filter(None, (pool.first((row.amount, day, sign)) for sign in some)), None):
                            self._give(row, way, NEAR)

    def _near_ways(self, asked: set[Amount]) -> Iterator[tuple[tuple[Amount, date, str], Way]]:
        """What was typed by hand has the owner's own words; what came from a bank shares some of the bank's."""
        for known, written in self._ways():
            if (
                written.amount not in asked
                or known.gone
                or known.number in self.claimed
                or written.statement in self.named
            ):
                continue
            words = _long_words(written.note)
            signs = [*words, ANY, f"#{written.bank_id}"] + [NONE] * (known.by_hand or not words)
            for sign in signs:
                yield (written.amount, written.day, sign), (known, written)


class Labels(Protocol):
    """What else must agree: the one label of a row with any of an entry's."""

    def __call__(self, bank_id: str, category: str, *, of_row: bool) -> Sequence[Hashable]: ...


MOST_WORDS = 12
ANY, NONE = "any text", "no text"  # of two words, as no single word is


def _by_label(bank_id: str, category: str, *, of_row: bool) -> Sequence[Hashable]:
    return [(bank_id, category)]


def _by_number(bank_id: str, category: str, *, of_row: bool) -> Sequence[Hashable]:
    return [bank_id]


def _where_one_has_none(bank_id: str, category: str, *, of_row: bool) -> Sequence[Hashable]:
    """A row and an entry that both have a number, and not the same, do not meet here."""
    if of_row:
        return ["numbered" if bank_id else "bare"]
    return ["bare"] if bank_id else ["bare", "numbered"]


def _signs_of_text(row: Found, counts: Counter[str]) -> list[str]:
    number = [f"#{row.bank_id}"] if counts[row.bank_id] == 1 else []
    return [*_long_words(row.note), *number]


def _signs_of_none(row: Found, counts: Counter[str]) -> list[str]:
    return [NONE] if _long_words(row.note) else [ANY]


def _long_words(text: str) -> list[str]:
    """Words of three letters or more that are no number; of many the longest, which a file made to hurt is full of."""
    words = {word for word in words_of(text).split() if len(word) > 2 and not word.isdigit()}
    return sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]


def _reason(row: Found, known: Known, way: Written) -> str:
    if known.gone:
        return "deleted"
    if row.day == way.day and row.key == way.key:
        return "number" if _other_number(row, way) else "account" if way.statement else "typed"
    return "typed" if known.by_hand else "text"


def _other_number(row: Found, way: Written) -> bool:
    return bool(row.bank_id) and bool(way.bank_id) and row.bank_id != way.bank_id


def of_other_accounts(found: Sequence[Found], earlier: dict[int, list[Found]]) -> frozenset[int]:
    """Earlier files that cover the same days and hold other rows: two accounts may each have the same fee."""
    return frozenset(number for number, rows in earlier.items() if not _overlap_agrees(found, rows))


def _overlap_agrees(found: Sequence[Found], earlier: Sequence[Found]) -> bool:
    """The same account shows at least half of its rows again. The earlier file's last day may not have been over
    when it was made: it counts only where there is no other."""
    if not found or not earlier:
        return True
    first = max(min(row.day for row in found), min(row.day for row in earlier))
    last = max(row.day for row in earlier)
    whole_days = min(max(row.day for row in found), last - timedelta(1))
    left, right = _prints(found, first, whole_days), _prints(earlier, first, whole_days)
    if left or right:
        return (left & right).total() * 2 >= max(left.total(), right.total())
    left, right = _prints(found, last, last), _prints(earlier, last, last)
    return (left & right).total() * 2 >= min(left.total(), right.total())


def _prints(rows: Iterable[Found], first: date, last: date) -> Counter[tuple[date, Amount]]:
    """Without the text: one bank words it in each of its formats otherwise."""
    return Counter((row.day, row.amount) for row in rows if first <= row.day <= last)
