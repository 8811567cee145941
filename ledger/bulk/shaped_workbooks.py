"""A shape as an Excel workbook: the sheet to fill in, and beside it the columns in words."""

import datetime
import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from ledger.bulk.shapes import Shape, Shaped
from ledger.bulk.spreadsheets import DATES, is_amount
from ledger.money import smallest

GENERAL, BOLD, TEXT, DATE, AMOUNT = range(5)  # places in cellXfs
WHOLE = ("customer", "year", "month", "age", "due_day")
_FIRST_DAY = datetime.date(1899, 12, 30)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SAME_DAY = (1980, 1, 1, 0, 0, 0)  # the same shape makes the same bytes


def as_workbook(shape: Shape) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as book:
        for name, text in _parts(shape).items():
            told = zipfile.ZipInfo(name, _SAME_DAY)
            told.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(told, _HEAD + text)
    return file.getvalue()


def _parts(shape: Shape) -> dict[str, str]:
    sheets = f'<sheet name="{shape.name}" sheetId="1" r:id="rId1"/><sheet name="columns" sheetId="2" r:id="rId2"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_PART}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_PART}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_PART}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{_PART}.worksheet+xml"/></Types>',
        "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(
            {
                "rId1": ("worksheet", "worksheets/sheet1.xml"),
                "rId2": ("worksheet", "worksheets/sheet2.xml"),
                "rId3": ("styles", "styles.xml"),
            }
        ),
        "xl/styles.xml": _styles(),
        "xl/worksheets/sheet1.xml": _table(shape),
        "xl/worksheets/sheet2.xml": _explained(shape),
    }


def _links(parts: dict[str, tuple[str, str]]) -> str:
    found = (f'<Relationship Id="{key}" Type="{_DOCUMENT}/{of}" Target="{to}"/>' for key, (of, to) in parts.items())
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'


def _styles() -> str:
    """The formats that GENERAL, BOLD, TEXT, DATE and AMOUNT name. 49 is Excel's own text."""
    font, fill = '<font><sz val="11"/><name val="Calibri"/>', '<fill><patternFill patternType="none"/></fill>'
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        f'<numFmt numFmtId="165" formatCode="{smallest() * 0}"/></numFmts>'
        f'<fonts count="2">{font}</font>{font.replace("<font>", "<font><b/>")}</font></fonts>'
        f'<fills count="2">{fill}{fill.replace("none", "gray125")}</fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/>'
        '<xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
        '<xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )


def _table(shape: Shape) -> str:
    widths = [(max(len(column.name), len(column.example)) + 4, _style(column)) for column in shape.columns]
    filled = (_cell(column.example, _style(column)) for column in shape.columns)
    return _sheet(widths, [(_text(column.name, BOLD) for column in shape.columns), filled])


def _explained(shape: Shape) -> str:
    rows = [(_("Column"), _("May be left out"), _("What it holds"))]
    rows += [(column.name, _("yes") if column.may_lack else _("no"), column.words) for column in shape.columns]
    lines = [[_text(cell, GENERAL if place else BOLD) for cell in row] for place, row in enumerate(rows)]
    lines.append([_text(_("Delete the example line before you send the file."), BOLD)])
    return _sheet([(16, GENERAL), (16, GENERAL), (90, GENERAL)], lines)


def _sheet(columns: Iterable[tuple[int, int]], rows: Iterable[Iterable[str]]) -> str:
    cols = "".join(
        f'<col min="{place}" max="{place}" width="{width}" style="{style}" customWidth="1"/>'
        for place, (width, style) in enumerate(columns, 1)
    )
    lines = "".join(f"<row>{''.join(cells)}</row>" for cells in rows)
    return f'<worksheet xmlns="{_MAIN}"><cols>{cols}</cols><sheetData>{lines}</sheetData></worksheet>'


def _style(column: Shaped) -> int:
    if column.name in DATES:
        return DATE
    return AMOUNT if is_amount(column.name) else GENERAL if column.name in WHOLE else TEXT


def _cell(example: str, style: int) -> str:
    if style == DATE:
        return f'<c s="{style}"><v>{(datetime.date.fromisoformat(example) - _FIRST_DAY).days}</v></c>'
    if style in (AMOUNT, GENERAL) and example:
        return f'<c s="{style}"><v>{example}</v></c>'
    return _text(example, style)


def _text(text: str, style: int) -> str:
    return f'<c s="{style}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else f'<c s="{style}"/>'
