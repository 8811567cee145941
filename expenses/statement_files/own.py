"""Our own export of the notebook, read back to the same rows: date, kind, amount, category, note."""

import csv
from datetime import date
from decimal import Decimal

from accounts.sentences import said
from accounts.sheets import plain_text
from expenses.statement_files.nouns import (
    MOST_ROWS,
    SAMPLE_ROWS,
    TOO_MANY,
    BadFile,
    Note,
    Reading,
    Row,
    no_amount,
    no_date,
)
from expenses.statement_files.numbers import read_number, value_of

COLUMNS = ("date", "kind", "amount", "category", "note")
SIDES = {"spending": -1, "refund": 1, "income": 1, "transfer": -1}
LARGEST_CELL = 10_000  # characters


def read_own(text: str) -> Reading | None:
    """None for any other file, and for one of ours whose dates a spreadsheet has written anew."""
    head, _, _ = text.partition("\n")
    names = [name.strip().strip('"').lower() for name in head.split(",")]
    if not set(COLUMNS) <= set(names) or len(names) != len(set(names)):
        return None
    reading = Reading("notebook", shape="notebook", header=tuple(names))
    try:
        _take_all(reading, text, names)
    except csv.Error:
        return None
    return reading if reading.rows else None


def _take_all(reading: Reading, text: str, names: list[str]) -> None:
    reader = csv.reader(text.split("\n"), strict=True)
    next(reader)
    begins = reader.line_num + 1
    for cells in reader:
        if any(cells):
            _take(reading, begins, cells, names)
        begins = reader.line_num + 1
        if len(reading.rows) > MOST_ROWS:
            raise BadFile(TOO_MANY)


def _take(reading: Reading, line: int, cells: list[str], names: list[str]) -> None:
    if len(reading.sample) < SAMPLE_ROWS:
        reading.sample.append(tuple(cells))
    told = dict(zip(names, cells, strict=False))
    on, side, amount = _day(told.get("date", "")), SIDES.get(told.get("kind", "").lower(), 0), _amount(told)
    why = (
        no_date(told.get("date", ""))
        if on is None
        else said("%(cell)s is no kind of entry", cell=repr(told.get("kind", "")[:40]))
        if not side
        else no_amount(told.get("amount", "")[:40])
    )
    if on is None or not side or not amount:
        reading.errors.append(Note(line, why, " ".join(cells)[:200]))
        return
    note, category = plain_text(told.get("note", "")), plain_text(told.get("category", ""))
    currency, kind = told.get("currency", "").upper(), told["kind"].lower()
    reading.rows.append(Row(line, on, amount * side, note, currency, kind=kind, category=category))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _amount(told: dict[str, str]) -> Decimal:
    """Without its sign: the kind has it."""
    number = read_number(told.get("amount", ""))
    return value_of(number, ".") if number else Decimal(0)
