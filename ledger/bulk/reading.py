"""A CSV file from a stranger, read strictly: what is wrong is named by line, column, value and reason."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

from accounts.sentences import Sentence, said, sentence_of

LARGEST_FILE = 100 * 1024 * 1024  # bytes
LONGEST_CELL = 1_000  # characters; no column of ours is longer
MOST_COLUMNS = 40
LONGEST_RECORD = 1024 * 1024  # bytes of one line of cells, however many lines of text its quotes span

EMPTY = said("is empty")
NO_HEADER = said("The file is empty. Its first line names the columns.")
TOO_LARGE = said("The file is larger than %(size)s MB. Load it in parts.", size=LARGEST_FILE // 1024 // 1024)
NOTHING_TO_POST = said("The file has a header, and nothing below it to post.")
_TOO_LONG = said("a cell is far too long, or a quote that opens here is never closed")
_PLAIN = {
    "field limit": _TOO_LONG,
    "unexpected end": said("a quote that opens here is never closed"),
    "expected after": said("there is text after a closing quote; write a quote inside a cell twice"),
    "new-line character": said("a line ends in a carriage return alone; save the file with Windows or Unix line ends"),
}

_SEPARATED = {
    ";": said("The columns are separated by semicolons. Save the file with commas between them."),
    "\t": said("The columns are separated by tabs. Save the file with commas between them."),
    "|": said("The columns are separated by bars. Save the file with commas between them."),
}
T = TypeVar("T")


class BadFile(Exception):
    """The file as a whole cannot be read; its text says why and how to mend it."""


def bad_line(number: int, reason: str) -> BadFile:
    return BadFile(said("line %(line)s: %(reason)s.", line=number, reason=reason))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one line."""

    line: int
    reason: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Sentence:
        told = {"line": self.line, "reason": self.reason}
        if not self.column:
            return said("line %(line)s: %(reason)s", **told)
        shown = self.value if len(self.value) <= 60 else f"{self.value[:57]}..."
        return said(
            "line %(line)s, column %(column)s: %(value)s %(reason)s", column=self.column, value=repr(shown), **told
        )


@dataclass(slots=True)
class Line:
    """One line's cells by column, and the problems met in reading them."""

    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def read(self, column: str, parse: Callable[[str], T], default: T) -> T:
        """Parse a cell; an absent column or an empty optional cell gives the default, a wrong one a problem."""
        text = self.cells.get(column, "")
        try:
            return parse(text)
        except ValueError as reason:
            self.problems.append(Problem(self.number, sentence_of(reason) if text else EMPTY, column, text))
            return default

    def read_if_given(self, column: str, parse: Callable[[str], T], default: T) -> T:
        return self.read(column, parse, default) if self.cells.get(column) else default


@dataclass(frozen=True)
class Columns:
    """The header a kind of file has: these columns, in any order, and none other."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def fingerprint(path: Path) -> str:
    """sha256 of the file's bytes. Raises BadFile for what no reading could mend."""
    digest = hashlib.sha256()
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadFile(TOO_LARGE)
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise BadFile(said("The file cannot be opened: %(reason)s.", reason=error.strerror)) from None
    return digest.hexdigest()


def read_lines(path: Path, layouts: Sequence[Columns], *, byte_order_mark: bool = False) -> Iterator[Line | Problem]:
    """Every line of the file under whichever layout its header fits, or the problem with it.

    Raises BadFile when the header fits none, or the text cannot be decoded.
    """
    with path.open("rb") as file:
        found = read_records(file, layouts, byte_order_mark=byte_order_mark)
        _, header = next(found)
        for number, cells in found:
            yield as_line(number, header, cells)


def read_records(
    file: BinaryIO, layouts: Sequence[Columns], *, byte_order_mark: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """The header, which fits a layout, then each line's cells, with the number of the line they begin on.

    Never holds more than one record. Raises BadFile as read_lines does.
    """
    found = records(_decoded(file, byte_order_mark))
    number, header = next(found, (0, None))
    if header is None:
        raise BadFile(NO_HEADER)
    _fit(header, layouts)
    yield number, header
    yield from ((number, cells) for number, cells in found if cells)


def records(lines: Iterable[str], separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on: one with a quote left open is read on, and found far below."""
    begins, taken = 1, 0

    def bounded() -> Iterator[str]:
        nonlocal taken
        for text in lines:
            taken += len(text)
            if taken > LONGEST_RECORD:
                raise bad_line(begins, _TOO_LONG)
            yield text

    reader = csv.reader(bounded(), strict=True, delimiter=separator)
    try:
        for cells in reader:
            yield begins, cells
            begins, taken = reader.line_num + 1, 0
    except csv.Error as error:
        raise bad_line(begins, _plain(error)) from None


def _decoded(file: BinaryIO, byte_order_mark: bool) -> Iterator[str]:
    """The file's lines as text."""
    for number, raw in enumerate(iter(lambda: file.readline(LONGEST_RECORD + 1), b""), 1):
        if len(raw) > LONGEST_RECORD:
            raise bad_line(number, _TOO_LONG)
        if number == 1:
            raw = _without_mark(raw, byte_order_mark)
        if b"\0" in raw:
            raise bad_line(number, said("there is a NUL byte; this is not a text file in UTF-8"))
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError as error:
            reason = said("the byte %(byte)s is not UTF-8. Save the file as UTF-8", byte=f"0x{raw[error.start]:02x}")
            raise bad_line(number, reason) from None


def _without_mark(raw: bytes, taken: bool) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(said("The file is UTF-16. Save it as CSV in UTF-8."))
    if not raw.startswith(b"\xef\xbb\xbf"):
        return raw
    if not taken:
        raise BadFile(
            said(
                "The file begins with a byte-order mark, as Excel's 'CSV UTF-8' does. Save it as UTF-8 without one,"
                " or load it with --excel; the portal takes it as it is."
            )
        )
    return raw[3:]


def _fit(header: list[str], layouts: Sequence[Columns]) -> None:
    """Raise BadFile unless the header has every required column of one layout, and none that is not its own."""
    if len(header) > MOST_COLUMNS:
        raise BadFile(
            said(
                "The header names %(count)s columns; no file of ours has more than %(most)s.",
                count=len(header),
                most=MOST_COLUMNS,
            )
        )
    for sign, separated in _SEPARATED.items():
        if len(header) == 1 and sign in header[0]:
            raise BadFile(separated)
    closest = max(layouts, key=lambda layout: len({*layout.required, *layout.optional} & {*header}))
    if missing := [name for name in closest.required if name not in header]:
        raise BadFile(
            said("The header lacks %(columns)s. It is: %(header)s", columns=_named(missing), header=_expected(closest))
        )
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise BadFile(said("The header names %(columns)s twice.", columns=_named(twice)))
    if extra := [name for name in header if name not in closest.required + closest.optional]:
        raise BadFile(
            said(
                "The header has columns that are not known: %(columns)s. It is: %(header)s",
                columns=_named(extra),
                header=_expected(closest),
            )
        )


def _named(columns: Sequence[str]) -> str:
    return ", ".join(repr(name[:60]) for name in columns)


def _expected(layout: Columns) -> str:
    optional = f"[,{','.join(layout.optional)}]" if layout.optional else ""
    return f"{','.join(layout.required)}{optional}"


def as_line(number: int, header: list[str], cells: list[str]) -> Line | Problem:
    if len(cells) != len(header):
        reason = said("has %(count)s cells, the header has %(wanted)s", count=len(cells), wanted=len(header))
        return Problem(number, reason)
    for column, text in zip(header, cells, strict=True):
        if len(text) > LONGEST_CELL:
            reason = said("is longer than %(count)s characters", count=LONGEST_CELL)
            return Problem(number, reason, column, text[:61])  # one more than is shown
    return Line(number, dict(zip(header, cells, strict=True)))


def _plain(error: csv.Error) -> str:
    """The csv module's own words, where they are for programmers, in words for people."""
    words = str(error)
    for sign, plain in _PLAIN.items():
        if sign in words:
            return plain
    return words
