"""Processes of a test about mails or webhooks: one pays and rolls some back, one sends; a nursery forks them."""

import io
import itertools
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

from django.core.management import call_command
from django.db import connections, transaction
from django.db.models import Count

from accounts import calling, hooks, messages, outbox, sending
from accounts.hooks import make_endpoint
from accounts.management.commands import work
from accounts.models import Customer, Delivery, Event, Lender, Message, Outgoing, User
from accounts.paper import Paper
from accounts.programs import open_session
from ledger import reminding
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.tests.racing import start
from ledger.tests.shop import D

CUSTOMERS = 20
PAUSE = 0.03  # seconds between two acts: SQLite has one writer, and the worker is to come in between
NEVER = "66.66"  # of payments that are rolled back


def open_books(program: str, mails: bool) -> None:
    """Customers with an address where mails are sent, and a program that is told where there is one."""
    Lender.load()
    Customer.objects.bulk_create(
        [
            Customer(id=number, name=f"Customer {number}", email=f"c{number}@example.com" if mails else "")
            for number in range(1, CUSTOMERS + 1)
        ]
    )
    if program:
        make_endpoint(program, [Event.PAYMENT_RECORDED], "m1")  # at midnight dues may be overdue


def nursery(program: str, mails: bool) -> None:
    """Django is started once. Each line that is heard is answered with one: a question with what it asks for, "wait
    123" with how that process ended, and a call with the number of the process that makes it."""
    open_books(program, mails)
    pay(1)  # with all that is loaded at the first time
    with mock.patch.object(Paper, "pdf", return_value=b"%PDF"):  # typst's threads would not be there in a child
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


def pay(most: int = 1_000_000, after: Callable[[], None] = lambda: None) -> None:
    """One act after the other, every fourth rolled back, until it is killed or has done so many; after each, that."""
    for number in itertools.islice(itertools.count(), most):
        customer = random.randint(1, CUSTOMERS)
        if number % 4 == 3:
            with transaction.atomic():
                record_payment(Payment(customer_id=customer, amount=D(NEVER)))
                transaction.set_rollback(True)
        else:
            record_payment(Payment(customer_id=customer, amount=D(random.randint(100, 900)) / 100))
        after()
        time.sleep(PAUSE)


def pay_and_tell_after(most: int, after: Callable[[], None] = lambda: None) -> None:
    """The control: what is to be told is not written in the act but when it has ended, well or not."""
    kept: list[Callable[[], None]] = []

    def tell() -> None:
        after()
        while kept:
            kept.pop()()

    put, call = (partial(_keep, kept, act) for act in (messages.put, hooks.tell))
    with mock.patch.object(messages, "put", put), mock.patch.object(hooks, "tell", call):
        pay(most, tell)


def _keep(kept: list[Callable[[], None]], act: Callable[..., None], *told: Any) -> None:
    kept.append(partial(act, *told))


def end_it() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def send(*options: str, marks_first: bool = False) -> None:
    """The worker, in a hurry. With marks_first, the control, it says "sent" before it sends."""
    outbox.LEASE = calling.LEASE = 0.2
    work.LOOKS_EVERY = 0.02
    claim = sending.claim

    def claimed(row: Outgoing, lease: float) -> bool:
        return claim(row, lease) and bool(row.itself.update(state="sent", sent_at=row.made_at))

    with mock.patch.object(sending, "claim", claimed if marks_first else claim):
        call_command("work", *options)


def raise_dues() -> None:
    today = Lender.load().today()
    for number in range(1, CUSTOMERS + 1):
        add_due(Due(customer_id=number, month=today.replace(day=1), due_on=today, amount=D("5000.00")))


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


def called() -> dict[str, Any]:
    """The customer of every payment, and how many deliveries are in which state."""
    states = Delivery.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return {"payments": dict(Payment.objects.values_list("pk", "customer_id")), "states": dict(states)}


def programs() -> dict[int, str]:
    """The access token of a program of each customer."""
    users = User.objects.in_bulk(field_name="customer_id")
    for number in set(range(1, CUSTOMERS + 1)) - users.keys():
        users[number] = User.objects.create_user(f"c{number}", customer_id=number)
    return {number: open_session(user).access for number, user in users.items()}


QUESTIONS = {"reminded": reminded, "told": told, "called": called, "programs": programs}
CALLS = {
    "pay": pay,
    "pay_once": lambda: pay(1),
    "pay_four_and_tell_after": lambda: pay_and_tell_after(4),
    "pay_once_and_end_before_it_tells": lambda: pay_and_tell_after(1, end_it),
    "raise_dues": raise_dues,
    "remind": remind,
    "send": send,
    "send_once": lambda: send("--once"),
    "mark_then_send": lambda: send(marks_first=True),
}


def inside(call: str) -> tuple[str, ...]:
    return "manage.py", "shell", "-v", "0", "-c", f"from ledger.tests import mailing; mailing.{call}"


class Town:
    """Books, and processes on them, which mail to an office or call a program. With an EMAIL_URL of its own it is
    started the slow way: only so it hears what it is asked."""

    def __init__(self, url: str, office: int = 0, program: str = "") -> None:
        mails = f"smtp://127.0.0.1:{office}" if office else "console:"
        self.nursery = start(url, *inside(f"nursery({program!r}, {bool(office)})"), EMAIL_URL=mails)
        assert self.nursery.stdout is not None
        assert self.nursery.stdout.readline() == "begun\n"

    def __enter__(self) -> "Town":
        return self

    def __exit__(self, *fault: object) -> None:
        self.nursery.communicate()

    def say(self, line: str) -> Any:
        """The number of a process, how one ended, or what was asked for."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        print(line, file=self.nursery.stdin, flush=True)
        return json.loads(self.nursery.stdout.readline())

    def how(self, process: int) -> int:
        return int(self.say(f"wait {process}"))

    def do(self, call: str) -> None:
        assert self.how(self.say(call)) == 0

    def kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        assert self.how(process) == -signal.SIGKILL, "it had ended by itself"

    def finish(self) -> None:
        time.sleep(0.3)  # the last claim runs out
        self.do("send_once")
