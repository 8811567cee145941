"""What reading a bank's file gives: rows, the questions it leaves open, and what was not taken and why."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from accounts.sentences import Sentence, said

LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_ROWS = 50_000
SAMPLE_ROWS = 5
TOO_LARGE = said("The file is larger than %(count)s MB. Download a shorter period.", count=LARGEST_FILE // 1024 // 1024)
TOO_MANY = said("The file has more than %(count)s rows. Download a shorter period.", count=MOST_ROWS)


def no_date(cell: str) -> Sentence:
    return said("%(cell)s is not a date", cell=repr(cell[:40]))


def no_amount(cell: str) -> Sentence:
    return said("%(cell)s is not an amount", cell=repr(cell))


def shape_of(*signs: str) -> str:
    """One short name for whatever tells one bank's export from another's."""
    return hashlib.sha256("\x1f".join(signs).encode()).hexdigest()[:16]


class BadFile(Exception):
    """The file as a whole cannot be read; its text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction; a negative amount is money out."""

    line: int
    date: date
    amount: Decimal
    description: str
    currency: str = ""
    bank_id: str = ""
    kind: str = ""  # these two only in our own export
    category: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line that gave no row: wrong (it needs a person), or no transaction at all (a total, a title)."""

    line: int
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer, and how the file's own text reads under it."""

    value: str
    label: str

    def fits(self, answer: str) -> bool:
        """The value, the label or its beginning; dd/mm/yyyy and %d/%m/%Y say dmy."""
        told = answer.strip().lower()
        letters = "".join(letter for letter, _ in groupby(char for char in told if char.isalpha()))
        said = {self.value, self.label.lower(), self.label.lower().split(":")[0]}
        return told in said or letters == self.value or (letters in ("dm", "md") and self.value.startswith(letters))


OUT_OR_IN = (Choice("out", said("money out")), Choice("in", said("money in")))


@dataclass(frozen=True, slots=True)
class Question:
    """What the file does not decide. `suggested` may be shown first, it is never taken unasked."""

    key: str
    text: str
    choices: tuple[Choice, ...]
    suggested: str = ""
    answer: str = ""
    lasting: bool = True  # the answer holds for every file of this shape, not for this file only


@dataclass(slots=True)
class Reading:
    """One file, read. While a question is open there are no rows: nothing is guessed."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)
    errors: list[Note] = field(default_factory=list)
    not_transactions: list[Note] = field(default_factory=list)
    shape: str = ""  # equal for two files of the same bank and export: answers are remembered under it
    account: str = ""  # as the file names its own account, where it does
    header: tuple[str, ...] = ()
    sample: list[tuple[str, ...]] = field(default_factory=list)  # the file's first rows as written, to ask beside

    @property
    def open(self) -> list[Question]:
        return [question for question in self.asked if not question.answer]


class Asking:
    """Asks each question once, and holds the answers given beforehand (key -> value or label)."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers
        self.asked: list[Question] = []

    def ask(
        self, key: str, text: str, choices: tuple[Choice, ...], suggested: str = "", *, lasting: bool = True
    ) -> str:
        """The answer's value; until there is one the suggestion or the first choice, to read on with.

        Raises BadFile for an answer that is none of the choices.
        """
        given = str(self._answers.get(key, self._answers.get(text, "")))
        answer = next((choice.value for choice in choices if given and choice.fits(given)), "")
        if given and not answer:
            known = [choice.value for choice in choices]
            told = {"answer": repr(given[:40]), "question": key, "known": known}
            raise BadFile(said("%(answer)s is no answer to %(question)s; it may be %(known)s.", **told))
        if not any(question.key == key for question in self.asked):
            self.asked.append(Question(key, text, choices, suggested, answer, lasting))
        return answer or suggested or choices[0].value
