"""Many processes act for one customer at once: the chain has no gap, no fork, and an entry for every act."""

import json
from pathlib import Path

import pytest

from ledger.tests.racing import finish, heard, in_some_round, racer, run, start

PROCESSES, TIMES = 4, 15


def race_of_acts(url: str, call: str) -> list[str]:
    """What went wrong, as the processes and check_books tell it."""
    processes = [start(url, *racer(call)) for _ in range(PROCESSES)]
    faults = [said for code, said in map(finish, processes) if code]
    code, said = finish(start(url, "manage.py", "check_books"))
    return faults + ([said] if code else [])


@pytest.mark.race
def test_concurrent_acts_of_one_customer_keep_the_chain_whole(town: str, tmp_path: Path) -> None:
    heard(town, "open_books(101, 102)")
    assert race_of_acts(town, f"act_for(101, {TIMES})") == []
    counted = heard(town, "entries()")
    assert counted["101"] == {"add_due": 24, "record_payment": PROCESSES * TIMES, "invite": PROCESSES * TIMES}
    assert counted["house"] == {"update_lender": PROCESSES * TIMES}


@pytest.mark.race
def test_without_the_locks_the_same_race_is_lost(town: str) -> None:
    """The negative control: two processes read the same end of the chain, and the unique number refuses one."""
    heard(town, "open_books(101, 102)")
    told: list[str] = []

    def one_is_refused() -> bool:
        told[:] = race_of_acts(town, f"act_unguarded_for(101, {TIMES})")
        return any("IntegrityError" in fault or "OperationalError" in fault for fault in told)

    assert in_some_round(one_is_refused), told


@pytest.mark.race
def test_the_count_notices_an_act_without_an_entry(town: str) -> None:
    heard(town, "open_books(101)")
    assert json.loads(run(town, *racer("entries()")))["101"] == {"add_due": 24}
