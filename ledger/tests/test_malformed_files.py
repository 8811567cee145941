"""Files that must not come in: each gets a sentence a clerk can act on, exit code 1, and nothing is stored."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import Lender
from ledger.bulk import importing
from ledger.models import Payment
from ledger.tests.sheets import ENDING, GOOD, kind_of
from ledger.tests.shop import D, customers, file, load, refused, row_counts

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_customer(db):
    customers(1)


def binary(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("layout", GOOD)
def test_the_row_that_the_wrong_ones_are_made_from_is_taken(layout, tmp_path):
    before = row_counts()
    assert " added, 0 are there already" in load(kind_of(layout), file(tmp_path, *GOOD[layout]))
    assert row_counts() != before


# --- The file as a whole -----------------------------------------------------------------------
def text(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


WHOLE: dict[str, tuple[Callable[[str, str], bytes], str]] = {
    "a byte-order mark": (
        lambda header, row: b"\xef\xbb\xbf" + text(header, row),
        "The file begins with a byte-order mark, as Excel's 'CSV UTF-8' does. Save it as UTF-8 without one, or load it"
        " with --excel; the portal takes it as it is.",
    ),
    "UTF-16": (
        lambda header, row: text(header, row).decode().encode("utf-16"),
        "The file is UTF-16. Save it as CSV in UTF-8.",
    ),
    "UTF-16 without a mark": (
        lambda header, row: text(header, row).decode().encode("utf-16-le"),
        "line 1: there is a NUL byte; this is not a text file in UTF-8.",
    ),
    "NUL": (
        lambda header, row: text(header, row, row).replace(b"\r\n1", b"\r\n\x001", 1) + b"\0",
        "there is a NUL byte; this is not a text file in UTF-8.",
    ),
    "cp1252": (
        lambda header, row: text(header, row) + b"Jos\xe9" + text(row),
        "line 3: the byte 0xe9 is not UTF-8. Save the file as UTF-8.",
    ),
    "nothing": (lambda header, row: b"", "The file is empty. Its first line names the columns."),
    "a header alone": (lambda header, row: text(header), "The file has a header, and nothing below it to post."),
    "a header above empty lines": (
        lambda header, row: text(header, "", ""),
        "The file has a header, and nothing below it to post.",
    ),
    "a row without a header": (lambda header, row: text(row, row), "The header lacks 'customer', "),
    "an unknown column": (
        lambda header, row: text(f"{header},colour", f"{row},red"),
        "The header has columns that are not known: 'colour'. It is: customer,",
    ),
    "a column twice": (
        lambda header, row: text(f"{header},customer", f"{row},1"),
        "The header names 'customer' twice.",
    ),
    "a column in capitals": (
        lambda header, row: text(header.replace("customer", "Customer", 1), row),
        "The header lacks 'customer'. It is: customer,",
    ),
    "1,000 columns": (
        lambda header, row: text(",".join(f"c{number}" for number in range(1000)), ",".join(["1"] * 1000)),
        "The header names 1000 columns; no file of ours has more than 40.",
    ),
    "semicolons": (
        lambda header, row: text(header.replace(",", ";"), row.replace(",", ";")),
        "The columns are separated by semicolons. Save the file with commas between them.",
    ),
    "tabs": (
        lambda header, row: text(header.replace(",", "\t"), row.replace(",", "\t")),
        "The columns are separated by tabs.",
    ),
    "a 10 MB field": (
        lambda header, row: text(header, row, row.rpartition(",")[0] + "," + "x" * 10_000_000),
        "line 3: a cell is far too long, or a quote that opens here is never closed.",
    ),
    "an unclosed quote": (
        lambda header, row: text(header, row, f'"{row}', *[row] * 20),
        "line 3: a quote that opens here is never closed.",
    ),
    "text after a quote": (
        lambda header, row: text(header, f'"1"1{row}'),
        "line 2: there is text after a closing quote; write a quote inside a cell twice.",
    ),
    "old Macintosh line ends": (
        lambda header, row: text(header, row).replace(b"\r\n", b"\r"),
        "line 1: a line ends in a carriage return alone; save the file with Windows or Unix line ends.",
    ),
    "a PDF": (lambda header, row: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "The header lacks 'customer'"),
    "a ZIP, as .xlsx is": (lambda header, row: b"PK\x03\x04\x14\0\x06\0", "line 1: there is a NUL byte"),
}


@pytest.mark.parametrize("layout", GOOD)
@pytest.mark.parametrize("wrong", WHOLE)
def test_a_wrong_file_is_refused_whole(wrong, layout, tmp_path):
    make, sentence = WHOLE[wrong]
    (said,) = refused(kind_of(layout), binary(tmp_path, make(*GOOD[layout])))
    assert said.startswith("file.csv: ")
    assert sentence in said
    assert said.endswith(f" {ENDING}")


@pytest.mark.parametrize("kind", ["customers", "dues", "payments", "outcomes"])
def test_what_is_no_file_is_refused(kind, tmp_path):
    assert refused(kind, tmp_path / "absent.csv") == [
        f"absent.csv: The file cannot be opened: No such file or directory. {ENDING}"
    ]
    (said,) = refused(kind, tmp_path)
    assert said.endswith(f": The file cannot be opened: Is a directory. {ENDING}")


def test_a_file_beyond_the_largest_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as huge:
        huge.truncate(101 * 1024 * 1024)
    assert refused("dues", path) == [f"huge.csv: The file is larger than 100 MB. Load it in parts. {ENDING}"]


@pytest.mark.parametrize("layout", GOOD)
def test_excels_byte_order_mark_is_taken_when_asked_for(layout, tmp_path):
    load(kind_of(layout), binary(tmp_path, b"\xef\xbb\xbf" + text(*GOOD[layout])), "--excel")


# --- The proof can fail -------------------------------------------------------------------------
def test_without_the_transaction_the_same_check_finds_what_was_stored(tmp_path, monkeypatch):
    wrong = file(tmp_path, "customer,date,amount", "1,2025-03-20,5", "1,2199-01-01,5")
    refused("payments", wrong)
    monkeypatch.setattr(importing, "_store", importing._store.__wrapped__)
    with pytest.raises(AssertionError):
        refused("payments", wrong)


def test_without_the_bound_a_negative_amount_reaches_the_table(tmp_path, monkeypatch):
    """And there the database refuses it: a traceback, where a clerk should read a sentence."""
    monkeypatch.setattr("ledger.bulk.cells.read_positive", D)
    with pytest.raises(Exception, match=r"payment_sign_fits_its_kind|payment_never_over_applied"):
        load("payments", file(tmp_path, "customer,date,amount", "1,2025-03-20,-5"))
    assert Lender.load().pk == 1


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_the_command_ends_with_exit_code_1_and_no_traceback(town, tmp_path):
    """In a process of its own, as a clerk or a script would run it."""
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": town}

    def manage(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    good = manage("import_csv", "customers", str(file(tmp_path, *GOOD["customers"], name="good.csv")))
    assert (good.returncode, good.stderr) == (0, "")
    wrong = manage(
        "import_csv", "payments", str(file(tmp_path, "customer,date,amount", "7,2025-02-30,1", name="p.csv"))
    )
    assert wrong.returncode == 1
    assert wrong.stdout == ""
    assert wrong.stderr.splitlines() == [
        "p.csv: line 2, column date: '2025-02-30' is not a date such as 2025-03-31",
        f"CommandError: 1 mistake. {ENDING}",
    ]
    assert not Payment.objects.exists()
