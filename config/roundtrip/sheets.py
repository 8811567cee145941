"""A small CSV file as django-import-export wants it, a tablib.Dataset, but read and written by our own strict rules."""

import io
from collections.abc import Sequence

from tablib import Dataset

from accounts.sentences import many, said
from accounts.sheets import as_csv
from ledger.bulk.reading import BadFile, Columns, Line, Problem, as_line, read_records

LARGEST = 2 * 1024 * 1024  # bytes: 5,000 rows of 400
MOST_ROWS = 5_000  # they are shown on one page, and stored in one transaction
MARK = "\ufeff"  # by which Excel knows that a file is UTF-8
_STAND_IN = "\ue000".encode()  # of a NUL on its way through the reader, which would name the line alone


class Sheet(Dataset):
    """Rows with the lines they began on, and the lines that are no rows."""

    def __init__(self, header: Sequence[str]) -> None:
        super().__init__(headers=list(header))
        self.lines: list[int] = []
        self.problems: list[Problem] = []

    def add(self, line: Line | Problem) -> None:
        if isinstance(line, Problem):
            self.problems.append(line)
        else:
            self.lines.append(line.number)
            self.append(list(line.cells.values()))


def read_sheet(content: bytes, columns: Columns) -> Sheet:
    """Raises BadFile for what cannot be read as a table of these columns."""
    records = read_records(io.BytesIO(_marked(content)), [columns], byte_order_mark=True)
    _, header = next(records)
    sheet = Sheet(header)
    for count, (number, cells) in enumerate(records, 1):
        if count > MOST_ROWS:
            raise BadFile(said("The file has more than %(count)s rows. Send it in parts.", count=many(MOST_ROWS)))
        sheet.add(as_line(number, header, [cell.replace(_STAND_IN.decode(), "\0") for cell in cells]))
    if not sheet.lines and not sheet.problems:
        raise BadFile(said("There is no row below the header."))
    return sheet


def write_sheet(dataset: Dataset, *, for_excel: bool) -> bytes:
    """Safe for a spreadsheet to open; read_sheet reads it back to the same values."""
    text = "".join(as_csv(dataset.headers, dataset))
    return (MARK * for_excel + text).encode()


def _marked(content: bytes) -> bytes:
    """With a stand-in for each NUL below the header; one in the header means UTF-16 or no text at all."""
    header, end, rows = content.partition(b"\n")
    return header + end + rows.replace(b"\0", _STAND_IN)
