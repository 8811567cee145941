"""A customer's account over a range of days, line by line, in five queries however long the history is.

A due stands on the day it falls due, money on the day it came. The balance is what is owed less all that was
received and forgiven, so that credit which waits is already taken off.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Customer
from ledger.ageing import days_past_due, portfolio
from ledger.models import BALANCE, Allocation, Due, Payment, total
from ledger.money import ZERO, apart
from ledger.templatetags.money import month_name

FORGIVING = Q(kind__in=Payment.FORGIVING) | Q(reverses__kind__in=Payment.FORGIVING)


@dataclass(frozen=True)
class Line:
    """One due or one payment, and the balance after it; exactly one of the three amounts is not 0."""

    day: datetime.date
    words: str
    due: Decimal
    paid: Decimal
    forgiven: Decimal
    balance: Decimal = ZERO
    payment: int | None = None


@dataclass(frozen=True)
class Ageing:
    """What is open by bucket on a day, and how late the oldest of it is."""

    by_bucket: dict[str, Decimal]
    open: Decimal
    days_late: int


@dataclass(frozen=True)
class Statement:
    """closing = opening + due - paid - forgiven; ahead is money that has filled none of the dues told of."""

    first: datetime.date
    last: datetime.date
    opening: Decimal
    lines: list[Line]
    due: Decimal
    paid: Decimal
    forgiven: Decimal
    closing: Decimal
    ageing: Ageing
    aged_on: datetime.date

    @property
    def ahead(self) -> Decimal:
        return self.ageing.open - self.closing

    @property
    def forgives(self) -> bool:
        """Whether any line tells of it: a waiver and its reversal sum up to 0."""
        return any(line.forgiven for line in self.lines)

    @property
    def whole(self) -> list[Line]:
        """All of it from the opening balance to the closing one, which carries the sums."""
        opening = Line(self.first, _("Opening balance"), ZERO, ZERO, ZERO, self.opening)
        closing = Line(self.last, _("Closing balance"), self.due, self.paid, self.forgiven, self.closing)
        return [opening, *self.lines, closing]


def statement_of(customer: Customer, first: datetime.date, last: datetime.date, today: datetime.date) -> Statement:
    opening = _balance_before(customer, first)
    lines = list(_run(opening, [*_dues(customer, first, last), *_payments(customer, first, last)]))
    day = min(last, today)
    return Statement(
        first=first,
        last=last,
        opening=opening,
        lines=lines,
        due=sum((line.due for line in lines), ZERO),
        paid=sum((line.paid for line in lines), ZERO),
        forgiven=sum((line.forgiven for line in lines), ZERO),
        closing=lines[-1].balance if lines else opening,
        ageing=_aged(_open_parts(customer, last), day),
        aged_on=day,
    )


def ageing_now(customer: Customer, today: datetime.date) -> Ageing:
    return _aged(list(Due.objects.of(customer).unpaid().values_list("due_on", BALANCE)), today)


def _aged(parts: list[tuple[datetime.date, Decimal]], day: datetime.date) -> Ageing:
    whole = portfolio([parts], day)
    late = max((days_past_due(due_on, day) for due_on, part in parts if part), default=0)
    return Ageing(whole.by_bucket, whole.outstanding, late)


def _balance_before(customer: Customer, day: datetime.date) -> Decimal:
    owed = Due.objects.of(customer).filter(due_on__lt=day).aggregate(all=total("amount"))["all"]
    came = Payment.objects.of(customer).filter(received_on__lt=day).aggregate(all=total("amount"))["all"]
    return Decimal(owed - came)


def _dues(customer: Customer, first: datetime.date, last: datetime.date) -> Iterator[Line]:
    for due in Due.objects.of(customer).filter(due_on__range=(first, last)).order_by("due_on", "id"):
        named = f"{due.get_kind_display()} {apart(due.reference)}".strip()
        words = _("Due for %(month)s, %(kind)s") % {"month": month_name(due.month), "kind": named}
        yield Line(due.due_on, words, due.amount, ZERO, ZERO)


def _payments(customer: Customer, first: datetime.date, last: datetime.date) -> Iterator[Line]:
    rows = Payment.objects.of(customer).filter(received_on__range=(first, last)).order_by("received_on", "id")
    forgiving = set(rows.filter(FORGIVING).values_list("pk", flat=True))
    for row in rows:
        parts = (ZERO, row.amount) if row.pk in forgiving else (row.amount, ZERO)
        told = f"{row.get_kind_display().capitalize()} {row.pk}"
        if row.reverses_id:
            told = _("%(payment)s of %(first)s") % {"payment": told, "first": row.reverses_id}
        if row.reference:
            told = _("%(payment)s, %(reference)s") % {"payment": told, "reference": apart(row.reference)}
        yield Line(row.received_on, told, ZERO, *parts, payment=row.pk)


def _run(balance: Decimal, lines: list[Line]) -> Iterator[Line]:
    """In order of day, on one day the dues first, each with the balance after it."""
    for line in sorted(lines, key=lambda line: line.day):
        balance += line.due - line.paid - line.forgiven
        yield Line(line.day, line.words, line.due, line.paid, line.forgiven, balance, line.payment)


def _open_parts(customer: Customer, last: datetime.date) -> list[tuple[datetime.date, Decimal]]:
    """What was open of each due at the end of a day, by the money that had come until then.

    Never below 0: money that waited then may since have filled a due again whose first payment was reversed later.
    """
    rows = Allocation.objects.of(customer).filter(due__due_on__lte=last, payment__received_on__lte=last)
    filled = dict(rows.values("due_id").annotate(part=total("amount")).values_list("due_id", "part").order_by())
    dues = Due.objects.of(customer).filter(due_on__lte=last).values_list("id", "due_on", "amount")
    return [(due_on, max(amount - filled.get(number, ZERO), ZERO)) for number, due_on, amount in dues]
