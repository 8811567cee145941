"""What the processes of a race do inside Django; `manage.py shell` runs them by name (ledger.tests.racing)."""

import datetime
import json
import os
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import Sum

from accounts.actions import invite
from accounts.audit import record_house
from accounts.models import AuditEntry, Customer, HouseEntry, Lender, User
from ledger import approving, noticing
from ledger.actions import Refused, add_due, record_payment, reverse_payment
from ledger.models import Approval, Due, Notice, Payment, total
from ledger.months import add_months

FIRST_MONTH = datetime.date(2024, 1, 1)


def say(value: object) -> None:
    print(json.dumps(value, default=str))  # noqa: T201  standard output is how the test hears of it


def open_books(*customers: int) -> None:
    """Customers with 24 small dues each, and the session of the first, signed in."""
    Lender.load()
    for number in customers:
        customer = Customer.objects.create(id=number, name=f"Customer {number}")
        for count in range(24):
            add_due(Due(customer=customer, month=add_months(FIRST_MONTH, count), amount=Decimal("40.07")))
    user = User.objects.create_user("payer", customer=Customer.objects.get(pk=customers[0]))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    say(session.session_key)


def pay(number: int, times: int) -> None:
    """Says the payments' numbers."""
    pay_round([number], times)


def pay_round(numbers: list[int], times: int) -> None:
    """One payment of each customer in turn, many times over."""
    paid = [Payment(customer_id=number, amount=Decimal("11.13")) for _ in range(times) for number in numbers]
    say([record_payment(payment).pk for payment in paid])


def together(folder: str, processes: int = 2) -> float:
    """An instant that processes agree on who meet in this folder, soon after the last of them is there."""
    place = Path(folder)
    (place / f"{os.getpid()}.here").touch()
    while len(here := list(place.glob("*.here"))) < processes:
        time.sleep(0.01)
    return max(path.stat().st_mtime for path in here) + 0.3


def reverse_at(folder: str, number: int, payments: list[int]) -> None:
    """Reverse each payment at an agreed instant; says which ones this process reversed and what it heard of others."""
    won, lost = [], []
    start = together(folder)
    for count, payment in enumerate(payments):
        time.sleep(max(0, start + count * 0.1 - time.time()))
        try:
            won.append(reverse_payment(Payment(customer_id=number, pk=payment)).reverses_id)
        except Refused as refused:
            lost.append(refused.sentence)
    say({"won": won, "lost": lost})


def reverse_unguarded_at(folder: str, number: int, payments: list[int]) -> None:
    """The same without the customer's lock."""
    with mock.patch("ledger.acting.lock"):
        reverse_at(folder, number, payments)


def act_for(number: int, times: int) -> None:
    """Pay, invite, and change the lender, many times over: two chains at once."""
    for count in range(times):
        record_payment(Payment(customer_id=number, amount=Decimal("11.13")))
        invite(Customer(pk=number))
        with transaction.atomic():
            record_house("update_lender", {"name": str(count)})


def act_unguarded_for(number: int, times: int) -> None:
    """The same where no entry waits for the one before it."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"
    with mock.patch("django.db.models.QuerySet.select_for_update", lambda rows, **options: rows):
        act_for(number, times)


def entries() -> None:
    """How many entries of each act each chain holds."""
    counted: dict[str, Counter[str]] = {"house": Counter(HouseEntry.objects.values_list("act", flat=True))}
    for customer in Customer.objects.all():
        acts = AuditEntry.objects.filter(customer=customer).values_list("act", flat=True)
        counted[str(customer.pk)] = Counter(acts)
    say(counted)


def figures() -> None:
    """What the books hold."""
    payments, receipts = Payment.objects.all(), Payment.objects.filter(kind="receipt")
    say(
        {
            "receipts": receipts.count(),
            "received": receipts.aggregate(sum=total("amount"))["sum"],
            "kept": payments.aggregate(sum=Sum("amount"))["sum"],
            "paid": Due.objects.aggregate(sum=total("paid"))["sum"],
            "held": payments.held(),
            "reversals": payments.filter(kind="reversal").count(),
            "refunds": payments.filter(kind="refund").count(),
        }
    )


def ask_to_reverse(number: int, times: int) -> None:
    """Payments, each with a request to reverse it; says the requests' numbers."""
    Lender.objects.update(reverse_alone=0)
    paid = [record_payment(Payment(customer_id=number, amount=Decimal("11.13"))) for _ in range(times)]
    say([approving.ask(approving.to_reverse(payment, "m1", "bounced")).pk for payment in paid])


def ask_to_refund(number: int, times: int) -> None:
    """Requests to hand back a part of what is held, without a key that would make two of them one."""
    Lender.objects.update(refund_alone=0)
    record_payment(Payment(customer_id=number, amount=Decimal(5000)))
    told = [Payment(customer_id=number, amount=Decimal(-count), recorded_by="m1") for count in range(1, times + 1)]
    say([approving.ask(approving.to_pay("refund", payment)).pk for payment in told])


def give_notices(number: int, times: int) -> None:
    """Says the notices' numbers."""
    told = [Notice(customer_id=number, amount=Decimal("11.13"), key=f"notice key {count}") for count in range(times)]
    say([noticing.give_notice(notice).pk for notice in told])


def confirm_at(folder: str, number: int, rows: list[int], by: str, what: str = "request") -> None:
    """Confirm each at an agreed instant; says which ones this process confirmed and what it heard of others."""
    acts = {
        "request": lambda row: approving.confirm(Approval(customer_id=number, pk=row), by),
        "notice": lambda row: noticing.confirm_notice(Notice(customer_id=number, pk=row), by),
    }
    won, lost = [], []
    start = together(folder)
    for count, row in enumerate(rows):
        time.sleep(max(0, start + count * 0.1 - time.time()))
        try:
            won.append(acts[what](row).pk)
        except Refused as refused:
            lost.append(refused.sentence)
    say({"won": won, "lost": lost})


def confirm_unguarded_at(folder: str, number: int, rows: list[int], by: str) -> None:
    """The same without the customer's lock."""
    with mock.patch("ledger.acting.lock"), mock.patch("ledger.approving.lock"):
        confirm_at(folder, number, rows, by)
