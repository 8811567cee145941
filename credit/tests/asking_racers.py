"""What the processes of a race for credit do inside Django; `manage.py shell` runs them by name."""

import datetime
import json
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack, nullcontext
from decimal import Decimal
from typing import Any
from unittest import mock

from django.db import DatabaseError, connection, transaction

from accounts.models import Batch, Customer, Lender
from credit.actions import ask
from credit.models import CreditPolicy, CreditRequest, Decision
from ledger.acting import books_of
from ledger.actions import Refused
from ledger.bulk.dues import DueRow, Dues
from ledger.bulk.payments import PaymentRow, Payments
from ledger.months import month_of
from ledger.proof import differences
from ledger.tests.racers import together

FIRST, LIMIT, EACH = 1001, Decimal(100), Decimal(60)  # one request of 60 fits under a limit of 100, two do not
GAP = 0.15  # seconds between two rounds


def say(value: object) -> None:
    print(json.dumps(value, default=str))  # noqa: T201  standard output is how the test hears of it


def open_books(rounds: int) -> None:
    """For each round, with the guards and then without, a customer of its own who paid all that fell due."""
    lender, numbers = Lender.load(), range(FIRST, FIRST + 2 * rounds)
    CreditPolicy.on(lender.today())
    Customer.objects.bulk_create(
        Customer(id=number, name=f"Customer {number}", credit_limit=LIMIT) for number in numbers
    )
    month, amount = datetime.date(2024, 1, 1), Decimal(40)
    dues = [DueRow(0, number, month, month, "principal", "", amount) for number in numbers]
    payments = [PaymentRow(0, number, month, amount, month, "", "cash") for number in numbers]
    kinds: list[tuple[Any, list[Any]]] = [(Dues(), dues), (Payments(), payments)]
    with transaction.atomic(), books_of(numbers) as books:
        for kind, rows in kinds:
            batch = Batch.objects.create(kind=kind.name, name=kind.name, sha256=kind.name, recorded_by="a racer")
            kind.post(rows, batch, lender, books)


def race(folder: str, rounds: int) -> None:
    """Ask in each round at the same instant as the other process; says how often what was heard, guarded or not."""
    start = together(folder)
    guarded = ask_at(start, range(FIRST, FIRST + rounds))
    with unguarded():
        bare = ask_at(start + (rounds + 2) * GAP, range(FIRST + rounds, FIRST + 2 * rounds))
    say({"guarded": guarded, "unguarded": bare})


def ask_at(start: float, customers: Iterable[int]) -> Counter[str]:
    heard: Counter[str] = Counter()
    month = month_of(Lender.load().today())
    for count, number in enumerate(customers):
        wanted = CreditRequest(customer_id=number, month=month, amount=EACH, method="percentage", asked_by="a racer")
        time.sleep(max(0, start + count * GAP - time.time()))
        try:
            heard[ask(wanted).verdict] += 1
        except (DatabaseError, Refused) as error:
            heard[type(error).__name__] += 1
    return heard


def unguarded() -> ExitStack:
    """Without the customer's lock, nor the audit trail, whose chain would stop the second one at its own constraint.
    SQLite's lock is the transaction, so there it goes without one."""
    off = ExitStack()
    for guard in ("credit.actions.asking.lock", "ledger.acting.lock"):
        off.enter_context(mock.patch(guard))
    for chain in ("credit.actions.asking.record", "accounts.audit.record"):
        off.enter_context(mock.patch(chain))
    if connection.vendor == "sqlite":
        off.enter_context(mock.patch("django.db.transaction.atomic", lambda *args, **options: nullcontext()))
    return off


def approvals(rounds: int) -> None:
    """How many customers got how many approvals, with the guards and without; and what is wrong with the former."""
    counted = Counter(Decision.objects.filter(verdict="approved").values_list("customer_id", flat=True))
    sides = [
        Counter(counted[number] for number in counted if (number < FIRST + rounds) is side) for side in (True, False)
    ]
    wrong = [line for line in differences() if any(f"customer {FIRST + n}," in line for n in range(rounds))]
    say([*(sorted(side.items()) for side in sides), wrong])
