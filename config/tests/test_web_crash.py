"""kill -9 of the server and of the worker while a program pays: each payment is there once, its mail and its webhook
arrive, a second copy is known by its id, and nobody hears of what was rolled back."""

import http.client
import json
import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from accounts.tests.post_office import free_port, opened, text_of
from accounts.tests.receiver import receiver
from config.tests.api_racing import post
from ledger.tests import test_hook_crash, test_mail_crash
from ledger.tests.mailing import CUSTOMERS, NEVER, Town
from ledger.tests.racing import run, start, wait_for

pytestmark = pytest.mark.crash
KILLS, ACTS = int(os.environ.get("WORKER_KILLS", "4")), int(os.environ.get("WEB_ACTS", "40"))
WHOLE = 5  # every fifth time the server is killed whole, else what serves in it
GONE = (OSError, http.client.HTTPException, json.JSONDecodeError)  # it was killed in the middle of its answer


class Server:
    """gunicorn as it is configured, with as many processes as it has on this database."""

    def __init__(self, url: str) -> None:
        self.url, self.port = url, free_port()
        self.open()

    def open(self) -> None:
        words = (
            "-m",
            "gunicorn",
            "--config",
            "gunicorn.conf.py",
            "--log-level",
            "critical",
            "config.tests.api_failing",
        )
        self.process = start(self.url, *words, HOST="127.0.0.1", PORT=str(self.port), API_CALLS_A_MINUTE="100000")
        threading.Thread(target=self.process.communicate, daemon=True).start()
        wait_for(self.port, self.process)

    def serving(self) -> list[int]:
        number = self.process.pid
        return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text().split()]

    def kill(self, whole: bool) -> None:
        """The first process starts others for those that were killed; whole, nothing is left of it."""
        serving = self.serving()
        for number in [self.process.pid, *serving] if whole else serving:
            os.kill(number, signal.SIGKILL)
        if whole:
            self.process.wait()
            self.open()


class Payer(threading.Thread):
    """Programs of the customers pay in turn, each act asked for under its key until it is answered, every fourth to be
    rolled back."""

    def __init__(self, port: int, tokens: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.port, self.tokens = port, tokens
        self.acts = 0
        self.paid: list[int] = []  # the payments' numbers as they were answered
        self.statuses: Counter[int] = Counter()
        self.broken = 0

    def run(self) -> None:
        for number in range(ACTS):
            customer = str(random.randint(1, CUSTOMERS))
            amount = NEVER if number % 4 == 3 else f"{random.randint(100, 900) / 100:.2f}"
            self.act(customer, amount, secrets.token_urlsafe(18))
            self.acts += 1

    def act(self, customer: str, amount: str, key: str) -> None:
        status, told = self.answered({"year": 2026, "month": 1, "amount": amount}, customer, key)
        self.statuses[status] += 1
        if status == 201:
            self.paid.append(told["payment"]["id"])

    def answered(self, body: dict[str, Any], customer: str, key: str) -> tuple[int, dict[str, Any]]:
        end = time.monotonic() + 120
        while True:
            told = {"Authorization": f"Bearer {self.tokens[customer]}", "Idempotency-Key": key}
            try:
                return post(self.port, "/api/customer/payment", body, **told)
            except GONE:
                self.broken += 1
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)


def kill_all(town: Town, server: Server, payer: Payer) -> None:
    """The server, the worker and who reminds, at random moments; the acts are spread over the kills."""
    for number in range(KILLS):
        worker, reminder = town.say("send"), town.say("remind")
        while payer.acts < number * ACTS // KILLS:
            assert payer.is_alive(), "the payer has ended"
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.5))
        kills = [
            partial(town.kill, worker),
            partial(server.kill, number % WHOLE == WHOLE // 2),
            partial(os.kill, reminder, signal.SIGKILL),
        ]
        for kill in random.sample(kills, len(kills)):
            kill()
        town.how(reminder)
        if number % WHOLE == 0:  # a token is good for some minutes
            payer.tokens = town.say("programs")


def test_killed_at_random_moments(town: str, capsys: Any) -> None:
    """By hand: WORKER_KILLS=50 WEB_ACTS=500."""
    with opened() as (office, mails), receiver() as program, Town(town, mails, program.url) as books:
        books.do("raise_dues")
        server = Server(town)
        try:
            payer = Payer(server.port, books.say("programs"))
            payer.start()
            kill_all(books, server, payer)
            payer.join()
        finally:
            server.process.terminate()
            server.process.wait()
        books.do("remind")
        books.finish()
        told, called = books.say("told"), books.say("called")
    paid = [1, *payer.paid]  # the first was made by who opened the books
    assert sorted(map(int, told["payments"])) == sorted(paid)
    assert payer.statuses == {201: ACTS - ACTS // 4, 500: ACTS // 4}
    receipts = [mail for mail in office.mails if test_mail_crash.RECEIPT.search(text_of(mail))]
    reminders = [mail for mail in office.mails if mail not in receipts]
    assert test_mail_crash.wrong(receipts, told) == []
    assert test_hook_crash.wrong(program, called) == []
    assert len({mail["To"] for mail in reminders}) == CUSTOMERS
    assert told["states"] == {"waiting": 0, "sent": len(set(office.ids)), "dropped": 0, "dead": 0}
    assert called["states"] == {"sent": len(paid)}
    assert run(town, "manage.py", "check_books") == ""
    with capsys.disabled():
        print(f"\n{KILLS} kills, {ACTS} acts, {len(paid)} payments, {payer.broken} tries without an answer;")  # noqa: T201  the finding
        for what, ids in (("mailed", office.ids), ("called", program.ids)):
            print(f"{len(set(ids))} {what}, {len(ids) - len(set(ids))} of them twice")  # noqa: T201
