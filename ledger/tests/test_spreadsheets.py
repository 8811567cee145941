"""Tables as LibreOffice and Excel save them: read where there is one way to, else refused with how to mend them."""

import io
import time
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest

from ledger.bulk.reading import BadFile, Columns
from ledger.bulk.registry import kinds
from ledger.bulk.spreadsheets import tidy
from ledger.bulk.workbooks import read_workbook

pytestmark = pytest.mark.once

STRICT = "customer,date,amount,reference\r\n101,2025-03-31,1250.50,R-1\r\n102,2025-04-02,12.50,R-2\r\n"


def layouts(kind: str = "payments") -> Sequence[Columns]:
    return kinds()[kind].layouts


def tidied(content: str | bytes, kind: str = "payments", order: str = "") -> str:
    raw = content.encode() if isinstance(content, str) else content
    return tidy(raw, layouts(kind), order).content.decode()


def refusal(content: str | bytes, order: str = "") -> str:
    with pytest.raises(BadFile) as fault:
        tidied(content, order=order)
    return str(fault.value)


AS_SAVED = {
    "LibreOffice in German": ["customer;date;amount;reference", "101;31.03.25;1.250,50;R-1", "102;02.04.25;12,5;R-2"],
    "LibreOffice in French": [
        "customer;date;amount;reference",
        "101;31/03/2025;1\u202f250,50 $;R-1",
        "102;02/04/2025;12,50;R-2",
    ],
    "Excel in English": [
        "\ufeffcustomer,date,amount,reference",
        '101,3/31/2025,"$1,250.50",R-1',
        "102,4/2/2025,12.5,R-2",
    ],
    "Excel's Unicode text": ["customer\tdate\tamount\treference", "101\t45747\t1250.5\tR-1", "102\t45749\t12.5\tR-2"],
    "with capitals and edges": [
        "Customer ;Date;AMOUNT;Reference;;",
        "101;2025-03-31;1'250.50;R-1;;",
        ";;;;;",
        "102;2025-04-02;12.50;R-2;;",
    ],
    "years first": ["customer,date,amount,reference", "101,2025/3/31,1250.50,R-1", "102,2025/4/2,12.50,R-2"],
}


@pytest.mark.parametrize("program", AS_SAVED)
def test_what_a_program_saved_is_read_as_it_was_meant(program: str) -> None:
    encoding = "utf-16" if "Unicode" in program else "utf-8"
    rows = [line.split(",") for line in tidied("\r\n".join(AS_SAVED[program]).encode(encoding)).splitlines() if line]
    rows = [[cell.rstrip("0") if "." in cell else cell for cell in row] for row in rows]
    assert rows == [
        ["customer", "date", "amount", "reference"],
        ["101", "2025-03-31", "1250.5", "R-1"],
        ["102", "2025-04-02", "12.5", "R-2"],
    ]


def test_a_file_of_ours_stays_as_it_is_to_the_byte() -> None:
    assert tidied(STRICT) == STRICT
    for kind in kinds():
        header = ",".join(layouts(kind)[0].required)
        assert tidied(f"{header}\n", kind) == f"{header}\n"


def test_each_line_keeps_its_number() -> None:
    found = tidied('customer;date;amount\n\n101;31.3.25;5\n;;\n102;"1.4.25";"6\n6"\n103;1.4.25;7\n')
    assert [(number, line[:3]) for number, line in enumerate(found.splitlines(), 1) if line[:1] == "1"] == [
        (3, "101"),
        (5, "102"),
        (7, "103"),
    ]


@pytest.mark.parametrize("amount", ["1,234", "1.234", "12,345,6", "1,2.3", "twelve", "1e3", "٣", "--5", "S12"])
def test_an_amount_that_may_be_read_in_two_ways_or_none_is_left_to_the_strict_reader(amount: str) -> None:
    assert f'"{amount}"' in tidied(f'customer;date;amount\n101;2025-03-31;"{amount}"\n') or f",{amount}\r" in tidied(
        f"customer;date;amount\n101;2025-03-31;{amount}\n"
    )


def test_other_amounts_tell_what_the_sign_means() -> None:
    assert tidied("customer;date;amount\n1;2025-03-31;1.234\n1;2025-03-31;7,5\n").count(",1234\r") == 1
    assert tidied('customer;date;amount\n1;2025-03-31;"1,234"\n1;2025-03-31;7.5\n').count(",1234\r") == 1


def test_two_ways_in_one_file_are_refused_with_both_lines() -> None:
    said = refusal("customer;date;amount\n1;2025-03-31;7,50\n1;2025-03-31;8.25\n")
    assert said.startswith(
        "Some amounts have their decimals after a comma (line 2: 7,50), others after a full stop (line"
    )
    said = refusal("customer,date,amount\n1,31/03/2025,7\n1,03/31/2025,8\n")
    assert said.startswith("Some dates have the day first (line 2: 31/03/2025), others the month (line 3: 03/31/2025).")


def test_a_date_that_may_be_read_both_ways_is_asked_for() -> None:
    rows = "customer,date,amount\n1,05/05/2025,7\n1,03/04/2025,7\n"
    assert "Nothing in this file tells whether 03/04/2025 (line 3) has its day or its month first." in refusal(rows)
    assert "2025-04-03" in tidied(rows, order="dmy")
    assert "2025-03-04" in tidied(rows, order="mdy")
    assert "the day first. Choose that below" in refusal(f"{rows}1,31/03/2025,7\n", order="mdy")
    assert "2025-04-03" in tidied(f"{rows}1,31/03/2025,7\n")


@pytest.mark.parametrize("date", ["31/02/2025", "2025-3-32", "1/1/1", "tomorrow", "20250331", "31.3./25"])
def test_what_is_no_date_is_left_to_the_strict_reader(date: str) -> None:
    assert f",{date}," in tidied(f"customer;date;amount\n1;{date};7\n")


def test_letters_of_another_code_say_how_to_save_the_file() -> None:
    said = refusal("customer,date,amount\n1,2025-01-01,Jos\xe9\n".encode("cp1252"))
    assert said.startswith(
        "line 2: the letters of this file are not written in UTF-8. In Excel: File, Save As, “CSV UTF-8”."
    )
    assert "old kind, or one with a password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


# --- Workbooks ---------------------------------------------------------------------------------
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
    '<c r="C1" t="inlineStr"><is><t>amount</t></is></c></row>'
    '<row r="3"><c r="A3"><v>101</v></c><c r="B3" s="1"><v>45747</v></c>'
    '<c r="C3"><f>0.1+0.2</f><v>0.30000000000000004</v></c></row>'
    '<row r="4"><c r="A4"><v>102</v></c><c r="C4"><v>1E2</v></c></row>'
)
PART = '<Relationship Id="r2" Target="worksheets/b.xml"/>'


def workbook(rows: str = ROWS, settings: str = "", doctype: str = "", **parts: str) -> bytes:
    """Two sheets, of which the first is hidden."""
    sheets = '<sheets><sheet name="a" state="hidden" r:id="r1"/><sheet name="b" r:id="r2"/></sheets>'
    found = {
        "xl/workbook.xml": f"<workbook {MAIN} {RELS}>{settings}{sheets}</workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{PART}</Relationships>",
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>Customer</t></si><si><r><t>da</t></r><r><t>te</t></r></si></sst>",
        "xl/worksheets/b.xml": f"{doctype}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        **parts,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in found.items():
            book.writestr(name, text)
    return file.getvalue()


def test_a_workbooks_first_sheet_is_read_with_its_line_numbers() -> None:
    assert tidied(workbook()) == "customer,date,amount\r\n\r\n101,2025-03-31,0.3\r\n102,,100\r\n"
    assert "the first sheet of the workbook" in tidy(workbook(), layouts()).words


def beside(number: str, text: str = "") -> str:
    """The amount in a number cell, and below it one in a text cell, as the readers get them."""
    first = f'<row r="2"><c r="A2"><v>101</v></c><c r="C2"><v>{number}</v></c></row>'
    second = f'<row r="3"><c r="A3"><v>101</v></c><c r="C3" t="str"><v>{text}</v></c></row>'
    return tidied(workbook(ROWS[: ROWS.index('<row r="3"')] + first + second))


def test_a_number_cells_stop_is_never_taken_for_a_group(settings: Any) -> None:
    assert beside("12.345", "12,50") == "customer,date,amount\r\n101,,12.345\r\n101,,12.50\r\n"
    assert beside("12.5", "1,250").endswith(',12.5\r\n101,,"1,250"\r\n')  # a text of its own: it may be read both ways
    settings.CURRENCY = "KWD"
    assert beside("12.345", "1.250,500").endswith(",12.345\r\n101,,1250.500\r\n")
    settings.CURRENCY = "JPY"
    assert ",308.625\r" in beside("308.625", "1.250")
    assert beside("308", "1.250").endswith(",1250\r\n")


@pytest.mark.parametrize(
    ("currency", "amount", "read"),
    [
        ("DKK", ".50", ".50"),
        ("DKK", "kr. 50", "50"),
        ("USD", "$.50", ".50"),
        ("KES", "KSh .50", ".50"),
        ("KES", "Ksh.500", "500"),
    ],
)
def test_a_stop_is_no_part_of_the_currency(settings: Any, currency: str, amount: str, read: str) -> None:
    settings.CURRENCY = currency
    assert tidied(f"customer;date;amount\n101;;{amount}\n").endswith(f",{read}\r\n")


def test_a_blank_far_out_and_empty_columns_take_neither_room_nor_time() -> None:
    far = '<row r="5"><c r="A5"><v>103</v></c><c r="ZZZ5" t="str"><v> </v></c></row>'
    assert {len(cells) for _, cells in read_workbook(workbook(ROWS + far))} == {3}
    wide = "".join(f"{line},,,{',' * 16_000}\n" for line in ("customer,date,amount", *["101,2025-03-31,5"] * 58))
    begun = time.process_time()
    assert tidied(wide).startswith("customer,date,amount\r\n101,2025-03-31,5\r\n")
    assert time.process_time() - begun < 5  # it was a minute when each column walked all rows


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BAD_BOOKS = {
    "entities": (lambda: workbook(doctype=BOMB, rows="<row><c><v>&b;</v></c></row>"), "damaged"),
    "a bomb": (lambda: workbook(rows=" " * 45_000_000), "The workbook is too large."),
    "too long": (lambda: workbook(rows='<row r="900000"><c><v>1</v></c></row>'), "more than 100,000 rows"),
    "too wide": (lambda: workbook(rows='<row><c r="AZ1"><v>1</v></c></row>'), "more than 40 columns"),
    "one text named again and again": (
        lambda: workbook(
            rows='<row><c r="A1" t="s"><v>0</v></c></row>' * 21_000,
            **{"xl/sharedStrings.xml": f"<sst {MAIN}><si><t>{'x' * 1000}</t></si></sst>"},
        ),
        "more than 20,000,000 characters",
    ),
    "of 1904": (lambda: workbook(settings='<workbookPr date1904="1"/>'), "counts its dates from 1904"),
    "cut off": (lambda: workbook()[:300], "damaged"),
    "no text there": (lambda: workbook(rows='<row><c t="s"><v>9</v></c></row>'), "damaged"),
    "another zip": (lambda: b"PK\x05\x06" + bytes(18), ""),
    "an open document": (lambda: workbook().replace(b"xl/workbook.xml", b"xl/workbook.xxx"), "no Excel workbook"),
}


@pytest.mark.parametrize("book", BAD_BOOKS)
def test_a_workbook_out_of_bounds_is_refused_at_once(book: str) -> None:
    made, words = BAD_BOOKS[book]
    if words:
        assert words in refusal(made())
    else:
        assert tidied(made())  # no workbook: left to the strict reader
