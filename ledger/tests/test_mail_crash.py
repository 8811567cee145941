"""kill -9 of who pays and who sends: each payment's mail arrives, a second copy has the first one's Message-ID."""

import os
import random
import re
import signal
import time
from collections import defaultdict
from typing import Any

import pytest

from accounts.tests.post_office import PostOffice, opened, text_of
from ledger.tests.mailing import CUSTOMERS, NEVER, Town

pytestmark = pytest.mark.crash
RECEIPT = re.compile(r"^Receipt: (\d+)$", re.MULTILINE)


def wrong(office: PostOffice, told: Any) -> list[str]:
    """Everything by which what arrived is not what was paid."""
    ids, addresses = defaultdict(set), {}
    for mail in office.mails:
        (number,) = RECEIPT.findall(text_of(mail))
        ids[number].add(str(mail["Message-ID"]))
        addresses[number] = str(mail["To"])
    faults = [f"payment {number} was never told" for number in told["payments"] if number not in ids]
    faults += [f"payment {number} was told under {len(some)} ids" for number, some in ids.items() if len(some) > 1]
    if any(f"${NEVER}" in text_of(mail) for mail in office.mails):
        faults.append("a payment that was rolled back was told")
    if {number: told["payments"].get(number) for number in addresses} != addresses:
        faults.append("a mail went to somebody else, or for no payment")
    return faults


def kill_both(url: str, kills: int, longest: float) -> tuple[int, int]:
    """How many payments there are, and how many mails came twice."""
    with opened() as (office, port), Town(url, port) as town:
        for _ in range(kills):
            both = [town.say("pay"), town.say("send")]
            wait_for_more(office)
            time.sleep(random.uniform(0, longest))
            for process in random.sample(both, 2):
                town.kill(process)
        town.finish()
        told = town.say("told")
        assert wrong(office, told) == []
        assert told["states"] == {"waiting": 0, "sent": len(told["payments"]), "dropped": 0, "dead": 0}
        return len(told["payments"]), len(office.mails) - len(set(office.ids))


def wait_for_more(office: PostOffice) -> None:
    """Until a mail has come: then both are at work."""
    before, end = len(office.mails), time.monotonic() + 20
    while len(office.mails) == before:
        assert time.monotonic() < end, "no mail in twenty seconds"
        time.sleep(0.005)


def test_eight_kills_at_random_moments(town):
    kill_both(town, 8, 0.1)


@pytest.mark.soak
def test_fifty_kills_at_random_moments(town, capsys):
    payments, twice = kill_both(town, 50, 0.5)
    with capsys.disabled():
        print(f"50 kills, {payments} payments, {twice} mails came twice")  # noqa: T201  the figures are the finding


class Murderous(PostOffice):
    """Kills the sender of the next mail before it has the answer; and keeps that mail or does not."""

    keeps, victim = False, 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        victim, self.victim = self.victim, 0
        if victim:
            os.kill(victim, signal.SIGKILL)
        if victim and not self.keeps:
            return "451 lost"
        return await super().handle_DATA(server, session, envelope)


def test_killed_between_the_mail_and_its_mark_it_is_sent_again(town):
    """The third is the control: a worker that marks first and sends then loses the mail."""
    ways = [("send", True, 2), ("send", False, 1), ("mark_then_send", False, 0)]
    with opened(Murderous()) as (office, port), Town(town, port) as books:
        for worker, office.keeps, arrived in ways:
            office.mails.clear()
            books.do("pay_once")
            office.victim = victim = books.say(worker)
            assert books.how(victim) == -signal.SIGKILL
            books.finish()
            assert len(office.mails) == arrived
            assert len(set(office.ids)) == min(arrived, 1)
        assert wrong(office, books.say("told"))


def test_reminders_run_twice_at_once_and_killed_are_written_once(town):
    with opened() as (_, port), Town(town, port) as books:
        books.do("raise_dues")
        for _ in range(2):
            before, both = len(books.say("reminded")), [books.say("remind"), books.say("remind")]
            while len(books.say("reminded")) < before + 3:
                time.sleep(0.005)
            for process in both:
                books.kill(process)
        assert len(books.say("reminded")) < CUSTOMERS
        books.do("remind")
        assert books.say("reminded") == list(range(1, CUSTOMERS + 1))
