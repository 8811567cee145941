"""kill -9 of the payer and the worker at random moments: a program hears of each payment, and of no other, and knows a
second call by its id."""

import os
import random
import signal
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from accounts.tests.receiver import Receiver, receiver, whole_call
from ledger.tests.mailing import NEVER, Town

pytestmark = pytest.mark.crash
KILLS = int(os.environ.get("WORKER_KILLS", "6"))


def wrong(program: Receiver, told: Any) -> list[str]:
    """Everything by which what was heard is not what was paid."""
    ids, whose = defaultdict(set), {}
    for call in program.calls:
        number = str(call.told["data"]["payment"])
        ids[number].add(call.id)
        whose[number] = call.told["data"]["customer"]
    faults = [f"payment {number} was never told" for number in told["payments"] if number not in ids]
    faults += [f"payment {number} was told under {len(some)} ids" for number, some in ids.items() if len(some) > 1]
    if any(call.told["data"]["amount"] == NEVER for call in program.calls):
        faults.append("a payment that was rolled back was told")
    if {number: told["payments"].get(number) for number in whose} != whose:
        faults.append("a payment was told of another customer, or was none")
    return faults


def test_killed_at_random_moments(town, capsys):
    """By hand: WORKER_KILLS=50."""
    with receiver() as program, Town(town, program=program.url) as books:
        for _ in range(KILLS):
            both, before = [books.say("pay"), books.say("send")], len(program.calls)
            end = time.monotonic() + 20
            while len(program.calls) == before:
                assert time.monotonic() < end, "no call in twenty seconds"
                time.sleep(0.005)
            time.sleep(random.uniform(0, 0.2))
            for process in random.sample(both, 2):
                books.kill(process)
        books.finish()
        told = books.say("called")
    assert wrong(program, told) == []
    assert told["states"] == {"sent": len(told["payments"])}
    with capsys.disabled():
        twice = len(program.ids) - len(set(program.ids))
        print(f"\n{KILLS} kills, {len(told['payments'])} payments, {twice} called twice")  # noqa: T201  the finding


def test_what_is_told_outside_of_the_act_is_found_out(town):
    """The control: a program hears of a payment that was rolled back, and a kill keeps it from hearing of one."""
    with receiver() as program, Town(town, program=program.url) as books:
        books.do("pay_four_and_tell_after")
        books.finish()
        assert "a payment that was rolled back was told" in wrong(program, books.say("called"))
        program.calls = [call for call in program.calls if call.told["data"]["amount"] != NEVER]
        assert wrong(program, books.say("called")) == []
        assert books.how(books.say("pay_once_and_end_before_it_tells")) == -signal.SIGKILL
        books.finish()
        told = books.say("called")
    assert wrong(program, told) == [f"payment {max(told['payments'], key=int)} was never told"]


class Murderous(Receiver):
    """Kills the caller who has said all and has no answer yet; it has kept the call, or has lost it."""

    keeps, victim = False, 0

    def hear(self, handler: BaseHTTPRequestHandler) -> None:
        victim, self.victim = self.victim, 0
        if not victim:
            super().hear(handler)
        elif call := whole_call(handler):
            self.calls += [call] if self.keeps else []
            os.kill(victim, signal.SIGKILL)


def test_killed_between_the_call_and_its_mark_it_is_told_again(town):
    """The third is the control: a worker that marks first and calls then loses the call."""
    ways = [("send", True, 2), ("send", False, 1), ("mark_then_send", False, 0)]
    program = Murderous()
    with receiver(program), Town(town, program=program.url) as books:
        for worker, program.keeps, arrived in ways:
            program.calls.clear()
            books.do("pay_once")
            program.victim = victim = books.say(worker)
            assert books.how(victim) == -signal.SIGKILL
            books.finish()
            assert len(program.calls) == arrived
            assert len(set(program.ids)) == min(arrived, 1)
        assert wrong(program, books.say("called"))
