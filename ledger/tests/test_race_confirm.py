"""Two people confirm the same requests in the same instant: one of them does it, the other is told."""

import json
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from ledger.tests.racing import CUSTOMER, finish, heard, in_some_round, meeting, racer, run, start

pytestmark = pytest.mark.race
COUNT = 20


def raced(town: str, folder: Path, rows: list[int], what: str) -> tuple[Any, Any]:
    place = meeting(folder)
    calls = [f"confirm_at({place!r}, {CUSTOMER}, {rows}, {by!r}, {what!r})" for by in ("m2", "m3")]
    ends = [finish(process) for process in [start(town, *racer(call)) for call in calls]]
    assert [code for code, _ in ends] == [0, 0], ends
    first, second = (json.loads(said) for _, said in ends)
    assert sorted(first["won"] + second["won"]) == rows
    assert len(first["lost"]) + len(second["lost"]) == len(rows)
    assert all("is already confirmed, by m" in sentence for sentence in first["lost"] + second["lost"])
    return first, second


def test_two_confirm_the_same_reversals_and_each_is_done_once(town: str, tmp_path: Path) -> None:
    heard(town, f"open_books({CUSTOMER})")
    raced(town, tmp_path, heard(town, f"ask_to_reverse({CUSTOMER}, {COUNT})"), "request")
    books = heard(town, "figures()")
    assert (books["reversals"], D(books["kept"]), D(books["paid"])) == (COUNT, D(0), D(0))
    assert run(town, "manage.py", "check_books") == ""


def test_two_confirm_the_same_notices_and_each_is_recorded_once(town: str, tmp_path: Path) -> None:
    heard(town, f"open_books({CUSTOMER})")
    raced(town, tmp_path, heard(town, f"give_notices({CUSTOMER}, {COUNT})"), "notice")
    books = heard(town, "figures()")
    assert (books["receipts"], D(books["received"])) == (COUNT, D("11.13") * COUNT)
    assert run(town, "manage.py", "check_books") == ""


def test_two_confirm_the_same_refunds_and_each_is_handed_over_once(town: str, tmp_path: Path) -> None:
    heard(town, f"open_books({CUSTOMER})")
    raced(town, tmp_path, heard(town, f"ask_to_refund({CUSTOMER}, {COUNT})"), "request")
    assert heard(town, "figures()")["refunds"] == COUNT
    assert run(town, "manage.py", "check_books") == ""


@pytest.mark.only_on("postgresql")
def test_without_the_lock_two_confirmers_hand_the_same_refund_over_twice(town: str, tmp_path: Path) -> None:
    """The negative control; SQLite's lock is the transaction itself."""
    heard(town, f"open_books({CUSTOMER})")
    assert in_some_round(lambda: handed_over_unguarded(town, tmp_path) > COUNT)


def handed_over_unguarded(town: str, folder: Path) -> int:
    """Of COUNT refunds asked for anew, how many both confirmers together handed over."""
    before = heard(town, "figures()")["refunds"]
    rows = heard(town, f"ask_to_refund({CUSTOMER}, {COUNT})")
    place = meeting(folder)
    calls = [f"confirm_unguarded_at({place!r}, {CUSTOMER}, {rows}, {by!r})" for by in ("m2", "m3")]
    for process in [start(town, *racer(call)) for call in calls]:
        finish(process)
    return int(heard(town, "figures()")["refunds"]) - int(before)
