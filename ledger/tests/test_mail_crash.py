"""kill -9 of who pays and who sends: each payment's mail arrives, a second copy has the first one's Message-ID."""

import os
import random
import re
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from email.message import EmailMessage
from typing import Any

import pytest

from accounts.tests.post_office import PostOffice, opened, text_of
from ledger.tests.mailing import CUSTOMERS, NEVER, Town

pytestmark = pytest.mark.crash
KILLS = int(os.environ.get("WORKER_KILLS", "8"))
RECEIPT = re.compile(r"^Receipt: (\d+)$", re.MULTILINE)


def wrong(mails: Iterable[EmailMessage], told: Any) -> list[str]:
    """Everything by which the receipts that arrived are not what was paid."""
    ids, addresses, faults = defaultdict(set), {}, []
    for mail in mails:
        (number,) = RECEIPT.findall(text_of(mail))
        ids[number].add(str(mail["Message-ID"]))
        addresses[number] = str(mail["To"])
        if [paper.get_content()[:4] for paper in mail.iter_attachments()] != [b"%PDF"]:
            faults.append(f"payment {number} was told without its PDF")
    faults += [f"payment {number} was never told" for number in told["payments"] if number not in ids]
    faults += [f"payment {number} was told under {len(some)} ids" for number, some in ids.items() if len(some) > 1]
    if any(f"${NEVER}" in text_of(mail) for mail in mails):
        faults.append("a payment that was rolled back was told")
    if {number: told["payments"].get(number) for number in addresses} != addresses:
        faults.append("a mail went to somebody else, or for no payment")
    return faults


def wait_for_more(office: PostOffice) -> None:
    """Until a mail has come: then both are at work."""
    before, end = len(office.mails), time.monotonic() + 20
    while len(office.mails) == before:
        assert time.monotonic() < end, "no mail in twenty seconds"
        time.sleep(0.005)


def test_killed_at_random_moments(town, capsys):
    """By hand: WORKER_KILLS=50."""
    with opened() as (office, port), Town(town, port) as books:
        for _ in range(KILLS):
            both = [books.say("pay"), books.say("send")]
            wait_for_more(office)
            time.sleep(random.uniform(0, 0.2))
            for process in random.sample(both, 2):
                books.kill(process)
        books.finish()
        told = books.say("told")
    assert wrong(office.mails, told) == []
    assert told["states"] == {"waiting": 0, "sent": len(told["payments"]), "dropped": 0, "dead": 0}
    with capsys.disabled():
        twice = len(office.ids) - len(set(office.ids))
        print(f"\n{KILLS} kills, {len(told['payments'])} payments, {twice} mailed twice")  # noqa: T201  the finding


def test_what_is_told_outside_of_the_act_is_found_out(town):
    """The control: after a payment that was rolled back a message waits for nothing, and a kill loses one."""
    with opened() as (office, port), Town(town, port) as books:
        books.do("pay_four_and_tell_after")
        books.finish()
        assert books.say("told")["states"]["dropped"] == 1
        assert wrong(office.mails, books.say("told")) == []
        assert books.how(books.say("pay_once_and_end_before_it_tells")) == -signal.SIGKILL
        books.finish()
        told = books.say("told")
    assert wrong(office.mails, told) == [f"payment {max(told['payments'], key=int)} was never told"]


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
        assert wrong(office.mails, books.say("told"))


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
