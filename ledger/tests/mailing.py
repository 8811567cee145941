"""Processes of a test about mail: one records payments and rolls some of them back, one sends; a nursery forks them."""

import itertools
import json
import os
import random
import sys
import time
import traceback
from unittest import mock

from django.core.management import call_command
from django.db import connections, transaction

from accounts import outbox
from accounts.management.commands import work
from accounts.models import Customer, Lender, Message, Outgoing
from ledger.actions import record_payment
from ledger.models import Payment
from ledger.tests.shop import D

CUSTOMERS = 20
PAUSE = 0.03  # seconds between two acts: SQLite has one writer, and the worker is to come in between
NEVER = "66.66"  # of payments that are rolled back


def open_books() -> None:
    Lender.load()
    Customer.objects.bulk_create(
        [
            Customer(id=number, name=f"Customer {number}", email=f"c{number}@example.com")
            for number in range(1, CUSTOMERS + 1)
        ]
    )


def nursery() -> None:
    """Django is started once: each line that is heard names a call, and is answered with the number of the process
    that makes it; "wait 123" is answered with how that one ended."""
    pay(1)  # with all that is loaded at the first time
    send("--once")
    print("begun", flush=True)  # noqa: T201  standard output is how the test hears of it
    for line in sys.stdin:
        call, _, number = line.strip().partition(" ")
        if call == "wait":
            _, status = os.waitpid(int(number), 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            connections.close_all()
            answer = os.fork() or _child(call)
        print(answer, flush=True)  # noqa: T201


def _child(call: str) -> int:
    """Never returns."""
    random.seed()
    try:
        CALLS[call]()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def pay(most: int = 1_000_000) -> None:
    """One act after the other, every fourth rolled back, until it is killed or has done so many."""
    for number in itertools.islice(itertools.count(), most):
        customer = random.randint(1, CUSTOMERS)
        if number % 4 == 3:
            with transaction.atomic():
                record_payment(Payment(customer_id=customer, amount=D(NEVER)))
                transaction.set_rollback(True)
        else:
            record_payment(Payment(customer_id=customer, amount=D(random.randint(100, 900)) / 100))
        time.sleep(PAUSE)


def send(*options: str, marks_first: bool = False) -> None:
    """The worker, in a hurry. With marks_first, the control, it says "sent" before it sends."""
    outbox.LEASE = 0.2
    work.LOOKS_EVERY = 0.02
    claim = outbox._claim

    def claimed(row: Outgoing) -> bool:
        return claim(row) and bool(row.itself.update(state="sent", sent_at=row.made_at))

    with mock.patch.object(outbox, "_claim", claimed if marks_first else claim):
        call_command("work", *options)


def told() -> None:
    """Every payment with its customer's address, and how many messages are in which state."""
    payments = Payment.objects.values_list("pk", "customer__email")
    states = dict.fromkeys(Outgoing.State.values, 0)
    for state in Message.objects.values_list("state", flat=True):
        states[state] += 1
    print(json.dumps({"payments": dict(payments), "states": states}))  # noqa: T201


CALLS = {
    "pay": pay,
    "pay_once": lambda: pay(1),
    "send": send,
    "send_once": lambda: send("--once"),
    "mark_then_send": lambda: send(marks_first=True),
}
