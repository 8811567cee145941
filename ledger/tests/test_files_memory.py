"""A worker holds a piece of a file, never the file."""

import pytest

from ledger.tests.racing import run
from ledger.tests.working import heard, inside, payments

pytestmark = [pytest.mark.crash, pytest.mark.slow]

FEW, MANY = 2, 30  # payments of each of 400 customers


def peak(url, folder, each: int, work: str) -> int:
    """Megabytes of the process that read, checked and posted a file with so many payments of each customer."""
    payments(folder / f"{each}.csv", 400, each)
    batch = heard(url, f"send({str(folder / f'{each}.csv')!r})")
    reading = heard(url, f"peak({work})")
    heard(url, f"ask('post', {batch})")
    return max(reading, heard(url, f"peak({work})"))


def test_fifteen_times_the_lines_take_no_more_memory(town, tmp_path):
    run(town, *inside("open_books(400)"))
    few = peak(town, tmp_path, FEW, "'work', 50")
    assert peak(town, tmp_path, MANY, "'work', 50") < few + 8


def test_a_worker_that_takes_it_all_at_once_is_noticed(town, tmp_path):
    """The negative control."""
    run(town, *inside("open_books(400)"))
    few = peak(town, tmp_path, FEW, "'work', 50")
    assert peak(town, tmp_path, MANY, "'work', 10**6, 0.3, 10**6") > few + 8
