"""What an old store holds, in words that all three share, and what is found while it is read."""

import datetime
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, ClassVar, Protocol

from ledger.money import ZERO

AT_ONCE = 100  # people in a piece


class BadStore(Exception):
    """The store cannot be moved as it is; its text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of the old app. `key` names him there; `number`, where he had one, is kept."""

    key: str
    where: str
    name: str
    number: int | None = None
    email: str = ""
    phone: str = ""
    age: int | None = None
    hashed: str = ""  # his password, as our column holds it
    signs_in: bool = False
    by_name: bool = False  # he signed in with the key


@dataclass(frozen=True, slots=True)
class Staff:
    number: int
    where: str
    name: str
    email: str
    phone: str
    age: int | None


@dataclass(frozen=True, slots=True)
class Owed:
    key: str
    where: str
    month: datetime.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Came:
    """A receipt. Its reference, behind the store's name, is what a second run knows it by."""

    key: str
    where: str
    day: datetime.date
    amount: Decimal
    reference: str
    starting: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    key: str
    where: str
    as_of: datetime.date
    defaulted: bool
    percents: dict[str, float]


@dataclass(frozen=True, slots=True)
class Spent:
    key: str
    where: str
    day: datetime.date
    amount: Decimal
    category: str
    note: str
    reference: str


@dataclass
class Piece:
    """Some people, with all that is theirs."""

    people: list[Person] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)

    def of_store(self, store: str) -> "Piece":
        """The same, under references that no other store of the app has: one person may stand in two."""
        came = [replace(one, reference=f"{store} {one.reference}") for one in self.came]
        spent = [replace(one, reference=f"{store} {one.reference}") for one in self.spent]
        return replace(self, came=came, spent=spent)


@dataclass
class Side:
    """Rows and their sum, in the store or in Duebook."""

    rows: int = 0
    total: Decimal = ZERO

    def add(self, amount: Decimal = ZERO) -> None:
        self.rows += 1
        self.total += amount


class Findings:
    """Both sides' counts and totals, and every difference, kept on disk however many there are."""

    NOUNS = ("staff", "customers", "dues", "payments", "outcomes", "expenses")
    MONEY = ("dues", "payments", "expenses")

    def __init__(self) -> None:
        self.there = {noun: Side() for noun in self.NOUNS}
        self.here = {noun: Side() for noun in self.NOUNS}
        self.added = {noun: Side() for noun in self.NOUNS}
        self.notes: list[str] = []
        self.count = 0
        self._lines: IO[str] | None = None

    def differ(self, where: str, what: str) -> None:
        self.count += 1
        if self._lines is None:
            self._lines = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115  closed below
        self._lines.write(" ".join(f"{where}: {what}".split()) + "\n")

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def differences(self) -> Iterator[str]:
        if self._lines:
            self._lines.seek(0)
            yield from (line.rstrip("\n") for line in self._lines)

    def close(self) -> None:
        if self._lines:
            self._lines.close()


class Unheard(Findings):
    """For a look that shall tell nothing."""

    def differ(self, where: str, what: str) -> None:
        pass


class Store(Protocol):
    """One old store, read piece by piece; what it holds is counted in the findings as it is read."""

    app: ClassVar[str]
    answers: str  # of the operator's, without which the store would be read otherwise

    @property
    def place(self) -> Path: ...

    def files(self) -> Sequence[Path]:
        """What it consists of; the store is the same as long as these are."""
        ...

    def staff(self, found: Findings) -> list[Staff]: ...

    def pieces(self, found: Findings) -> Iterator[Piece]: ...
