"""A table's columns: their names, what their cells hold, and the role each of them has."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from expenses.statement_files import words
from expenses.statement_files.dates import read_parts
from expenses.statement_files.numbers import Number, decimal_mark, read_number, value_of
from expenses.statement_files.records import Record

UNNAMED = 99_999  # the rank of a name that fits no word


@dataclass(slots=True)
class Column:
    """One column's name and what its cells are, over the records that hold a date."""

    place: int
    name: str
    filled: int = 0
    dates: int = 0
    written_out: int = 0  # dates that are not eight bare digits
    numbers: list[Number] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)

    @property
    def is_date(self) -> bool:
        named = words.rank("date", self.name) is not None
        return self.dates > 0 and self.dates >= self.filled * 0.6 and (named or self.written_out * 2 > self.dates)

    @property
    def is_number(self) -> bool:
        return bool(self.numbers) and not self.is_date and len(self.numbers) >= self.filled * 0.6

    @property
    def is_money(self) -> bool:
        """A number with decimals, a sign or a currency somewhere: an account number has none of them."""
        return self.is_number and any(number.looks_like_money for number in self.numbers)

    def rank(self, role: str) -> int:
        found = words.rank(role, self.name)
        return UNNAMED if found is None else found


@dataclass(slots=True)
class Layout:
    """The columns by role; None where the file has none."""

    header: Record | None
    columns: list[Column]
    body: list[Record]
    dates: list[int]
    amount: int | None = None
    out: int | None = None
    into: int | None = None
    balance: int | None = None
    direction: int | None = None
    marked: tuple[int, int] | None = None  # a column that marks the rows of one side only, and that side
    currency: int | None = None
    status: int | None = None
    texts: list[int] = field(default_factory=list)
    mark: str = ""  # the decimal mark that any number in the table proves
    read: dict[int, list[Decimal | None]] = field(default_factory=dict)  # the answers of values()

    def __post_init__(self) -> None:
        numbers = (number for column in self.columns if column.is_money for number in column.numbers)
        self.mark = decimal_mark(numbers)[0]

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def money(self) -> list[int]:
        return [place for place in (self.amount, self.out, self.into) if place is not None]

    def name(self, place: int | None) -> str:
        return self.columns[place].name if place is not None else ""


def describe(header: Record | None, body: list[Record]) -> list[Column]:
    dated = [record for record in body if any(read_parts(cell) for cell in record.cells)]
    width = len(header.cells) if header else max((len(record.cells) for record in dated), default=0)
    dated = [record for record in dated if not any(record.cells[width:])] or dated
    names = list(header.cells) if header else [""] * width
    columns = [Column(place, name) for place, name in enumerate(names)]
    for record in dated:
        for column, cell in zip(columns, record.cells, strict=False):
            if cell:
                _take(column, cell)
    _pass_names_on(columns)
    return columns


def _pass_names_on(columns: list[Column]) -> None:
    """Two cells under one name, first the currency and then the amount, as DEGIRO writes them."""
    for column, following in pairwise(columns):
        codes = column.values and all(len(v) == 3 and v.isalpha() and v.isupper() for v in column.values)
        if codes and column.name and not following.name and following.is_number:
            following.name, column.name = column.name, "currency"


def _take(column: Column, cell: str) -> None:
    column.filled += 1
    if len(column.values) < 60:
        column.values[cell] = column.values.get(cell, 0) + 1
    if read_parts(cell):
        column.dates += 1
        column.written_out += not cell.isdigit()
    number = read_number(cell)
    if number and not (number.digits.isdigit() and len(number.digits) > 11):
        column.numbers.append(number)


def values(layout: Layout, place: int) -> list[Decimal | None]:
    """The column's amounts with the signs as written, one per record of the body."""
    if place not in layout.read:
        numbers = (read_number(record.cells[place]) if place < len(record.cells) else None for record in layout.body)
        layout.read[place] = [value_of(n, layout.mark) * (n.sign or 1) if n else None for n in numbers]
    return layout.read[place]


def bare_dates(columns: list[Column]) -> list[Column]:
    """Columns of eight digits that all are days, where no other column holds dates and no name helps."""
    found = [column for column in columns if column.dates and column.dates >= column.filled * 0.9]
    for column in found:
        column.written_out = column.dates
    return found
