"""What the processes of a race for credit do inside Django; `manage.py shell` runs them by name."""

import datetime
import json
import time
from collections import Counter
from contextlib import ExitStack, nullcontext
from decimal import Decimal
from unittest import mock

from django.db import DatabaseError, connection

from accounts.models import Customer, Lender
from credit.actions import ask
from credit.models import CreditPolicy, CreditRequest, Decision
from ledger.actions import Refused, add_due, record_payment
from ledger.models import Due, Payment
from ledger.months import month_of

FIRST, LIMIT, EACH = 1001, Decimal(100), Decimal(60)  # one request of 60 fits under a limit of 100, two do not
GAP = 0.15  # seconds between two rounds


def say(value: object) -> None:
    print(json.dumps(value, default=str))  # noqa: T201  standard output is how the test hears of it


def open_books(rounds: int) -> None:
    """For each round a customer of its own who paid all that fell due."""
    CreditPolicy.on(Lender.load().today())
    for number in range(FIRST, FIRST + rounds):
        customer = Customer.objects.create(id=number, name=f"Customer {number}", credit_limit=LIMIT)
        add_due(Due(customer=customer, month=datetime.date(2024, 1, 1), amount=Decimal(40)))
        record_payment(Payment(customer=customer, amount=Decimal(40), received_on=datetime.date(2024, 1, 5)))


def ask_at(start: float, rounds: int) -> None:
    """Ask once in each round, at an agreed instant; says how often what was heard."""
    heard: Counter[str] = Counter()
    month = month_of(Lender.load().today())
    for count in range(rounds):
        wanted = CreditRequest(
            customer_id=FIRST + count, month=month, amount=EACH, method="percentage", asked_by="a racer"
        )
        time.sleep(max(0, start + count * GAP - time.time()))
        try:
            heard[ask(wanted).verdict] += 1
        except (DatabaseError, Refused) as error:
            heard[type(error).__name__] += 1
    say(heard)


def ask_unguarded_at(start: float, rounds: int) -> None:
    """The same without the customer's lock, nor the audit trail, whose chain would stop the second one at its own
    constraint. SQLite's lock is the transaction, so there it goes without one."""
    with ExitStack() as off:
        for guard in (
            "credit.actions.asking.lock",
            "ledger.acting.lock",
            "credit.actions.asking.record",
            "accounts.audit.record",
        ):
            off.enter_context(mock.patch(guard))
        if connection.vendor == "sqlite":
            off.enter_context(mock.patch("django.db.transaction.atomic", lambda *args, **options: nullcontext()))
        ask_at(start, rounds)


def approvals() -> None:
    """How many customers got how many approvals, and who owes more than the limit."""
    counted = Counter(Decision.objects.filter(verdict="approved").values_list("customer_id", flat=True))
    say(sorted(Counter(counted.values()).items()))
