"""From text to records of cells: the delimiter is the one under which dates and amounts stand in cells of their own."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.sentences import said
from expenses.statement_files.dates import read_parts
from expenses.statement_files.nouns import MOST_ROWS, BadFile, Note
from expenses.statement_files.numbers import read_number

DELIMITERS = (",", ";", "\t", "|", "^", "~")
SAMPLE = 400  # lines that decide the delimiter
LONGEST_CELL_IN_LINES = 60  # a quote open for longer was never closed
MOST_CLOSINGS = 4  # places tried, at which an open quote may close
MOST_COLUMNS = 200
LARGEST_LINE = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Record:
    """One record, the line it begins on, and its cells without the spaces around them."""

    line: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        return not any(self.cells)

    @property
    def text(self) -> str:
        return " ".join(cell for cell in self.cells if cell)


@dataclass(slots=True)
class Records:
    delimiter: str
    records: list[Record]
    broken: list[Note]


def read_records(text: str) -> Records:
    """Raises BadFile for a file with too many lines, or none with columns."""
    lines = text.split("\n")
    if len(lines) > MOST_ROWS + 1000 or max(map(len, lines)) > LARGEST_LINE:
        raise BadFile(
            said(
                "The file has more than %(count)s rows or a far too long line. Download a shorter period.",
                count=MOST_ROWS,
            )
        )
    told = _told(lines)
    lines[: 1 if told else 0] = [""] * bool(told)
    best = told or max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))
    if not told and not _fit(lines, best)[0] and (unwrapped := _unwrapped(lines)) != lines:
        return read_records("\n".join(unwrapped))
    broken: list[Note] = []
    records = [Record(line, cells) for line, cells in _split(lines, best, broken)]
    if any(len(record.cells) > MOST_COLUMNS for record in records):
        raise BadFile(
            said("The file has more than %(count)s columns. Is this the list of transactions?", count=MOST_COLUMNS)
        )
    return Records(best, records, broken)


def _told(lines: list[str]) -> str:
    """Excel's own hint in the first line: sep=;"""
    first = lines[0].strip().strip('"').lower()
    return first[4] if first.startswith("sep=") and len(first) == 5 else ""


def _fit(lines: list[str], delimiter: str) -> tuple[int, int, int]:
    """How many records hold a date and an amount in cells of their own, then how many share one width."""
    records = [cells[:MOST_COLUMNS] for _, cells in _split(lines[:SAMPLE], delimiter, [])]
    hits = sum(holds_date_and_number(cells) for cells in records)
    widths = [len(cells) for cells in records if len(cells) > 1]
    modal = max((widths.count(width) for width in set(widths)), default=0)
    return hits, modal, sum(len(cells) for cells in records if len(cells) > 1)


def holds_date_and_number(cells: tuple[str, ...]) -> bool:
    dated = any(read_parts(cell) for cell in cells)
    return dated and any(read_number(cell) and not read_parts(cell) for cell in cells)


def _unwrapped(lines: list[str]) -> list[str]:
    """Some banks put each whole line in quotes once more."""
    return [
        line.strip()[1:-1].replace('""', '"') if len(line) > 2 and line.strip()[0] == line.strip()[-1] == '"' else line
        for line in (line or " " for line in lines)
    ]


def _split(lines: list[str], delimiter: str, broken: list[Note]) -> Iterator[tuple[int, tuple[str, ...]]]:
    place = 0
    while place < len(lines):
        cells, used = _record(lines, place, delimiter)
        if cells is None:
            broken.append(Note(place + 1, said("a quote opens here and is never closed"), lines[place][:200]))
        elif any(cells):
            yield place + 1, cells
        place += used


def _record(lines: list[str], place: int, delimiter: str) -> tuple[tuple[str, ...] | None, int]:
    """The record that begins on a line and how many lines it takes; None where its quote never closes."""
    line = lines[place]
    if '"' not in line:
        return tuple(cell.strip() for cell in line.split(delimiter)), 1
    quotes = tried = 0
    for used, text in enumerate(lines[place : place + LONGEST_CELL_IN_LINES], 1):
        quotes += text.count('"')
        if used > 1 and (quotes % 2 or '"' not in text):  # nothing can have closed here
            continue
        cells, closed = _cells("\n".join(lines[place : place + used]), delimiter, strict=used > 1)
        if closed:
            return cells, used
        tried += 1
        if tried > MOST_CLOSINGS:
            break
    return None, 1


def _cells(block: str, delimiter: str, *, strict: bool) -> tuple[tuple[str, ...], bool]:
    """The block's cells, and whether every quote that opens a cell closes again."""
    rows = [block + "\n"] if "\n" not in block else [part + "\n" for part in block.split("\n")]
    try:
        read = list(csv.reader(rows, delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error as error:
        if strict or "unexpected end" in str(error):
            return (), False
        read = list(csv.reader(rows, delimiter=delimiter, skipinitialspace=True))
    if len(read) != 1:
        return (), False
    return tuple(cell.strip() for cell in read[0]), True
