"""A table as a spreadsheet program saves it, written anew in the one way that our readers take.

Only what can be read in one way alone is rewritten. What is left as it was, the strict reader names line by line.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.sentences import Sentence, said
from ledger.bulk.habits import Amounts, Dates
from ledger.bulk.reading import BadFile, Columns, records
from ledger.bulk.workbooks import Number, is_workbook, read_workbook

LARGEST = 3 * 1024 * 1024  # bytes, 2 s of work; a larger file goes to the strict reader as it is
SEPARATORS = {
    ";": said("columns separated by semicolons"),
    "\t": said("columns separated by tabs"),
    "|": said("bars"),
}
DATES = ("date", "due_on", "as_of")
ALIKE = {"e_mail": "email", "e-mail": "email"}
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
FIRST_SHEET = said("the first sheet of the workbook")
SAVE_AS = said(
    "In Excel: File, Save As, “CSV UTF-8”. In LibreOffice: File, Save As, “Text CSV”, character set “Unicode (UTF-8)”."
)

Record = tuple[int, list[str]]  # the line it begins on, its cells


@dataclass(frozen=True)
class Tidied:
    """The file as our readers take it, and in words how it was read; no words: it is as it came."""

    content: bytes
    words: Sequence[str] = field(default_factory=list)


def is_amount(column: str) -> bool:
    return column in ("amount", "credit_limit") or column.endswith("_amt")


def tidy(content: bytes, layouts: Sequence[Columns], order: str = "") -> Tidied:
    """order is "dmy" or "mdy" where somebody said it. Raises BadFile for what no reading could take."""
    known = {name for layout in layouts for name in (*layout.required, *layout.optional)}
    if is_workbook(content):
        found, words = read_workbook(content), [FIRST_SHEET]
    else:
        text = _decoded(content)
        separator = _separator(text, known)
        found = list(records(io.StringIO(text, newline=""), separator))
        words = [SEPARATORS[separator]] if separator in SEPARATORS else []
    if not found or not found[0][1]:
        return Tidied(content)  # the strict reader says what is wrong with it
    header, rows = _squared(found, known)
    amounts = [place for place, name in enumerate(header) if is_amount(name)]
    dates = [place for place, name in enumerate(header) if name in DATES]
    words += [*_rewrite(rows, amounts, Amounts()), *_rewrite(rows, dates, Dates(order))]
    if (
        not words
        and not content.startswith(MARKS)
        and [cells for _, cells in found if cells] == [header, *_cells(rows)]
    ):
        return Tidied(content)
    return Tidied(_written([(1, header), *rows]), words)


def _decoded(content: bytes) -> str:
    """The text of the file, whatever mark it begins with."""
    if content.startswith(OLD_WORKBOOK):
        told = said("This is an Excel workbook of the old kind, or one with a password. %(how)s", how=SAVE_AS)
        raise BadFile(told)
    utf16 = content.startswith(MARKS[1:])
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(
            said("line %(line)s: the letters of this file are not written in UTF-8. %(how)s", line=line, how=SAVE_AS)
        ) from None


def _separator(text: str, known: set[str]) -> str:
    """The sign that cuts the first line into the most columns that we know."""
    first = text.partition("\n")[0]
    return max((",", *SEPARATORS), key=lambda sign: len(known & {_named(cell, known) for cell in first.split(sign)}))


def _named(cell: str, known: set[str]) -> str:
    """A column's name as we write it: “Credit limit” is credit_limit."""
    plain = "_".join(cell.strip(' "\ufeff\xa0').lower().split())
    plain = ALIKE.get(plain, plain)
    return plain if plain in known else cell.strip()


def _squared(found: list[Record], known: set[str]) -> tuple[list[str], list[Record]]:
    """Without the empty columns and lines that a spreadsheet leaves at its edges."""
    header = [_named(cell, known) for cell in found[0][1]]
    rows = [(number, [_bare(cell) for cell in cells]) for number, cells in found[1:]]
    rows = [(number, cells) for number, cells in rows if any(cells)]
    width = min(len(header), max(_filled(cells) for cells in (header, *_cells(rows))))
    return header[:width], [(number, cells[:width] if not any(cells[width:]) else cells) for number, cells in rows]


def _filled(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that is not empty."""
    return next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)


def _bare(cell: str) -> str:
    return cell if isinstance(cell, Number) else cell.strip()


def _rewrite(rows: list[Record], places: Iterable[int], habit: Amounts | Dates) -> list[Sentence]:
    """Look at all cells of these columns first: one tells how another is to be read."""
    spots = [(number, cells, place) for number, cells in rows for place in places if place < len(cells)]
    for number, cells, place in spots:
        habit.look(cells[place], number)
    habit.decide()
    for _, cells, place in spots:
        cells[place] = habit.plain(cells[place])
    return habit.words()


def _written(found: Iterable[Record]) -> bytes:
    """Each record on the line it came from."""
    file = io.StringIO(newline="")
    writer, line = csv.writer(file, lineterminator="\r\n"), 1
    for number, cells in found:
        file.write("\r\n" * (number - line))
        writer.writerow(cells)
        line = max(line, number) + 1 + sum(cell.count("\n") for cell in cells)
    return file.getvalue().encode()


def _cells(rows: Iterable[Record]) -> list[list[str]]:
    return [cells for _, cells in rows]
