"""Where the table begins, and what each of its columns is."""

from accounts.sentences import said
from expenses.statement_files import words
from expenses.statement_files.columns import UNNAMED, Column, Layout, bare_dates, describe
from expenses.statement_files.dates import read_parts
from expenses.statement_files.money import find_money
from expenses.statement_files.nouns import Asking, BadFile
from expenses.statement_files.numbers import read_number
from expenses.statement_files.records import Record, holds_date_and_number
from expenses.statement_files.words import INEXACT

MARKS = {"cr", "dr", "+", "-"}
HEADER_WITHIN = 120  # records from the top


def find_layout(records: list[Record], asking: Asking) -> Layout:
    """Raises BadFile where no column holds dates, or none amounts."""
    start, header = find_header(records)
    body = [record for place, record in enumerate(records) if place >= start and record is not header]
    columns = describe(header, body)
    dates = sorted((column for column in columns if column.is_date), key=_date_order) or bare_dates(columns)
    if not dates:
        raise BadFile(
            said(
                "No column holds dates with a year. Is this the list of transactions? Download it again as CSV, OFX or"
                " QIF."
            )
        )
    fitting = [record for record in body if not any(record.cells[len(columns) :])]
    layout = Layout(header, columns, fitting, [column.place for column in dates])
    find_money(layout, asking)
    if not layout.money:
        raise BadFile(
            said("No column holds amounts. Is this the list of transactions? Download it again as CSV, OFX or QIF.")
        )
    _find_the_rest(layout)
    layout.body = [_mended(record, layout) for record in body if not record.blank]
    layout.read.clear()
    return layout


def _mended(record: Record, layout: Layout) -> Record:
    """A description with the delimiter in it, unquoted, makes too many cells: put it together again."""
    extra = len(record.cells) - layout.width
    if extra <= 0 or not any(record.cells[layout.width :]) or not layout.texts:
        return record
    first, last = layout.texts[0], layout.texts[-1]
    at = last if all(place < first for place in layout.money + layout.dates) else first
    together = " ".join(record.cells[at : at + extra + 1])
    cells = (*record.cells[:at], together, *record.cells[at + extra + 1 :])
    return Record(record.line, cells)


def find_header(records: list[Record]) -> tuple[int, Record | None]:
    """Where the body begins, and the header above it."""
    best, place = 0, -1
    for number, record in enumerate(records[:HEADER_WITHIN]):
        score = header_score(record)
        if score > best:
            best, place = score, number
    if place >= 0:
        return place + 1, records[place]
    first = next((number for number, record in enumerate(records) if holds_date_and_number(record.cells)), 0)
    above = records[first - 1] if first else None
    return (first, above) if above and _may_head(above, records[first]) else (first, None)


def header_score(record: Record) -> int:
    """How many roles the record's cells name; 0 unless a date and money are among them."""
    if any(read_parts(cell) for cell in record.cells):
        return 0
    roles: dict[str, int] = {}
    for cell in filter(None, record.cells):
        if read_number(cell) and not cell[0].isalpha():  # VWZ1 is a name
            return 0
        for role in words.ROLES:
            found = words.rank(role, cell)
            if found is not None and len(cell) < 60:
                roles[role] = max(roles.get(role, 0), 1 if found >= INEXACT else 3)
    if "date" not in roles or not roles.keys() & {"amount", "out", "in"}:
        return 0
    exact = sum(roles.values())
    return exact if exact > 2 else 0


def _may_head(above: Record, first: Record) -> bool:
    cells = [cell for cell in above.cells if cell]
    return (
        len(cells) >= 2
        and len(above.cells) == len(first.cells)
        and not any(read_parts(cell) or read_number(cell) for cell in cells)
    )


def _date_order(column: Column) -> tuple[bool, int, int]:
    return (column.dates < 0.5 * column.filled or not column.dates, column.rank("date"), column.place)


def _find_the_rest(layout: Layout) -> None:
    taken = {*layout.money, *layout.dates, layout.balance}
    free = [column for column in layout.columns if column.place not in taken and column.filled]
    layout.direction = _direction(layout, free)
    layout.marked = None if layout.direction is not None else _marked(layout, free)
    layout.status = next(
        (c.place for c in sorted(free, key=lambda c: c.rank("status")) if c.rank("status") < INEXACT), None
    )
    codes = [c.place for c in free if all(len(v) == 3 and v.isalpha() and v.isupper() for v in c.values) and c.filled]
    named = [place for place in codes if layout.columns[place].rank("currency") < UNNAMED]
    layout.currency = named[0] if named else None
    skipped = {layout.status, layout.currency, layout.marked[0] if layout.marked else None}
    if layout.direction is not None and layout.columns[layout.direction].rank("text") >= INEXACT:
        skipped.add(layout.direction)  # else it is a description that happens to say "Deposit"
    texts = [column for column in free if column.place not in skipped and not column.is_number]
    known = _telling(layout, texts)
    layout.texts = [column.place for column in sorted(known, key=lambda column: column.place)]


def _telling(layout: Layout, texts: list[Column]) -> list[Column]:
    """Columns named as texts; where these leave many rows without one, the nearly named; then the longest as well."""
    for limit in (INEXACT, UNNAMED):
        known = [column for column in texts if column.rank("text") < limit]
        if sum(column.filled for column in known) >= 0.8 * _dated(layout):
            return known
    longest = sorted(texts, key=lambda c: -sum(map(len, c.values)))[:2]
    return [column for column in texts if column in known or column in longest]


def _direction(layout: Layout, free: list[Column]) -> int | None:
    """A column whose every cell says in or out. One whose name tells nothing must say both, or say it in a letter or
    two: a message "Payment complete" beside every row is none."""
    told = {column.place: [side_of(value) for value in column.values] for column in free}
    often = [column for column in free if column.filled * 2 > _dated(layout)]
    sure = [c for c in often if c.values and all(told[c.place]) and (_says_so(c) or len(set(told[c.place])) > 1)]
    if not sure:  # 收/支 also says of some rows that they are neither
        named = [c for c in often if c.rank("direction") < INEXACT and any(told[c.place])]
        sure = [c for c in named if all(side_of(v) or words.NEITHER.match(v.strip()) for v in c.values)]
    sure.sort(key=lambda c: (c.rank("direction"), c.place))
    return sure[0].place if sure else None


def _says_so(column: Column) -> bool:
    return column.rank("direction") < INEXACT or _is_code(column)


def _marked(layout: Layout, free: list[Column]) -> tuple[int, int] | None:
    """A column that says CR beside some rows and nothing beside the others, and which side it says."""
    for column in free:
        said = {value.strip().lower() for value in column.values}
        if len(said) == 1 and said <= MARKS and column.filled < _dated(layout):  # "c" may be for cleared
            return column.place, side_of(said.pop())
    return None


def _is_code(column: Column) -> bool:
    return all(len(value.strip()) <= 2 for value in column.values)


def _dated(layout: Layout) -> int:
    return layout.columns[layout.dates[0]].filled


def side_of(cell: str) -> int:
    """-1 where the cell is a word for money out, +1 for money in, else 0."""
    word = cell.strip() if cell.strip() in ("+", "-") else words.plain(cell)
    if word in words.OUT_WORDS:
        return -1
    if word in words.IN_WORDS:
        return 1
    parts = set(word.replace("-", " ").split())
    out, into = bool(parts & words.OUT_WORDS), bool(parts & words.IN_WORDS)
    return into - out if len(parts) <= 3 else 0
