"""What a day brings by itself: promises judged and late fees charged, each customer in a transaction of their own."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from django.db.models import Q

from accounts.models import Lender
from accounts.transactions import Refused
from ledger.charging import charge_late_fees, customers_to_charge
from ledger.collecting import judge_promises
from ledger.models import Case, Promise
from ledger.money import ZERO

T = TypeVar("T")


@dataclass
class Day:
    """What was done, and what was refused of whom."""

    kept: int = 0
    broken: int = 0
    fees: int = 0
    fee_total: Decimal = ZERO
    refused: list[str] = field(default_factory=list)


def run_day(today: datetime.date) -> Day:
    """Safe to run twice and after days off: what was done already is found done."""
    day = Day()
    for promises in _each(customers_with_promises(today), judge_promises, today, day):
        day.kept += sum(promise.state == Promise.State.KEPT for promise in promises)
        day.broken += sum(promise.state == Promise.State.BROKEN for promise in promises)
    for fees in _each(customers_to_charge(Lender.load(), today), charge_late_fees, today, day):
        day.fees += len(fees)
        day.fee_total += sum((fee.amount for fee in fees), ZERO)
    return day


def customers_with_promises(today: datetime.date) -> list[int]:
    """Whose promises are to be judged, or judged again while their case is open."""
    past = Promise.objects.filter(promised_on__lt=today).exclude(state=Promise.State.WITHDRAWN)
    asked = past.filter(Q(state=Promise.State.WAITING) | ~Q(case__state=Case.State.RESOLVED))
    return list(asked.order_by("customer_id").values_list("customer_id", flat=True).distinct())


def _each(
    customers: Iterable[int], act: Callable[[int, datetime.date], list[T]], today: datetime.date, day: Day
) -> Iterator[list[T]]:
    """One customer's refusal keeps nobody else waiting."""
    for customer in customers:
        try:
            yield act(customer, today)
        except Refused as refused:
            day.refused.append(f"customer {customer}: {refused.sentence}")
