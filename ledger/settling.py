"""Spread what is unapplied over what is open, and take it back: one piece for one customer or a thousand.

Everything here expects its customers to be locked and a transaction to be open (accounts.transactions).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from accounts.models import Lender
from ledger.distribution import Money, OpenDue, distribute
from ledger.increments import Key, increment
from ledger.models import BALANCE, HELD, Allocation, Due, Payment
from ledger.money import smallest


def settle(customers: Collection[int], lender: Lender) -> None:
    """Apply the customers' waiting payments, in the order they were recorded, each by its own policy."""
    waiting = Payment.objects.filter(customer__in=customers).unapplied().order_by("customer_id", "id")
    payments = list(waiting.annotate(waits=HELD))
    if not payments:
        return
    dues = open_dues({payment.customer_id for payment in payments})
    order = lender.component_order.split(",")
    rows = []
    for payment in payments:
        parts = distribute(money_of(payment, payment.waits), dues[payment.customer_id], payment.policy, order)
        rows += [
            Allocation(customer_id=payment.customer_id, payment=payment, due_id=due, amount=part)
            for due, part in parts.items()
        ]
    post(rows)


def money_of(payment: Payment, amount: Decimal) -> Money:
    return Money(amount, payment.received_on, payment.starting, smallest())


def open_dues(customers: Collection[int]) -> Mapping[int, list[OpenDue]]:
    """What each customer still owes, ready to be distributed over."""
    dues: defaultdict[int, list[OpenDue]] = defaultdict(list)
    rows = Due.objects.filter(customer__in=customers).unpaid()
    for customer, *fields in rows.values_list("customer_id", "id", "month", "due_on", "kind", BALANCE):
        dues[customer].append(OpenDue(*fields))
    return dues


def post(rows: Sequence[Allocation], forgiving: bool = False) -> None:
    """Write allocations and raise both of their sides by the same amounts."""
    Allocation.objects.bulk_create(rows)
    increment(Due, "forgiven" if forgiving else "paid", _sums(rows, "due_id"))
    increment(Payment, "applied", _sums(rows, "payment_id"))


def _sums(rows: Iterable[Allocation], side: str) -> dict[Key, Decimal]:
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for row in rows:
        if (number := getattr(row, side)) is not None:
            sums[row.customer_id, number] += row.amount
    return sums


def hand_over(giver: Payment, taker: Payment, amount: Decimal) -> list[Allocation]:
    """The pair of rows by which money held of one payment leaves through another (a refund or a reversal)."""
    return [
        Allocation(customer_id=giver.customer_id, payment=giver, counterpart=taker, amount=amount),
        Allocation(customer_id=giver.customer_id, payment=taker, counterpart=giver, amount=-amount),
    ]


def release(excess: Mapping[Key, Decimal]) -> None:
    """Take from each (customer, due) what is too much, the newest payment's first; it is held as credit again."""
    owned = {customer for customer, _ in excess}
    left = dict(excess)
    rows = []
    for part in (
        Allocation.objects.filter(customer__in=owned, due__in=[due for _, due in excess])
        .filter(payment__kind=Payment.Kind.RECEIPT, payment__reversed=False)
        .net()
        .order_by("-payment_id")
    ):
        key = (part["customer_id"], part["due_id"])
        taken = min(part["part"], left[key])
        if taken > 0:
            left[key] -= taken
            rows.append(Allocation(customer_id=key[0], payment_id=part["payment_id"], due_id=key[1], amount=-taken))
    post(rows)


def take_back(customer: int, since: datetime.date) -> int:
    """Lift from the dues what receipts of a day and later filled: it waits again, and settling spreads it anew.

    Money that was laid on chosen dues stays: no policy would lay it there again. Returns how many parts were lifted.
    """
    parts = Allocation.objects.filter(
        customer=customer,
        due__isnull=False,
        payment__kind=Payment.Kind.RECEIPT,
        payment__reversed=False,
        payment__laid=False,
        payment__received_on__gte=since,
    ).net()
    rows = [
        Allocation(customer_id=customer, payment_id=part["payment_id"], due_id=part["due_id"], amount=-part["part"])
        for part in parts
    ]
    post(rows)
    return len(rows)


def mirror(payments: Sequence[Payment], mirrors: Sequence[Payment]) -> None:
    """Undo each payment by its mirror: what it filled is open again, what it held is held no more."""
    by_id = {payment.id: (payment, twin) for payment, twin in zip(payments, mirrors, strict=True)}
    rows: dict[bool, list[Allocation]] = {True: [], False: []}
    for payment, twin in by_id.values():
        if payment.held:
            rows[False] += hand_over(payment, twin, payment.held)
    owned = {payment.customer_id for payment in payments}
    for part in Allocation.objects.filter(customer__in=owned, payment__in=list(by_id)).net():
        payment, twin = by_id[part["payment_id"]]
        if part["due_id"]:
            rows[payment.kind in Payment.FORGIVING].append(
                Allocation(customer_id=payment.customer_id, payment=twin, due_id=part["due_id"], amount=-part["part"])
            )
        elif payment.kind == Payment.Kind.REFUND:
            giver = Payment(id=part["counterpart_id"], customer_id=payment.customer_id)
            rows[False] += hand_over(giver, twin, part["part"])
    for forgiving, allocations in rows.items():
        post(allocations, forgiving)
