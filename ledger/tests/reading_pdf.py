"""What a PDF says, as poppler's pdftotext reads it."""

import re
import shutil
import subprocess
from decimal import Decimal

import pytest

POINT, DOLLARS = r"-?\$[\d,]+\.\d\d", r"\sUS\$"
AMOUNT = {
    "en": re.compile(POINT),
    "hi": re.compile(POINT),
    "es": re.compile(r"-?[\d.]+,\d\d" + DOLLARS),
    "fr": re.compile(r"-?\d{1,3}(?:[\u202f ]\d{3})*,\d\d\s\$US"),
    "ar": re.compile(r"-?[\d,]+\.\d\d" + DOLLARS),
}
MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # of direction: poppler adds more of them
DAY = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}")

Row = tuple[str, list[Decimal]]


def text_of(pdf: bytes) -> str:
    """Laid out as on the page; .ci/run installs the reader, so that only a developer's machine may lack it."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed: apt install poppler-utils")
    assert pdf.startswith(b"%PDF-")
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()


def amounts(line: str, language: str = "en") -> list[Decimal]:
    """In the order of the columns: an Arabic line is laid out with the first one on the right."""
    found = [_read(one, language in ("es", "fr")) for one in AMOUNT[language].findall(plain(line))]
    return found[::-1] if language == "ar" else found


def _read(shown: str, has_comma: bool) -> Decimal:
    figures = re.sub(r"[^\d,.-]", "", shown)
    return Decimal(figures.replace(".", "").replace(",", ".") if has_comma else figures.replace(",", ""))


def plain(text: str) -> str:
    return MARKS.sub("", text)


def squeezed(text: str) -> str:
    """Without marks and blanks, which the two directions of one line leave anywhere."""
    return "".join(plain(text).split())


def table_of(text: str) -> list[Row]:
    """The lines of a statement: the day as it is written, and the amounts from left to right."""
    rows = [(DAY.match(line.strip()), amounts(line)) for line in text.splitlines()]
    return [(day.group(), found) for day, found in rows if day and found]


def value_of(label: str, text: str) -> Decimal:
    """The amount that stands beside a label."""
    found = [amounts(line)[0] for line in text.splitlines() if line.strip().startswith(label) and amounts(line)]
    assert found, f"no amount beside {label!r}"
    return found[0]
