"""A file made to hurt is refused or read within seconds, and what it held does not stay in memory."""

import time

import pytest

from expenses.statement_files import BadFile, read_statement_file
from expenses.statement_files.dates import read_parts
from expenses.statement_files.numbers import read_number

HEAD = "Date,Description,Amount\n"
WIDE = ",".join(f"{place}.25" for place in range(190))
HOSTILE = {
    "quotes that never close": HEAD + '2026-01-01,"a,-1.00\n' * 20_000,
    "nothing but quotes": HEAD + ('"' * 90_000 + "\n") * 30,
    "nothing but commas": HEAD + ("," * 90_000 + "\n") * 30,
    "many columns of numbers": (f"2026-01-13,x,{WIDE}\n") * 800,
    "open tags": "<OFX>" + "<STMTTRN>" * 200_000,
    "lines without end": "!Account\n" + "N\n" * 700_000,
    "own export with a quote": "date,kind,amount,category,note\n" + '2026-01-01,spending,-1.00,Food,"a b c\n' * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_or_read_within_seconds(text):
    begun = time.process_time()
    try:
        reading = read_statement_file(text.encode())
    except BadFile:
        reading = None
    assert time.process_time() - begun < 8
    assert reading is None or not reading.rows


def test_what_a_file_held_is_forgotten():
    read_statement_file((HEAD + "2026-01-13,private,-1234.56\n").encode())
    assert read_parts.cache_info().currsize == read_number.cache_info().currsize == 0
