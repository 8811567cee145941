"""The books in few figures, kept in step by every act: look before, look after, write what moved."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from accounts.transactions import one_transaction
from ledger.models import BALANCE, HELD, Due, Payment, Standing, Tally, total
from ledger.money import from_minor

Figure = Tally.Figure
Steps = defaultdict[tuple[str, datetime.date], Decimal]  # by figure and day
FOLDED = 100_000  # steps at once


@dataclass(frozen=True)
class Owed:
    """A customer's whole open balance, and the day of the oldest open due."""

    outstanding: Decimal
    oldest_due_on: datetime.date


@dataclass(frozen=True)
class Look:
    """What some customers owe, and what of their money waits, at one moment."""

    open: Mapping[tuple[int, datetime.date], Decimal]
    held: Mapping[datetime.date, Decimal]

    def owed(self) -> dict[int, Owed]:
        sums: dict[int, Owed] = {}
        for (customer, day), part in self.open.items():
            known = sums.get(customer)
            sums[customer] = Owed(known.outstanding + part, min(known.oldest_due_on, day)) if known else Owed(part, day)
        return sums

    def count(self, steps: Steps, sign: int) -> None:
        """Add (1) or take away (-1) the customers' part of the figures that follow from what is open and held."""
        for (_, day), part in self.open.items():
            steps[Figure.OPEN, day] += sign * part
        for owed in self.owed().values():
            steps[Figure.AT_RISK, owed.oldest_due_on] += sign * owed.outstanding
        for day, part in self.held.items():
            steps[Figure.HELD, day] += sign * part


def look(customers: Collection[int]) -> Look:
    """Two queries, over what is open and what waits: neither grows with what was settled long ago."""
    dues = Due.objects.filter(customer__in=customers).unpaid().order_by()
    waiting = Payment.objects.filter(customer__in=customers).unapplied().order_by()
    opened = dues.values_list("customer_id", "due_on").annotate(part=total(BALANCE))
    return Look(
        {(customer, day): part for customer, day, part in opened},
        dict(waiting.values_list("received_on").annotate(part=total(HELD))),
    )


def write(before: Look, after: Look, steps: Steps) -> None:
    """Move standings and tallies from the one look to the other, with the steps counted meanwhile."""
    before.count(steps, -1)
    after.count(steps, 1)
    _stand(before.owed(), after.owed())
    Tally.objects.bulk_create(
        Tally(figure=figure, day=day, amount=amount) for (figure, day), amount in sorted(steps.items()) if amount
    )


def _stand(before: Mapping[int, Owed], after: Mapping[int, Owed]) -> None:
    moved = [
        Standing(customer_id=customer, outstanding=owed.outstanding, oldest_due_on=owed.oldest_due_on)
        for customer, owed in sorted(after.items())
        if owed != before.get(customer)
    ]
    if moved:
        fields = ["outstanding", "oldest_due_on"]
        Standing.objects.bulk_create(moved, update_conflicts=True, unique_fields=["customer"], update_fields=fields)
    if cleared := set(before) - set(after):
        Standing.objects.filter(customer__in=cleared).delete()


@one_transaction
def fold() -> int:
    """Make one tally a figure and day of the oldest many; how many rows that saves. Acts go on meanwhile."""
    steps: Steps = defaultdict(Decimal)
    oldest = "SELECT id FROM ledger_tally ORDER BY id LIMIT %s"
    if connection.vendor == "postgresql":
        oldest += " FOR UPDATE SKIP LOCKED"  # another fold has them
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM ledger_tally WHERE id IN ({oldest}) RETURNING figure, day, amount",  # noqa: S608
            [FOLDED],
        )
        gone = cursor.fetchall()
    for figure, day, amount in gone:
        steps[figure, day] += from_minor(amount)
    kept = [Tally(figure=figure, day=day, amount=amount) for (figure, day), amount in steps.items() if amount]
    Tally.objects.bulk_create(kept)
    return len(gone) - len(kept)


# What each figure is when it is made from the books alone: rows of (figure, day, amount).
FROM_THE_BOOKS = """
    SELECT 'open' AS figure, due_on AS day, amount - paid - forgiven AS amount
    FROM ledger_due WHERE withdrawn_at IS NULL AND amount > paid + forgiven
    UNION ALL
    SELECT 'at_risk', MIN(due_on), SUM(amount - paid - forgiven)
    FROM ledger_due WHERE withdrawn_at IS NULL AND amount > paid + forgiven GROUP BY customer_id
    UNION ALL
    SELECT 'raised', due_on, amount FROM ledger_due WHERE withdrawn_at IS NULL
    UNION ALL
    SELECT 'held', received_on, amount - applied
    FROM ledger_payment WHERE amount > applied AND kind NOT IN ('waiver', 'charge_off')
    UNION ALL
    SELECT 'received', p.received_on, p.amount
    FROM ledger_payment p
    LEFT JOIN ledger_payment o ON o.id = p.reverses_id AND o.customer_id = p.customer_id
    WHERE COALESCE(o.kind, p.kind) NOT IN ('waiver', 'charge_off')"""
STANDINGS = """
    SELECT customer_id, SUM(amount - paid - forgiven), MIN(due_on)
    FROM ledger_due WHERE withdrawn_at IS NULL AND amount > paid + forgiven GROUP BY customer_id"""

TALLIES = f"""
    SELECT figure, day, SUM(amount) FROM ({FROM_THE_BOOKS}) books
    GROUP BY figure, day HAVING SUM(amount) <> 0"""  # noqa: S608  the words are our own


@transaction.atomic
def rebuild() -> None:
    """Make standings and tallies anew from the books. On PostgreSQL acts wait until it is done."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("LOCK TABLE ledger_standing, ledger_tally IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM ledger_tally")
        cursor.execute("DELETE FROM ledger_standing")
        cursor.execute(f"INSERT INTO ledger_standing (customer_id, outstanding, oldest_due_on) {STANDINGS}")
        cursor.execute(f"INSERT INTO ledger_tally (figure, day, amount) {TALLIES}")
