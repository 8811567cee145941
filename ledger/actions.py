"""The acts: everything that may be done to the books, each in one transaction under the customer's lock."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from accounts.models import Customer, Lender
from ledger.distribution import POLICIES
from ledger.models import Allocation, Due, Payment
from ledger.money import LARGEST, format_money, smallest, to_minor
from ledger.months import FIRST_YEAR, LAST_YEAR, last_day, month_of
from ledger.settling import hand_over, mirror, post, release, settle
from ledger.transactions import Refused, lock, one_transaction

__all__ = ["KeyReused", "Refused"]


class KeyReused(Refused):
    """An idempotency key came back with another body."""

    def __init__(self, first: Payment) -> None:
        self.first = first
        super().__init__(
            f"This payment was already recorded as number {first.pk}, with other figures. "
            "Look at your payments, then start a new one.",
            code="key_reused",
        )


@one_transaction
def record_payment(payment: Payment) -> Payment:
    """Record money received and spread it over what is open.

    Takes an unsaved payment: customer, amount, and if need be starting, received_on (default today), policy
    (default the lender's), channel, reference, note, recorded_by, key. The same key and body again return the
    first payment. Raises Refused, or KeyReused for the same key with another body.
    """
    lender = Lender.load()
    lock([payment.customer_id])
    payment.kind = Payment.Kind.RECEIPT
    if first := _recorded_before(payment):
        return first
    complete(payment, lender)
    payment.save(force_insert=True)
    settle([payment.customer_id], lender)
    payment.reread("applied")
    return payment


@one_transaction
def apply_payments(customer: Customer) -> None:
    """Spread whatever waits over whatever is open; again at no harm."""
    lender = Lender.load()
    lock([customer.pk])
    settle([customer.pk], lender)


@one_transaction
def refund_credit(payment: Payment) -> Payment:
    """Hand held credit back to the customer: payment.amount is negative, money that leaves.

    The oldest held credit goes first. Keys work as in record_payment.
    """
    lender = Lender.load()
    lock([payment.customer_id])
    payment.kind = Payment.Kind.REFUND
    if first := _recorded_before(payment):
        return first
    complete(payment, lender)
    left = -payment.amount
    waiting = list(Payment.objects.filter(customer=payment.customer_id).unapplied().order_by("id"))
    held = sum((giver.held for giver in waiting), Decimal(0))
    if held < left:
        raise Refused(f"Only {format_money(held)} is held as credit; {format_money(left)} cannot be refunded.")
    payment.save(force_insert=True)
    rows: list[Allocation] = []
    for giver in waiting:
        part = min(giver.held, left)
        left -= part
        rows += hand_over(giver, payment, part) if part else []
    post(rows)
    payment.reread("applied")
    return payment


@one_transaction
def forgive_due(due: Due, payment: Payment) -> Payment:
    """Waive or charge off a part of one due: payment has that kind and the amount let off; no money moves.

    Reversed like any payment, after which the due is open again. Keys work as in record_payment. Raises Refused
    for more than the due's balance.
    """
    lender = Lender.load()
    lock([payment.customer_id])
    if first := _recorded_before(payment):
        if not first.allocations.filter(customer=payment.customer_id, due=due).exists():
            raise KeyReused(first)
        return first
    if payment.kind not in Payment.FORGIVING:
        raise Refused(f"A due is let off by {' or '.join(Payment.FORGIVING)}, not by {payment.kind}.")
    complete(payment, lender)
    due = Due.objects.get(customer=payment.customer_id, pk=due.pk)
    if due.balance < payment.amount:
        raise Refused(
            f"Only {format_money(due.balance)} of this due is open; {format_money(payment.amount)} is too much."
        )
    payment.save(force_insert=True)
    row = Allocation(customer_id=payment.customer_id, payment=payment, due=due, amount=payment.amount)
    post([row], forgiving=True)
    payment.reread("applied")
    return payment


@one_transaction
def reverse_payment(payment: Payment, *, by: str = "", note: str = "", on: datetime.date | None = None) -> Payment:
    """Undo a payment or refund by its mirror, dated `on` (default today); other held credit then fills the gap.

    Returns the mirror. Raises Refused for what is reversed already, is itself a reversal, or was refunded since.
    """
    lender = Lender.load()
    lock([payment.customer_id])
    payment = Payment.objects.get(customer=payment.customer_id, pk=payment.pk)
    on = on or lender.today()
    if on < payment.received_on:
        raise Refused(f"A reversal cannot be dated before its payment, {payment.received_on}.")
    _refuse_date(on, lender)
    (twin,) = mirror_all([payment], on=on, by=by, note=note)
    settle([payment.customer_id], lender)
    return twin


def mirror_all(payments: Sequence[Payment], *, on: datetime.date, by: str, note: str) -> list[Payment]:
    """Reverse many payments whose customers are locked; the caller settles afterwards."""
    refuse_irreversible(payments)
    twins = Payment.objects.bulk_create([_twin(payment, on, by, note) for payment in payments])
    mirror(payments, twins)
    owned = {payment.customer_id for payment in payments}
    Payment.objects.filter(customer__in=owned, id__in=[payment.id for payment in payments]).update(reversed=True)
    return twins


def _twin(payment: Payment, on: datetime.date, by: str, note: str) -> Payment:
    return Payment(
        customer_id=payment.customer_id,
        kind=Payment.Kind.REVERSAL,
        amount=-payment.amount,
        received_on=on,
        starting=payment.starting,
        policy=payment.policy,
        channel=payment.channel,
        note=note,
        recorded_by=by,
        reverses=payment,
    )


def refuse_irreversible(payments: Sequence[Payment]) -> None:
    """Raise Refused for the first payment that no mirror may undo."""
    for payment in payments:
        if payment.kind == Payment.Kind.REVERSAL:
            raise Refused(f"Payment {payment.pk} is itself a reversal. Record a new payment instead.")
        if payment.reversed:
            raise Refused(f"Payment {payment.pk} is already reversed.")
    receipts = [payment.id for payment in payments if payment.kind == Payment.Kind.RECEIPT]
    owned = {payment.customer_id for payment in payments}
    given_back = Allocation.objects.filter(customer__in=owned, payment__in=receipts).refunded().first()
    if given_back:
        raise Refused(f"Part of payment {given_back['payment_id']} was refunded since. Reverse the refund first.")


@one_transaction
def add_due(due: Due) -> Due:
    """Raise a due; credit that waits pays it at once. due_on defaults to the last day of its month."""
    lender = Lender.load()
    lock([due.customer_id])
    complete_due(due, lender)
    if Due.objects.filter(customer=due.customer_id, month=due.month, kind=due.kind, reference=due.reference).exists():
        named = f" with reference {due.reference!r}" if due.reference else ""
        raise Refused(f"{due.kind} for {due.month:%Y-%m}{named} is already raised. Change that due instead.")
    due.save(force_insert=True)
    settle([due.customer_id], lender)
    due.reread("paid")
    return due


@one_transaction
def change_due(due: Due, *, amount: Decimal | None = None, due_on: datetime.date | None = None) -> Due:
    """Correct a due's amount or day. What was paid above a lower amount becomes credit and is spread again."""
    lender = Lender.load()
    lock([due.customer_id])
    due = Due.objects.get(customer=due.customer_id, pk=due.pk)
    due.amount = due.amount if amount is None else amount
    due.due_on = due_on or due.due_on
    complete_due(due, lender)
    if due.amount < due.forgiven:
        raise Refused(f"{format_money(due.forgiven)} of this due is forgiven already; it cannot be less.")
    if due.balance < 0:
        release({(due.customer_id, due.pk): -due.balance})
    Due.objects.filter(customer=due.customer_id, pk=due.pk).update(amount=due.amount, due_on=due.due_on)
    settle([due.customer_id], lender)
    due.reread()
    return due


def complete(payment: Payment, lender: Lender) -> None:
    """Fill in what was left to the lender's choice and refuse what may not stand."""
    sign = -1 if payment.kind == Payment.Kind.REFUND else 1
    payment.amount = sign * checked_amount(sign * payment.amount)
    payment.received_on = payment.received_on or lender.today()
    payment.policy = payment.policy or lender.distribution_policy
    if payment.policy not in POLICIES:
        raise Refused(f"{payment.policy!r} is not a policy. Take one of {', '.join(POLICIES)}.")
    if payment.starting and payment.starting != month_of(payment.starting):
        raise Refused(f"The first month to fill is named by its first day, not {payment.starting}.")
    _refuse_date(payment.received_on, lender)
    _refuse_known_reference(payment)


def complete_due(due: Due, lender: Lender) -> None:
    """The same for a due."""
    due.amount = checked_amount(due.amount)
    if due.month != month_of(due.month) or not FIRST_YEAR <= due.month.year <= LAST_YEAR:
        raise Refused(f"A due's month is the first day of a month from {FIRST_YEAR} to {LAST_YEAR}, not {due.month}.")
    due.due_on = due.due_on or last_day(due.month)
    if due.kind not in Due.Kind.values:
        raise Refused(f"{due.kind!r} is not a kind of due. Take one of {', '.join(Due.Kind.values)}.")
    if lender.closed_through and last_day(due.month) <= lender.closed_through:
        raise Refused(f"The books are closed through {lender.closed_through}.")


def checked_amount(amount: Decimal) -> Decimal:
    """The amount in the currency's own decimals. Raises Refused for what is not an amount of money to move."""
    if not amount.is_finite() or not smallest() <= amount <= LARGEST:
        raise Refused(f"An amount lies between {smallest()} and {LARGEST}, not {amount}.")
    try:
        to_minor(amount)
    except ValueError as error:
        raise Refused(f"{error}.") from None
    return amount.quantize(smallest())


def _refuse_date(day: datetime.date, lender: Lender) -> None:
    if day > lender.today():
        raise Refused(f"{day} is in the future; a payment is dated today or earlier.")
    if day.year < FIRST_YEAR:
        raise Refused(f"{day} is before {FIRST_YEAR}.")
    if lender.closed_through and day <= lender.closed_through:
        raise Refused(f"The books are closed through {lender.closed_through}.")


def _recorded_before(payment: Payment) -> Payment | None:
    """The first payment recorded under this key, if the request is the same."""
    if not payment.key:
        return None
    first = Payment.objects.filter(customer=payment.customer_id, key=payment.key).first()
    if first and not _same_request(first, payment):
        raise KeyReused(first)
    return first


def _same_request(first: Payment, again: Payment) -> bool:
    """A date or policy that the retry leaves open was filled in by the first: it may be another day by now."""
    return (
        (first.kind, first.amount, first.starting, first.channel, first.reference, first.note)
        == (again.kind, again.amount, again.starting, again.channel, again.reference, again.note)
        and again.received_on in (None, first.received_on)
        and again.policy in ("", first.policy)
    )


def _refuse_known_reference(payment: Payment) -> None:
    if not payment.reference:
        return
    known = Payment.objects.filter(customer=payment.customer_id, reference=payment.reference, reversed=False).first()
    if known:
        raise Refused(f"Reference {payment.reference!r} already stands for payment {known.pk}.")
