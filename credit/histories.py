"""What the books held of customers, each up to a day: a thousand at a time, with as many queries as for one."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField
from django.db.models.functions import Cast

from accounts.models import Customer
from credit.timeline import Entry, History
from ledger.models import Due, Payment

PIECE = 1000
MINOR = Cast("amount", BigIntegerField())  # the number as stored: Decimal would double the time

Asked = tuple[int, datetime.date]  # a customer and the day to look from
Money = tuple[list[Entry], list[Entry]]  # paid, waived


def histories(asked: Iterable[Asked]) -> Iterator[History]:
    """One history for each, in their order. Nothing dated after its day is in it."""
    left = iter(asked)
    while piece := list(islice(left, PIECE)):
        yield from _piece(piece)


def _piece(piece: list[Asked]) -> Iterator[History]:
    customers, last = {customer for customer, _ in piece}, max(day for _, day in piece)
    limits = dict(
        Customer.objects.filter(id__in=customers)
        .annotate(minor=Cast("credit_limit", BigIntegerField()))
        .values_list("id", "minor")
    )
    dues, money = _dues(customers, last), _payments(customers, last)
    for customer, as_of in piece:
        paid, waived = _sides(money.get(customer, []), as_of)
        owed = tuple(due for due in dues.get(customer, []) if due[0] <= as_of)
        yield History(customer, as_of, limits.get(customer), owed, tuple(paid), tuple(waived))


def _dues(customers: set[int], last: datetime.date) -> dict[int, list[Entry]]:
    rows = Due.objects.filter(customer__in=customers, due_on__lte=last).annotate(minor=MINOR)
    found = defaultdict(list)
    for customer, *due in rows.order_by("customer_id", "due_on", "id").values_list("customer_id", "due_on", "minor"):
        found[customer].append((due[0], due[1]))
    return found


def _payments(customers: set[int], last: datetime.date) -> dict[int, list[Any]]:
    rows = Payment.objects.filter(customer__in=customers, received_on__lte=last).annotate(minor=MINOR)
    found = defaultdict(list)
    for row in rows.order_by("customer_id", "received_on", "id").values_list(
        "customer_id", "received_on", "minor", "id", "kind", "reverses_id"
    ):
        found[row[0]].append(row[1:])
    return found


def _sides(rows: list[Any], as_of: datetime.date) -> Money:
    """Money and waivers, less what was taken back by the day: then it never was."""
    seen = [row for row in rows if row[0] <= as_of]
    undone = {reverses for *_, reverses in seen if reverses}
    paid, waived = [], []
    for day, amount, number, kind, _ in seen:
        if number not in undone and kind in ("receipt", "refund"):
            paid.append((day, amount))
        elif number not in undone and kind == "waiver":
            waived.append((day, amount))
    return paid, waived
