"""Mails, messages on customers' pages and webhooks that ended long ago: nobody asks for them, so they are deleted."""

import datetime
from collections.abc import Iterator

from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from accounts.models import Delivery, Event, Message, OutgoingQuerySet, StaffMessage
from accounts.sending import ENDED
from accounts.transactions import one_transaction
from ledger.models import Due

KEPT_DAYS = 400  # a year, and what one looks back from the next
IN_ONE_PIECE = 5_000  # rows


def forget_old_messages(today: datetime.date) -> int:
    """How many are gone. What still waits stays, however old it is."""
    before = today - datetime.timedelta(days=KEPT_DAYS)
    kinds = (Message.objects.all(), StaffMessage.objects.all(), Delivery.objects.exclude(_still_counts()))
    old = [rows.filter(state__in=ENDED, made_at__date__lt=before) for rows in kinds]
    return sum(
        _forget(rows.filter(pk__gt=after, pk__lte=last)) for rows in old for after, last in _pieces(rows, before)
    )


def _still_counts() -> Q:
    """What a program heard of a due that is in the books: if it were open, now or again, it would be told twice."""
    numbers = Due.objects.filter(customer=OuterRef("customer_id")).annotate(name=Cast("pk", CharField()))
    return Q(Exists(numbers.filter(name=OuterRef("about"))), kind=Event.DUE_OVERDUE)


def _pieces(rows: OutgoingQuerySet, before: datetime.date) -> Iterator[tuple[int, int]]:
    """Between which numbers old rows lie, from the oldest on; a piece with a younger one is the last."""
    last, table = 0, rows.model.objects
    while piece := list(table.filter(pk__gt=last).order_by("pk").values_list("pk", "made_at__date")[:IN_ONE_PIECE]):
        old = [number for number, day in piece if day < before]
        if old:
            yield last, old[-1]
        if len(old) < len(piece):
            return
        last = piece[-1][0]


@one_transaction
def _forget(rows: OutgoingQuerySet) -> int:
    return rows.delete()[0]
