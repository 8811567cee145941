"""Dues from a file: one a line, or a customer's twelve months on one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Batch, Lender
from accounts.sentences import said
from accounts.telling import money
from accounts.transactions import Refused
from ledger.acting import Books
from ledger.bulk import cells
from ledger.bulk.kinds import Posted, Seen, in_closed_books, lock_known, owners
from ledger.bulk.reading import Columns, Line, Problem
from ledger.models import Allocation, Due, DueQuerySet, Payment
from ledger.money import ZERO
from ledger.months import last_day, months_of
from ledger.settling import release, settle

MONTH_COLUMNS = tuple(
    f"{name}_amt" for name in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
)
MOST_RELEASED = 5_000  # dues at once; some databases take no more parameters than 32,000
Key = tuple[int, datetime.date, str, str]


@dataclass(frozen=True, slots=True)
class DueRow:
    line: int
    customer: int
    month: datetime.date
    due_on: datetime.date
    kind: str
    reference: str
    amount: Decimal

    @property
    def key(self) -> Key:
        return self.customer, self.month, self.kind, self.reference


class Dues:
    """Columns customer,year,month,amount[,due_on,kind,reference], or the grid: customer,year,jan_amt,...,dec_amt
    [,total_amt,kind,reference,due_day], where due_day 1 is the month's first day and none its last."""

    name: ClassVar[str] = "dues"
    noun: ClassVar[tuple[str, str]] = ("ledger", "due")
    layouts: ClassVar[Sequence[Columns]] = [
        Columns(("customer", "year", "month", "amount"), ("due_on", "kind", "reference")),
        Columns(("customer", "year", *MONTH_COLUMNS), ("total_amt", "kind", "reference", "due_day")),
    ]

    def parse(self, line: Line) -> list[DueRow]:
        return _wide(line) if "jan_amt" in line.cells else _long(line)

    def order(self, row: DueRow) -> int:
        return 0

    def dated(self, row: DueRow) -> tuple[datetime.date, Decimal]:
        return row.due_on, row.amount

    def prepare(self, rows: list[DueRow]) -> list[Problem]:
        return lock_known(rows)

    def post(self, rows: list[DueRow], batch: Batch, lender: Lender, books: Books) -> Posted:
        posted, new, seen = Posted(), [], Seen()
        customers = {row.customer for row in rows}
        known = _known(customers)
        for row in rows:
            if first := seen.again(row.key, row.line):
                reason = said("is raised for this customer, kind and reference on line %(line)s too", line=first)
                posted.problems.append(Problem(row.line, reason, "month", f"{row.month:%Y-%m}"))
            elif row.key not in known:
                new.append(row)
                posted.problems += _closed(row, lender)
            elif known[row.key] == (row.amount, row.due_on):
                posted.there.append(row.line)
            else:
                posted.problems.append(_differs(row, *known[row.key]))
        if new and not posted.problems:
            books.raised(Due.objects.bulk_create([_due(row, batch) for row in new]))
            settle(customers, lender)
        posted.added = len(new)
        return posted

    def customers_of(self, batch: Batch) -> Sequence[int]:
        return owners(Due, batch)

    def undo(self, batch: Batch, books: Books, lender: Lender, by: str) -> None:
        """Withdraw the dues; credit that was held before them is held again."""
        dues = Due.objects.filter(batch=batch, customer__in=books.customers)
        _refuse_closed(dues, lender)
        _refuse_rested_on(dues, batch)
        gone = list(dues)
        books.raised(gone, -1)
        paid = [due for due in gone if due.paid]
        for start in range(0, len(paid), MOST_RELEASED):
            release({(due.customer_id, due.id): due.paid for due in paid[start : start + MOST_RELEASED]})
        touched = dues.filter(Exists(Allocation.objects.filter(due=OuterRef("pk"), customer=OuterRef("customer"))))
        touched.update(withdrawn_at=timezone.now())  # its allocations stay, and so must it
        dues.delete()  # never took money: it is as if it had not been
        settle(books.customers, lender)


def _refuse_closed(dues: DueQuerySet, lender: Lender) -> None:
    """Raise Refused when a closed month would lose a due."""
    if not lender.closed_through:
        return
    first = dues.order_by("month", "customer_id").first()
    if first and last_day(first.month) <= lender.closed_through:
        raise Refused(
            said(
                "The books are closed through %(day)s, and %(due)s lies in them.",
                day=lender.closed_through,
                due=str(first),
            )
        )


def _refuse_rested_on(dues: DueQuerySet, batch: Batch) -> None:
    """Raise Refused when money that came after the batch, or a waiver, lies on one of its dues."""
    owned = dues.values("customer_id").distinct()
    parts = Allocation.objects.filter(customer__in=owned, due__in=dues.values("id"), payment__reversed=False)
    later = parts.exclude(payment__kind=Payment.Kind.REVERSAL).filter(
        Q(payment__recorded_at__gt=batch.recorded_at) | Q(payment__kind__in=Payment.FORGIVING)
    )
    if part := later.net().order_by("customer_id", "payment_id", "due_id").first():
        due = Due.objects.get(customer=part["customer_id"], pk=part["due_id"])
        raise Refused(
            said(
                "Payment %(payment)s of customer %(customer)s, recorded after the batch, filled %(month)s with"
                " %(amount)s. Reverse it, or undo its batch, first.",
                payment=part["payment_id"],
                customer=due.customer_id,
                month=f"{due.month:%Y-%m}",
                amount=money(part["part"]),
            )
        )


def _known(customers: set[int]) -> dict[Key, tuple[Decimal, datetime.date]]:
    rows = Due.objects.filter(customer__in=customers).values_list(
        "customer_id", "month", "kind", "reference", "amount", "due_on"
    )
    return {(customer, month, kind, ref): (amount, due_on) for customer, month, kind, ref, amount, due_on in rows}


def _closed(row: DueRow, lender: Lender) -> list[Problem]:
    if not lender.closed_through or last_day(row.month) > lender.closed_through:
        return []
    return [Problem(row.line, in_closed_books(lender.closed_through), "month", f"{row.month:%Y-%m}")]


def _differs(row: DueRow, amount: Decimal, due_on: datetime.date) -> Problem:
    reason = said(
        "for %(month)s is raised already, as %(amount)s due on %(day)s; change that due instead",
        month=f"{row.month:%Y-%m}",
        amount=amount,
        day=due_on,
    )
    if row.amount != amount:
        return Problem(row.line, reason, "amount", f"{row.amount}")
    return Problem(row.line, reason, "due_on", f"{row.due_on}")


def _due(row: DueRow, batch: Batch) -> Due:
    return Due(
        customer_id=row.customer,
        month=row.month,
        due_on=row.due_on,
        kind=row.kind,
        reference=row.reference,
        amount=row.amount,
        batch=batch,
    )


def _long(line: Line) -> list[DueRow]:
    month = datetime.date(line.read("year", cells.year, 1970), line.read("month", cells.month, 1), 1)
    row = DueRow(
        line=line.number,
        customer=line.read("customer", cells.customer_number, 0),
        month=month,
        due_on=line.read_if_given("due_on", cells.day, last_day(month)),
        kind=_kind_of(line),
        reference=_reference(line),
        amount=line.read("amount", cells.amount, ZERO),
    )
    return [row]


def _kind_of(line: Line) -> str:
    return line.read_if_given("kind", _kind, Due.Kind.PRINCIPAL.value)


def _reference(line: Line) -> str:
    return line.read_if_given("reference", lambda text: cells.line(text, 100), "")


def _kind(text: str) -> str:
    if text not in Due.Kind.values:
        raise ValueError(said("is not one of %(kinds)s", kinds=Due.Kind.values))
    return text


def _wide(line: Line) -> list[DueRow]:
    """A row for each month with an amount; the total, where given, must be their sum."""
    customer = line.read("customer", cells.customer_number, 0)
    year = line.read("year", cells.year, 1970)
    amounts = [line.read(column, cells.amount_or_nothing, ZERO) for column in MONTH_COLUMNS]
    total = line.read_if_given("total_amt", cells.amount_or_nothing, None)
    if total is not None and total != sum(amounts) and not line.problems:
        reason = said("is not the sum of the months, %(sum)s", sum=sum(amounts))
        line.problems.append(Problem(line.number, reason, "total_amt", line.cells["total_amt"]))
    kind, reference = _kind_of(line), _reference(line)
    due_day = line.read_if_given("due_day", cells.due_day, None)
    return [
        DueRow(line.number, customer, month, day_in(month, due_day), kind, reference, amount)
        for month, amount in zip(months_of(year), amounts, strict=True)
        if amount
    ]


def day_in(month: datetime.date, due_day: int | None) -> datetime.date:
    """Day 1 is the month's first, 0 the one before it, 40 some day of the next month; none is the last."""
    return last_day(month) if due_day is None else month + datetime.timedelta(due_day - 1)
