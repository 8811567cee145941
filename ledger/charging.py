"""Late fees charged: find the dues that were open when their grace ended, and raise one fee for each.

What was open then is told by the days on which money was received, and money that came on the fee's day or later is
spread anew beside the fee. So a run after three days off leaves the books as three runs would have left them.
"""

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.audit import fact
from accounts.models import Lender
from accounts.transactions import lock, one_transaction
from ledger import late_fees
from ledger.acting import books_of
from ledger.actions import add_due
from ledger.late_fees import LateFee, charged_on, fee, last_day_of_grace, latest_due_on
from ledger.models import Allocation, Due, total
from ledger.money import ZERO, smallest
from ledger.months import month_of
from ledger.settling import settle, take_back

CHUNK = 500  # dues looked at together; SQLite takes 999 parameters and more


class DaysAfter(models.Func):
    """A date some days later, as a date, in SQL of either database."""

    output_field = models.DateField()
    template = "(%(expressions)s + %(days)s)"

    def __init__(self, day: Any, days: int) -> None:
        super().__init__(day, days=int(days))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s, '+%(days)s days')", **extra)


def policy_of(lender: Lender) -> LateFee | None:
    """None where the lender charges no late fee."""
    if lender.late_fee_kind == Lender.LateFee.NONE or lender.late_fee_from is None:
        return None
    return LateFee(
        kind=lender.late_fee_kind,
        flat=lender.late_fee_amount or ZERO,
        percent=lender.late_fee_percent or ZERO,
        grace_days=lender.late_fee_grace_days,
        cap=lender.late_fee_cap,
        starting=lender.late_fee_from,
        smallest=smallest(),
    )


def customers_to_charge(lender: Lender, today: datetime.date) -> list[int]:
    """Who bears a fee that is not charged yet, in ascending order."""
    policy = policy_of(lender)
    if policy is None:
        return []
    found = out_of_grace(policy, today).order_by("customer_id", "id").iterator(CHUNK)
    return sorted({due.customer_id for chunk in chunks(found) for due in wanted(chunk, policy, lender, today)})


def chunks(rows: Iterator[Due]) -> Iterator[list[Due]]:
    chunk: list[Due] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


@one_transaction
def charge_late_fees(customer: int, today: datetime.date) -> list[Due]:
    """Raise the fees this customer bears and has not been charged, day by day; again at no harm."""
    lender = Lender.load()
    lock([customer])
    policy = policy_of(lender)
    fees: list[Due] = []
    while policy:
        mine = list(out_of_grace(policy, today).filter(customer=customer).order_by("due_on", "id"))
        found = wanted(mine, policy, lender, today)
        if not found:
            break
        fees += _charge(found, lender)
    return fees


def _charge(found: Sequence[Due], lender: Lender) -> list[Due]:
    """Raise those of the first day alone: the money spread beside them may pay in time what bears a later one."""
    day = min(due.due_on for due in found)
    fees = [add_due(due) for due in found if due.due_on == day]
    customer = fees[0].customer_id
    with books_of([customer]) as books:
        if take_back(customer, day):
            books.tell(customer, "spread_anew", {"since_on": fact(day)})
        settle([customer], lender)
    for due in fees:
        due.reread("paid")
    return fees


def out_of_grace(policy: LateFee, today: datetime.date) -> models.QuerySet[Due]:
    """Dues past their grace, open now or filled only after it."""
    filled_late = Allocation.objects.filter(
        customer=OuterRef("customer"),
        due=OuterRef("id"),
        payment__received_on__gt=DaysAfter(OuterRef("due_on"), policy.grace_days),
    )
    days = (policy.starting, latest_due_on(policy, today))
    mine = Due.objects.filter(kind__in=late_fees.BEARING, due_on__range=days)
    return mine.filter(Q(amount__gt=F("paid") + F("forgiven")) | Exists(filled_late))


def uncharged(dues: Sequence[Due]) -> list[Due]:
    """Those that no fee was ever raised for, whatever became of it.

    Not a part of the search: a database that does not know yet how many fees a first run raised would compare
    every due with every fee.
    """
    owned = {due.customer_id for due in dues}
    fees = Due.with_withdrawn.filter(customer__in=owned, kind=Due.Kind.FEE)
    references = [late_fees.reference(due.pk) for due in dues]
    charged = set(fees.filter(reference__in=references).values_list("reference", flat=True))
    return [due for due in dues if late_fees.reference(due.pk) not in charged]


def wanted(dues: Sequence[Due], policy: LateFee, lender: Lender, today: datetime.date) -> list[Due]:
    """The unsaved fees of these dues whose day has come."""
    dues = uncharged(dues)
    in_time = _filled_in_time(dues, policy)
    fees = []
    for due in dues:
        amount = fee(due.amount - in_time.get(due.pk, ZERO), policy)
        day = charged_on(due.due_on, policy, lender.closed_through)
        if amount > 0 and day <= today:
            fees.append(_fee_of(due, amount, day))
    return fees


def _filled_in_time(dues: Sequence[Due], policy: LateFee) -> dict[int, Decimal]:
    """What of each due was paid or forgiven by the last day of its grace."""
    if not dues:
        return {}
    latest = max(last_day_of_grace(due.due_on, policy) for due in dues)
    owned, numbers = {due.customer_id for due in dues}, [due.pk for due in dues]
    rows = (
        Allocation.objects.filter(customer__in=owned, due__in=numbers, payment__received_on__lte=latest)
        .filter(payment__received_on__lte=DaysAfter(F("due__due_on"), policy.grace_days))
        .values("due_id")
        .annotate(part=total("amount"))
        .order_by()
    )
    return dict(rows.values_list("due_id", "part"))


def _fee_of(due: Due, amount: Decimal, day: datetime.date) -> Due:
    return Due(
        customer_id=due.customer_id,
        month=month_of(day),
        due_on=day,
        kind=Due.Kind.FEE,
        reference=late_fees.reference(due.pk),
        amount=amount,
    )
