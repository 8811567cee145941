"""Payments from a file, posted set by set and spread exactly as one by one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from accounts.models import Batch, Lender
from accounts.sentences import said
from accounts.transactions import Refused
from ledger.acting import Books
from ledger.actions import mirror_all
from ledger.bulk import cells
from ledger.bulk.kinds import Posted, Seen, in_closed_books, lock_known, owners, stands_too
from ledger.bulk.reading import Columns, Line, Problem
from ledger.models import Payment
from ledger.money import ZERO
from ledger.settling import settle

MOST_MIRRORED = 5_000  # reversed in one set; some databases take no more parameters than 32,000

Facts = tuple[datetime.date, Decimal]


@dataclass(frozen=True, slots=True)
class PaymentRow:
    line: int
    customer: int
    received_on: datetime.date
    amount: Decimal
    starting: datetime.date | None
    reference: str
    channel: str
    note: str = ""  # no column of a file has it; import_flask brings the old apps' notes


class Payments:
    """Columns customer,date,amount[,year,month,reference,channel]; year and month name the first month to fill."""

    name: ClassVar[str] = "payments"
    noun: ClassVar[tuple[str, str]] = ("ledger", "payment")
    layouts: ClassVar[Sequence[Columns]] = [
        Columns(("customer", "date", "amount"), ("year", "month", "reference", "channel")),
    ]

    def parse(self, line: Line) -> list[PaymentRow]:
        row = PaymentRow(
            line=line.number,
            customer=line.read("customer", cells.customer_number, 0),
            received_on=line.read("date", cells.day, datetime.date.min),
            amount=line.read("amount", cells.amount, ZERO),
            starting=_starting(line),
            reference=line.read_if_given("reference", lambda text: cells.line(text, 100), ""),
            channel=line.read_if_given("channel", lambda text: cells.line(text, 40), ""),
        )
        return [row]

    def order(self, row: PaymentRow) -> datetime.date:
        return row.received_on

    def dated(self, row: PaymentRow) -> tuple[datetime.date, Decimal]:
        return row.received_on, row.amount

    def prepare(self, rows: list[PaymentRow]) -> list[Problem]:
        return lock_known(rows)

    def post(self, rows: list[PaymentRow], batch: Batch, lender: Lender, books: Books) -> Posted:
        posted, new, seen = Posted(), [], Seen()
        customers = {row.customer for row in rows}
        known = _known(customers)
        today = lender.today()
        for row in rows:
            facts = known.get((row.customer, row.reference)) if row.reference else None
            if reason := _refusal(row, facts, today, lender.closed_through):
                posted.problems.append(reason)
            elif row.reference and (first := seen.again((row.customer, row.reference), row.line)):
                posted.problems.append(Problem(row.line, stands_too(first), "reference", row.reference))
            elif facts:
                posted.there.append(row.line)
            else:
                new.append(row)
        if new and not posted.problems:
            books.received(Payment.objects.bulk_create([_payment(row, batch, lender) for row in new]))
            settle(customers, lender)
        posted.added = len(new)
        return posted

    def customers_of(self, batch: Batch) -> Sequence[int]:
        return owners(Payment, batch)

    def undo(self, batch: Batch, books: Books, lender: Lender, by: str) -> None:
        """Reverse each payment that was not reversed by hand; then other held credit fills the gaps."""
        if lender.closed_through and lender.today() <= lender.closed_through:
            told = said("The books are closed through %(day)s; a reversal is dated today.", day=lender.closed_through)
            raise Refused(told)
        standing = Payment.objects.filter(batch=batch, customer__in=books.customers, reversed=False).order_by("id")
        payments = list(standing)
        for start in range(0, len(payments), MOST_MIRRORED):
            part = payments[start : start + MOST_MIRRORED]
            books.received(mirror_all(part, on=lender.today(), by=by, note=f"batch {batch.name} undone"))
        settle(books.customers, lender)


def _known(customers: set[int]) -> dict[tuple[int, str], Facts]:
    """Date and amount of the payments that stand under a reference."""
    rows = Payment.objects.filter(customer__in=customers, reversed=False).exclude(reference="")
    return {
        (customer, reference): (received_on, amount)
        for customer, reference, received_on, amount in rows.values_list(
            "customer_id", "reference", "received_on", "amount"
        )
    }


def _refusal(
    row: PaymentRow, known: Facts | None, today: datetime.date, closed_through: datetime.date | None
) -> Problem | None:
    if row.received_on > today:
        return Problem(row.line, said("is in the future"), "date", f"{row.received_on}")
    if closed_through and row.received_on <= closed_through and not known:
        return Problem(row.line, in_closed_books(closed_through), "date", f"{row.received_on}")
    if known and known != (row.received_on, row.amount):
        reason = said("stands for %(amount)s received on %(day)s already", amount=known[1], day=known[0])
        return Problem(row.line, reason, "reference", row.reference)
    return None


def _payment(row: PaymentRow, batch: Batch, lender: Lender) -> Payment:
    return Payment(
        customer_id=row.customer,
        amount=row.amount,
        received_on=row.received_on,
        starting=row.starting,
        policy=lender.distribution_policy,
        channel=row.channel,
        reference=row.reference,
        note=row.note,
        recorded_by=batch.recorded_by,
        batch=batch,
    )


def _starting(line: Line) -> datetime.date | None:
    """The first month to fill: both its year and its month, or neither."""
    given = [column for column in ("year", "month") if line.cells.get(column)]
    if not given:
        return None
    if len(given) == 1:
        lacking = "month" if given == ["year"] else "year"
        reason = said("goes with %(column)s; give both or neither", column=lacking)
        line.problems.append(Problem(line.number, reason, given[0], line.cells[given[0]]))
        return None
    return datetime.date(line.read("year", cells.year, 1970), line.read("month", cells.month, 1), 1)
