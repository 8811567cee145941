"""What a PDF says, as poppler's pdftotext reads it."""

import re
import shutil
import subprocess
from decimal import Decimal

import pytest

AMOUNT = re.compile(r"-?\$[\d,]+\.\d\d")
DAY = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}")

Row = tuple[str, list[Decimal]]


def text_of(pdf: bytes) -> str:
    """Laid out as on the page; .ci/run installs the reader, so that only a developer's machine may lack it."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed: apt install poppler-utils")
    assert pdf.startswith(b"%PDF-")
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()


def amounts(line: str) -> list[Decimal]:
    return [Decimal(found.replace("$", "").replace(",", "")) for found in AMOUNT.findall(line)]


def table_of(text: str) -> list[Row]:
    """The lines of a statement: the day as it is written, and the amounts from left to right."""
    rows = [(DAY.match(line.strip()), amounts(line)) for line in text.splitlines()]
    return [(day.group(), found) for day, found in rows if day and found]


def value_of(label: str, text: str) -> Decimal:
    """The amount that stands beside a label."""
    found = [amounts(line)[0] for line in text.splitlines() if line.strip().startswith(label) and amounts(line)]
    assert found, f"no amount beside {label!r}"
    return found[0]
