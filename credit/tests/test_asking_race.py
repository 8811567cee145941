"""Two requests at once, each alone allowed: the customer's lock lets one of them pass, in every round."""

import json
import os
from pathlib import Path

import pytest

from credit.tests.asking_racers import GAP
from ledger.tests.racing import finish, run, start

pytestmark = pytest.mark.race
ROUNDS = int(os.environ.get("ASKING_ROUNDS", "10"))


def racer(call: str) -> tuple[str, ...]:
    return "manage.py", "shell", "-v", "0", "-c", f"from credit.tests import asking_racers; asking_racers.{call}"


def test_two_simultaneous_requests_are_never_both_approved_and_without_the_lock_some_are(
    town: str, tmp_path: Path
) -> None:
    """The second half of the race is the negative control. By hand: ASKING_ROUNDS=200."""
    run(town, *racer(f"open_books({ROUNDS})"))
    processes = [start(town, *racer(f"race({str(tmp_path)!r}, {ROUNDS})")) for _ in range(2)]
    ends = [finish(process, 120 + 2 * ROUNDS * GAP) for process in processes]
    assert [code for code, _ in ends] == [0, 0], ends
    heard = [json.loads(said)["guarded"] for _, said in ends]
    guarded, unguarded, wrong = json.loads(run(town, *racer(f"approvals({ROUNDS})")))
    assert guarded == [[1, ROUNDS]]
    assert sum(one.get("approved", 0) for one in heard) == sum(one.get("declined", 0) for one in heard) == ROUNDS
    assert wrong == []
    assert dict(unguarded).get(2, 0) >= 1, (unguarded, ends)
