"""Two requests at once, each alone allowed: the customer's lock lets one of them pass, in every round."""

import json
import os
import time

import pytest

from credit.tests.asking_racers import GAP
from ledger.tests import test_race
from ledger.tests.racing import finish, run, start

pytestmark = pytest.mark.race
migrated, town = test_race.migrated, test_race.town  # the databases of one's own
ROUNDS = int(os.environ.get("ASKING_ROUNDS", "10"))


def racer(call: str) -> tuple[str, ...]:
    return "manage.py", "shell", "-v", "0", "-c", f"from credit.tests import asking_racers; asking_racers.{call}"


def raced(town: str, act: str) -> tuple[list[dict[str, int]], dict[int, int]]:
    """What each of two processes heard, and how many customers got how many approvals."""
    run(town, *racer(f"open_books({ROUNDS})"))
    call = f"{act}({time.time() + 4}, {ROUNDS})"
    ends = [finish(process, 60 + ROUNDS * GAP) for process in [start(town, *racer(call)) for _ in range(2)]]
    assert [code for code, _ in ends] == [0, 0], ends
    return [json.loads(said) for _, said in ends], dict(json.loads(run(town, *racer("approvals()"))))


def test_two_simultaneous_requests_are_never_both_approved(town: str) -> None:
    heard, approvals = raced(town, "ask_at")
    assert approvals == {1: ROUNDS}
    assert sum(one.get("approved", 0) for one in heard) == sum(one.get("declined", 0) for one in heard) == ROUNDS
    assert run(town, "manage.py", "check_books") == ""


def test_without_the_lock_some_are_approved_twice(town: str) -> None:
    """The negative control."""
    _, approvals = raced(town, "ask_unguarded_at")
    assert approvals.get(2, 0) >= 1
