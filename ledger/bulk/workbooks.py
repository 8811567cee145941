"""The first sheet of an Excel workbook (.xlsx), read within bounds: it is a zip of XML, and may be a bomb."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from xml.parsers import expat

from accounts.sentences import many, said
from ledger.bulk.reading import LONGEST_CELL, MOST_COLUMNS, BadFile

MOST_BYTES = 40 * 1024 * 1024  # unpacked, of all parts that are read
MOST_ROWS, MOST_CELLS = 100_000, 600_000
MOST_CHARACTERS = 20_000_000  # of all cells: many may name one shared text
MOST_PARTS = 2_000
NO_WORKBOOK = said("This is a packed file, and no Excel workbook (.xlsx). Save the sheet as .xlsx or as CSV.")
OLD_DATES = said("This workbook counts its dates from 1904. Save the sheet as CSV, and send that.")
TOO_LONG = said("The sheet has more than %(count)s rows. Save it as CSV, or send it in parts.", count=many(MOST_ROWS))
TOO_FULL = said("The sheet has more than %(count)s cells. Save it as CSV, or send it in parts.", count=many(MOST_CELLS))
TOO_MUCH_TEXT = said("The sheet has more than %(count)s characters. Send it in parts.", count=many(MOST_CHARACTERS))
TOO_WIDE = said("The first sheet has more than %(count)s columns. It is to hold the table alone.", count=MOST_COLUMNS)
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", re.ASCII)

Attributes = dict[str, str]
Record = tuple[int, list[str]]


def is_workbook(content: bytes) -> bool:
    """Or any other zip; which one, reading it tells."""
    return content.startswith(b"PK\x03\x04")


def read_workbook(content: bytes) -> list[Record]:
    """Each row that has something in it, under the number it has in the sheet. Raises BadFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return Workbook(book).rows()
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, LookupError, OSError, RuntimeError, ValueError, EOFError):
        raise BadFile(
            said("The workbook is damaged or has a password. Open it, and save it again as .xlsx or CSV.")
        ) from None


class Workbook:
    """The parts of one workbook, and how many more bytes of them may be unpacked."""

    def __init__(self, book: zipfile.ZipFile) -> None:
        self.book = book
        self.left = MOST_BYTES
        self.names = set(book.namelist()) if len(book.infolist()) <= MOST_PARTS else set()

    def rows(self) -> list[Record]:
        if "xl/workbook.xml" not in self.names:
            raise BadFile(NO_WORKBOOK)
        sheet = Sheet(self._strings())
        self.walk(self._first_sheet(), sheet.start, sheet.end, sheet.text)
        return sheet.rows

    def walk(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        if name not in self.names or self.book.getinfo(name).compress_type not in (0, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        with self.book.open(name) as part:
            while piece := part.read(1 << 16):
                self.left -= len(piece)
                if self.left < 0:
                    raise BadFile(said("The workbook is too large. Save the sheet as CSV, or send it in parts."))
                parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _first_sheet(self) -> str:
        """The part that holds the first sheet that is not hidden."""
        wanted: list[str] = []
        parts: dict[str, str] = {}

        def sheet(name: str, told: Attributes) -> None:
            if _kind(name) == "sheet" and told.get("state", "visible") == "visible":
                wanted.extend(told[key] for key in told if key.endswith(" id"))  # of whichever edition
            if _kind(name) == "workbookPr" and told.get("date1904") in ("1", "true"):
                raise BadFile(OLD_DATES)

        def part(name: str, told: Attributes) -> None:
            if _kind(name) == "Relationship":
                parts[told.get("Id", "")] = told.get("Target", "")

        self.walk("xl/workbook.xml", sheet)
        self.walk("xl/_rels/workbook.xml.rels", part)
        target = parts.get(wanted[0], "") if wanted else ""
        return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"

    def _strings(self) -> list[str]:
        """Texts that cells name by their place."""
        found: list[str] = []
        if "xl/sharedStrings.xml" in self.names:
            texts = Texts(found)
            self.walk("xl/sharedStrings.xml", texts.start, texts.end, texts.text)
        return found


def _kind(name: str) -> str:
    """The element's own name, whatever edition of the format it is of."""
    return name.rpartition(" ")[2]


def _no_doctype(*told: object) -> None:
    """No workbook has one; what names entities there is an attack."""
    raise zipfile.BadZipFile


class Number(str):
    """What a cell holds as a number: its full stop is a decimal one, whatever other cells are written like."""


class Texts:
    """Gathers the shared texts; how a word is spoken (rPh) is no part of it."""

    def __init__(self, found: list[str]) -> None:
        self.found = found
        self.inside = self.spoken = False

    def start(self, name: str, told: Attributes) -> None:
        kind = _kind(name)
        if kind == "si":
            self.found.append("")
        self.spoken = self.spoken or kind == "rPh"
        self.inside = kind == "t" and not self.spoken

    def end(self, name: str) -> None:
        self.inside = False
        self.spoken = self.spoken and _kind(name) != "rPh"

    def text(self, text: str) -> None:
        if self.inside and self.found and len(self.found[-1]) <= LONGEST_CELL:
            self.found[-1] += text


class Sheet:
    """Gathers the rows of one sheet."""

    def __init__(self, strings: list[str]) -> None:
        self.strings = strings
        self.rows: list[Record] = []
        self.number = self.column = self.taken = self.written = 0
        self.kind = self.value = ""
        self.inside = False

    def start(self, name: str, told: Attributes) -> None:
        kind = _kind(name)
        if kind == "row":
            self.number = int(told.get("r", self.number + 1))
            self.column = -1
            if self.number > MOST_ROWS:
                raise BadFile(TOO_LONG)
        elif kind == "c":
            place = _PLACE.fullmatch(told.get("r", ""))
            self.column = _column(place[1]) if place else self.column + 1
            self.kind, self.value = told.get("t", "n"), ""
        self.inside = kind in ("v", "t")

    def text(self, text: str) -> None:
        if self.inside and len(self.value) <= LONGEST_CELL:
            self.value += text

    def end(self, name: str) -> None:
        self.inside = False
        if _kind(name) != "c" or not self.value:
            return
        text = self.strings[int(self.value)] if self.kind == "s" else self.value
        text = _as_shown(text) if self.kind == "n" else text
        if self.column < MOST_COLUMNS:
            self._put(text)
        elif text.strip():
            raise BadFile(TOO_WIDE)

    def _put(self, text: str) -> None:
        if not self.rows or self.rows[-1][0] != self.number:
            width = len(self.rows[0][1]) if self.rows else 0
            self.rows.append((self.number, [""] * width))
        self.taken += 1
        self.written += len(text)
        if self.taken > MOST_CELLS:
            raise BadFile(TOO_FULL)
        if self.written > MOST_CHARACTERS:
            raise BadFile(TOO_MUCH_TEXT)
        cells = self.rows[-1][1]
        cells.extend([""] * (self.column + 1 - len(cells)))
        cells[self.column] = text


def _column(letters: str) -> int:
    """A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _as_shown(number: str) -> str | Number:
    """Excel keeps 0.1 + 0.2 as 0.30000000000000004 and shows 15 digits of it, which is what was meant."""
    if not _NUMBER.fullmatch(number):
        return number
    return Number(number if abs(float(number)) >= 1e15 else format(Decimal(f"{float(number):.15g}"), "f"))
