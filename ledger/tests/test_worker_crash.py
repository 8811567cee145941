"""kill -9 at any moment: every row is posted exactly once, and taken back exactly once."""

import os
from pathlib import Path
from typing import Any

import pytest

from ledger.tests.racing import finish, run, start
from ledger.tests.working import heard, inside, kill_at_random, payments

pytestmark = pytest.mark.crash
KILLS = int(os.environ.get("WORKER_KILLS", "4"))


def to_be_posted(url: str, folder: Path, customers: int, each: int) -> tuple[int, list[list[Any]]]:
    """Books, and a file that was sent, read and checked."""
    run(url, *inside(f"open_books({customers})"))
    rows = payments(folder / "march.csv", customers, each)
    batch = heard(url, f"send({str(folder / 'march.csv')!r})")
    run(url, *inside("work(200)"))
    assert heard(url, f"told({batch})")["lines"] == {"new": len(rows)}
    return batch, rows


def posted_wrongly(told: dict[str, Any], rows: list[list[Any]]) -> list[str]:
    """Everything by which a posting is not the file, once."""
    faults = []
    if told["posted"] != rows:
        faults.append(f"{len(rows)} rows were to be posted, {len(told['posted'])} are")
    if told["lines"] != {"posted": len(rows)} or told["added"] != len(rows):
        faults.append(f"the marks say {told['lines']} and the batch {told['added']}")
    if (told["batch"], told["job"][1]) != ("posted", "done"):
        faults.append(f"it ended as {told['batch']}, {told['job']}")
    return faults


def kill_both_ways(url: str, folder: Path, kills: int, customers: int, each: int, longest: float) -> None:
    batch, rows = to_be_posted(url, folder, customers, each)
    heard(url, f"ask('post', {batch})")
    assert kill_at_random(url, kills, 2, longest) > kills // 2, "the work was over too soon for the kills to meet it"
    run(url, *inside("work(50)"))
    assert posted_wrongly(heard(url, f"told({batch})"), rows) == []
    assert run(url, "manage.py", "check_books") == ""
    heard(url, f"ask('undo', {batch})")
    assert kill_at_random(url, kills, 2, longest) > kills // 2
    run(url, *inside("work(50)"))
    told = heard(url, f"told({batch})")
    assert (told["batch"], told["job"][1]) == ("undone", "done"), told["job"]
    assert (told["reversed"], told["reversals"], told["paid"], told["held"]) == (len(rows), len(rows), "0.00", "0.00")
    assert run(url, "manage.py", "check_books") == ""


def test_kills_in_a_posting_and_as_many_in_its_undoing(town, tmp_path):
    """By hand: WORKER_KILLS=30."""
    kill_both_ways(town, tmp_path, kills=KILLS, customers=60 * KILLS, each=4, longest=0.3)


def test_three_workers_at_once_of_whom_one_is_killed_post_each_row_once(town, tmp_path):
    """Silence of a twentieth of a second counts as death here, so that they take the job from each other, too."""
    batch, rows = to_be_posted(town, tmp_path, 100, 4)
    heard(town, f"ask('post', {batch})")
    workers = [start(town, *inside("work(2, 0.05)")) for _ in range(3)]
    assert kill_at_random(town, 1, 2, 0.3) <= 1
    said = [finish(worker) for worker in workers]
    assert [code for code, _ in said] == [0, 0, 0], said
    assert posted_wrongly(heard(town, f"told({batch})"), rows) == []
    assert run(town, "manage.py", "check_books") == ""


def test_a_posting_that_lost_its_mark_is_noticed(town, tmp_path):
    """The negative control: chunks are posted, and one mark is taken away as if it had another transaction."""
    batch, rows = to_be_posted(town, tmp_path, 20, 2)
    heard(town, f"ask('post', {batch})")
    run(town, *inside("work_forgetting_marks()"))
    faults = posted_wrongly(heard(town, f"told({batch})"), rows)
    assert "40 rows were to be posted, 42 are" in faults
