"""What the lender's programs hear of the books: payments as they are recorded and reversed, dues once they are late."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from accounts.audit import fact
from accounts.hooks import Told, tell
from accounts.models import Delivery, Endpoint, Event
from accounts.transactions import lock, one_transaction
from ledger.models import Due, Payment


def of_payment(payment: Payment) -> list[Told]:
    """Receipts and their reversals; what is let off, given up or refunded is no payment."""
    facts = {
        "payment": payment.pk,
        "amount": fact(payment.amount),
        "currency": settings.CURRENCY,
        "received_on": fact(payment.received_on),
    }
    if payment.kind == Payment.Kind.RECEIPT:
        return [Told(Event.PAYMENT_RECORDED, payment.customer_id, payment.pk, facts)]
    if payment.reverses is not None and payment.reverses.kind == Payment.Kind.RECEIPT:
        facts["reverses"] = payment.reverses_id
        return [Told(Event.PAYMENT_REVERSED, payment.customer_id, payment.pk, facts)]
    return []


def tell_overdue(today: datetime.date) -> int:
    """Tell of each due that came past its day, once; how many were told. Safe to run at any time and to kill."""
    endpoints = [one for one in Endpoint.objects.on() if Event.DUE_OVERDUE in one.events]
    owing = {number for one in endpoints for number in _untold(one, today).values_list("customer_id", flat=True)}
    return sum(_tell_customer(number, endpoints, today) for number in sorted(owing))


@one_transaction
def _tell_customer(customer: int, endpoints: Sequence[Endpoint], today: datetime.date) -> int:
    lock([customer])
    told: set[int] = set()
    for endpoint in endpoints:
        dues = list(_untold(endpoint, today).filter(customer=customer))
        tell([_overdue(due, today) for due in dues], [endpoint])
        told.update(due.pk for due in dues)
    return len(told)


def _untold(endpoint: Endpoint, today: datetime.date) -> QuerySet[Due]:
    """Open dues past their day that this address did not hear of, since it listens."""
    heard = Delivery.objects.filter(
        customer=OuterRef("customer_id"),
        endpoint=endpoint,
        kind=Event.DUE_OVERDUE,
        about=Cast(OuterRef("pk"), CharField()),
    )
    return Due.objects.overdue(today).filter(~Exists(heard), due_on__gte=endpoint.overdue_from).order_by("id")


def _overdue(due: Due, today: datetime.date) -> Told:
    facts = {
        "due": due.pk,
        "month": fact(due.month),
        "due_on": fact(due.due_on),
        "kind": due.kind,
        "amount": fact(due.amount),
        "balance": fact(due.balance),
        "currency": settings.CURRENCY,
        "days_past_due": (today - due.due_on).days,
    }
    return Told(Event.DUE_OVERDUE, due.customer_id, due.pk, facts)
