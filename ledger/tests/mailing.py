"""Processes of a test about mail: one records payments and rolls some of them back, one sends; a nursery forks them."""

import io
import itertools
import json
import os
import random
import sys
import time
import traceback
from typing import Any
from unittest import mock

from django.core.management import call_command
from django.db import connections, transaction

from accounts import outbox
from accounts.management.commands import work
from accounts.models import Customer, Lender, Message, Outgoing
from ledger import reminding
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
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
    """Django is started once. Each line that is heard is answered with one: a question with what it asks for, "wait
    123" with how that process ended, and a call with the number of the process that makes it."""
    open_books()
    pay(1)  # with all that is loaded at the first time
    send("--once")
    print("begun", flush=True)  # noqa: T201  standard output is how the test hears of it
    for line in sys.stdin:
        print(json.dumps(_answer(*line.split())), flush=True)  # noqa: T201


def _answer(call: str, number: str = "0") -> Any:
    if call == "wait":
        return os.waitstatus_to_exitcode(os.waitpid(int(number), 0)[1])
    if call in QUESTIONS:
        return QUESTIONS[call]()
    connections.close_all()
    return os.fork() or _child(call)


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


def raise_dues() -> None:
    today = Lender.load().today()
    for number in range(1, CUSTOMERS + 1):
        add_due(Due(customer_id=number, month=today.replace(day=1), due_on=today, amount=D("50.00")))


def remind() -> None:
    """As manage.py send_reminders, with time for somebody to come in between."""
    one = reminding.remind

    def slowly(*told: Any) -> Any:
        time.sleep(PAUSE)
        return one(*told)

    with mock.patch.object(reminding, "remind", slowly):
        call_command("send_reminders", stdout=io.StringIO())


def reminded() -> list[int]:
    """The customers that have a message of reminder, in order."""
    rows = Message.objects.filter(kind="reminder").order_by("customer_id")
    return list(rows.values_list("customer_id", flat=True))


def told() -> dict[str, Any]:
    """Every payment with its customer's address, and how many messages are in which state."""
    payments = Payment.objects.values_list("pk", "customer__email")
    states = dict.fromkeys(Outgoing.State.values, 0)
    for state in Message.objects.values_list("state", flat=True):
        states[state] += 1
    return {"payments": dict(payments), "states": states}


QUESTIONS = {"reminded": reminded, "told": told}
CALLS = {
    "pay": pay,
    "pay_once": lambda: pay(1),
    "raise_dues": raise_dues,
    "remind": remind,
    "send": send,
    "send_once": lambda: send("--once"),
    "mark_then_send": lambda: send(marks_first=True),
}
