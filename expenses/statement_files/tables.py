"""A table of transactions: CSV or TSV, read with what its own cells decide."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from accounts.sentences import Sentence, Shown, said
from expenses.statement_files import words
from expenses.statement_files.columns import Column, Layout
from expenses.statement_files.dates import Parts, as_date, orders_of, read_parts
from expenses.statement_files.layout import find_layout, header_score
from expenses.statement_files.nouns import (
    MOST_ROWS,
    SAMPLE_ROWS,
    TOO_MANY,
    Asking,
    BadFile,
    Choice,
    Note,
    Reading,
    Row,
    no_date,
    shape_of,
)
from expenses.statement_files.numbers import Number, decimal_mark, marks, read_number, value_of
from expenses.statement_files.records import Record, read_records
from expenses.statement_files.signs import Signed, Unreadable, numbers_of, signer
from expenses.statement_files.whose import account_of

CALLED = {"RUR": "RUB", "NIS": "ILS", "RMB": "CNY"}  # what banks still write
NO_DECIMALS = {"JPY", "KRW", "CLP", "VND", "UGX", "RWF", "XOF", "XAF", "PYG", "ISK", "IDR", "COP", "HUF"}
THREE_DECIMALS = {"KWD", "BHD", "OMR", "TND", "JOD", "IQD", "LYD"}
ORDERS = {
    "dmy": said("day/month/year: %(written)s is %(date)s"),
    "mdy": said("month/day/year: %(written)s is %(date)s"),
    "ymd": said("year/month/day: %(written)s is %(date)s"),
}


def read_table(text: str, asking: Asking) -> Reading:
    """Raises BadFile for a file without a column of dates and one of amounts."""
    table = read_records(text)
    if not table.records:
        raise BadFile(said("The file has no rows."))
    layout = find_layout(table.records, asking)
    order = date_order(layout, table.records, asking)
    mark = ask_mark(numbers_of(layout), _currencies(layout), asking, _other_numbers(layout))
    sign = signer(layout, mark, asking)
    reading = Reading("csv", shape=_shape(table.delimiter, layout), account=account_of(table.records, layout))
    reading.header = layout.header.cells if layout.header else ()
    reading.sample = [record.cells for record in layout.body if _cell(record, layout.dates[0])][:SAMPLE_ROWS]
    reading.errors += table.broken
    _note_preamble(reading, table.records, layout)
    last = max((place for place, record in enumerate(layout.body) if _date(record, layout, order)), default=-1)
    for place, record in enumerate(layout.body):
        _Reader(layout, order, sign, reading, last).take(place, record)
    if len(reading.rows) > MOST_ROWS:
        raise BadFile(TOO_MANY)
    return reading


def _shape(delimiter: str, layout: Layout) -> str:
    """A table without a header is known by what its columns hold and how its dates are written."""
    if layout.header:
        return shape_of(delimiter, *(words.plain(column.name) for column in layout.columns))
    first = next((parts.style for record in layout.body if (parts := read_parts(_cell(record, layout.dates[0])))), "")
    return shape_of(delimiter, first, *(_sort(column) for column in layout.columns))


def _sort(column: Column) -> str:
    return "date" if column.is_date else "money" if column.is_money else "number" if column.is_number else "text"


def _note_preamble(reading: Reading, records: list[Record], layout: Layout) -> None:
    """Without a header, a line of the table's own width that holds an amount is a row with a date gone wrong."""
    first = layout.header.line if layout.header else layout.body[0].line
    for record in (record for record in records if record.line < first and not record.blank):
        if not layout.header and len(record.cells) == layout.width and read_number(_cell(record, layout.money[0])):
            why = no_date(_cell(record, layout.dates[0]))
            reading.errors.append(Note(record.line, why, record.text[:200]))
        else:
            reading.not_transactions.append(Note(record.line, said("stands above the table"), record.text[:200]))


# --- what the whole file decides ---


def date_order(layout: Layout, records: list[Record], asking: Asking) -> str:
    """The order of day and month: the chosen column decides, else any date in the same style, else it is asked."""
    parts = [found for record in layout.body if (found := read_parts(_cell(record, layout.dates[0])))]
    if told := _told_order(layout):
        return told
    styles = {found.style for found in parts if not found.order}
    elsewhere = (found for record in records for cell in record.cells for found in _dates_in(cell))
    return ask_order(parts, (found for found in elsewhere if found.style in styles), asking, _likely_order(layout))


def ask_order(parts: list[Parts], elsewhere: Iterable[Parts], asking: Asking, suggested: str = "") -> str:
    open_orders = orders_of(parts)
    if len(open_orders) < 2:
        return (open_orders or ["dmy"])[0]
    wider = orders_of([*parts, *elsewhere])
    if len(wider) == 1 and wider[0] in open_orders:
        return wider[0]
    some = next(found for found in parts if not found.order and as_date(found, "dmy") != as_date(found, "mdy"))
    written = "/".join(f"{number:02}" for number in some.numbers)
    choices = tuple(
        Choice(order, ORDERS[order].of(written=written, date=Shown(day, f"{day.day} {day:%B %Y}")))
        for order in open_orders
        if (day := as_date(some, order))
    )
    text = said("Which comes first in the file's dates, the day or the month?")
    return asking.ask("date_order", text, choices, suggested if suggested in open_orders else "")


def _likely_order(layout: Layout) -> str:
    """What to show first when asking: dollars are mostly written about month first, other currencies day first."""
    codes = _currencies(layout)
    return "mdy" if codes == {"USD"} else "dmy" if codes else ""


def _dates_in(cell: str) -> Iterable[Parts]:
    """A whole cell, or the words of a title such as "Period: 01/01/2024 - 31/01/2024"."""
    if found := read_parts(cell):
        return [found]
    if not any(char.isdigit() for char in cell) or len(cell) > 120:
        return []
    return [found for word in cell.split() if len(word) >= 8 and (found := read_parts(word.strip(".,;:()[]")))]


def _told_order(layout: Layout) -> str:
    """A header such as "Date (dd/mm/yyyy)" says it outright."""
    name = "".join(char for char in words.plain(layout.name(layout.dates[0])) if char.isalpha())
    if "ddmm" in name or "ttmm" in name or "jjmm" in name:
        return "dmy"
    return "mdy" if "mmdd" in name else ""


def _currencies(layout: Layout) -> set[str]:
    """The currencies the file names in its cells, its own column or the amount's header."""
    codes = {number.currency for number in numbers_of(layout) if number.currency}
    if layout.currency is not None:
        codes |= set(layout.columns[layout.currency].values)
    for place in layout.money:
        codes |= {word for word in layout.name(place).replace("(", " ").replace(")", " ").split() if word in KNOWN}
    names = "".join(column.name for column in layout.columns)
    for script, code in SCRIPTS.items():
        codes |= {code} if re.search(script, names) else set()
    return codes


# Who writes the header in this script counts in this currency.
SCRIPTS = {"[\u3040-\u30ff\u5186]|残高|取引": "JPY", "[\uac00-\ud7a3]": "KRW"}
TWO_DECIMALS = {"USD", "EUR", "GBP", "CHF", "INR", "KES", "SEK", "NOK", "DKK", "PLN", "CZK", "AUD", "CAD", "NZD", "BRL"}
KNOWN = NO_DECIMALS | THREE_DECIMALS | TWO_DECIMALS | {"ZAR", "NGN", "RON", "TRY", "MXN"}


def told_currency(cell: str) -> str:
    """The code beside an amount; a bare $ is the dollar of a country that it does not name."""
    number = read_number(cell)
    return number.currency if number and not re.search(r"(?<![A-Z])\$", cell) else ""


def _other_numbers(layout: Layout) -> list[Number]:
    return [number for column in layout.columns if column.is_money for number in column.numbers]


def ask_mark(numbers: list[Number], currencies: set[str], asking: Asking, others: list[Number]) -> str:
    """The decimal mark: what the cells prove, else what the currency's decimals prove, else it is asked."""
    mark, open_cells = decimal_mark(numbers)
    if mark or not open_cells:
        return mark
    written = next(char for char in open_cells[0] if not char.isdigit())
    other = "," if written == "." else "."
    if currencies and currencies <= KNOWN - THREE_DECIMALS:
        return other
    if currencies and currencies <= THREE_DECIMALS:
        return written
    if proven := decimal_mark(others)[0]:
        return proven
    some = next(number for number in numbers if marks(number)[1])
    choices = (
        Choice(other, _is(some.digits, value_of(some, other), 2)),
        Choice(written, _is(some.digits, value_of(some, written), 3)),
    )
    text = said("How is an amount such as %(written)s to be read?", written=some.digits)
    return asking.ask("decimal_mark", text, choices)


def _is(written: str, amount: Decimal, places: int) -> Sentence:
    told = Shown(amount.quantize(Decimal(1).scaleb(-places)), f"{amount:,.{places}f}")
    return said("%(written)s is %(amount)s", written=written, amount=told)


# --- rows ---


def _cell(record: Record, place: int | None) -> str:
    return record.cells[place] if place is not None and place < len(record.cells) else ""


def _date(record: Record, layout: Layout, order: str) -> date | None:
    parts = read_parts(_cell(record, layout.dates[0]))
    return as_date(parts, order) if parts else None


class _Reader:
    """Takes each record of the body as a row, a mistake, or no transaction."""

    def __init__(self, layout: Layout, order: str, sign: Signed, reading: Reading, last: int) -> None:
        self.layout, self.order, self.sign, self.reading, self.last = layout, order, sign, reading, last

    def take(self, place: int, record: Record) -> None:
        if record.blank:
            return
        on = _date(record, self.layout, self.order)
        if why := self._no_transaction(record, place, on is not None):
            self._note(self.reading.not_transactions, record, why)
            return
        try:
            amount = self.sign(place, record)
        except Unreadable as reason:
            self._note(self.reading.errors, record, reason.why)
            return
        if on is None:
            shown = _cell(record, self.layout.dates[0])
            why = no_date(shown) if shown else said("has an amount and no date")
            self._note(self.reading.errors, record, why)
        elif not amount:
            self._note(self.reading.not_transactions, record, said("moves no money"))
        else:
            self.reading.rows.append(self._row(record, on, amount))

    def _row(self, record: Record, on: date, amount: Decimal) -> Row:
        currency = _cell(record, self.layout.currency) or next(
            filter(None, map(told_currency, self._amounts(record))), ""
        )
        return Row(record.line, on, amount, self._description(record), currency)

    def _amounts(self, record: Record) -> Iterable[str]:
        return (_cell(record, place) for place in self.layout.money)

    def _note(self, notes: list[Note], record: Record, why: str) -> None:
        notes.append(Note(record.line, why, record.text[:200]))

    def _description(self, record: Record) -> str:
        """The texts that say something new, in the file's order."""
        said: list[str] = []
        for place in self.layout.texts:
            text = " ".join(_cell(record, place).split())
            if text and text not in said:
                said.append(text)
        return " ".join(said)

    def _no_transaction(self, record: Record, place: int, dated: bool) -> str:
        """Why the record is no transaction, or "" where it is one or ought to be."""
        if self.layout.header and (record.cells == self.layout.header.cells or header_score(record)):
            return said("is the header again")
        if not any(_cell(record, place) for place in self.layout.money):
            return said("has no amount")
        if self._pending(record):
            return said("is not booked yet")
        if words.NEITHER.match(_cell(record, self.layout.direction)):
            return said("neither comes in nor goes out")
        if not dated:
            summed = any(words.NO_TRANSACTION.search(words.plain(cell)) for cell in record.cells if cell)
            unread = _cell(record, self.layout.dates[0])
            if summed or (place > self.last and not unread):
                return said("is a total or a balance")
            return said("is no transaction") if not self._has_number(record) else ""
        texts = (_cell(record, place) for place in self.layout.texts)
        return said("is a balance") if any(_is_balance(words.plain(text)) for text in texts if len(text) < 60) else ""

    def _has_number(self, record: Record) -> bool:
        return any(read_number(_cell(record, place)) for place in self.layout.money)

    def _pending(self, record: Record) -> bool:
        state = words.plain(_cell(record, self.layout.status))
        when = words.plain(_cell(record, self.layout.dates[0]))
        return bool(words.PENDING.match(state) or words.PENDING.match(when))


def _is_balance(text: str) -> bool:
    """An opening or closing balance has a line of its own; a shop named Total has not only that word."""
    return bool(words.BALANCE_LINE.match(text))
