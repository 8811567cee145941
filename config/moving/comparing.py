"""What Duebook holds of the people of a piece, and where it differs from what the old store holds."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from config.moving.nouns import Findings, Piece
from credit.models import Outcome
from expenses.models import Expense
from ledger.models import Due, Payment

Book = dict[tuple[int, Any], Decimal]


@dataclass(frozen=True)
class Here:
    """What the database says, by customer and month, reference or day; what an undone batch brought is not there."""

    dues: Book
    payments: Book
    outcomes: dict[tuple[int, datetime.date], bool]

    @classmethod
    def of(cls, piece: Piece, numbers: Mapping[str, int]) -> "Here":
        owners = {numbers[person.key] for person in piece.people}
        dues = Due.objects.filter(customer__in=owners, kind=Due.Kind.PRINCIPAL, reference="")
        payments = Payment.objects.filter(customer__in=owners).exclude(reference="")
        standing = payments.exclude(batch__undone_at__isnull=False)
        outcomes = Outcome.objects.filter(customer__in=owners)
        return cls(
            {(owner, month): amount for owner, month, amount in dues.values_list("customer_id", "month", "amount")},
            {(owner, ref): amount for owner, ref, amount in standing.values_list("customer_id", "reference", "amount")},
            {(owner, day): bad for owner, day, bad in outcomes.values_list("customer_id", "as_of", "defaulted")},
        )


def compare(piece: Piece, numbers: Mapping[str, int], entered: Sequence[Expense], found: Findings) -> None:
    """Ask the database again, count its side, and tell of each row that is not there or is there otherwise."""
    here = Here.of(piece, numbers)
    for due in piece.owed:
        _hold(found, "dues", due.where, due.amount, here.dues.get((numbers[due.key], due.month)))
    for came in piece.came:
        _hold(found, "payments", came.where, came.amount, here.payments.get((numbers[came.key], came.reference)))
    _compare_entries(piece, numbers, entered, found)
    for ended in piece.ended:
        bad = here.outcomes.get((numbers[ended.key], ended.as_of))
        if bad is not None:
            found.here["outcomes"].add()
        if bad != ended.defaulted:
            found.differ(ended.where, f"defaulted is {ended.defaulted} in the store, and {bad} in Duebook.")


def _compare_entries(piece: Piece, numbers: Mapping[str, int], entered: Sequence[Expense], found: Findings) -> None:
    """Only those that this run entered: what stood in a notebook before is its owner's, and the operator reads none."""
    new = {(one.customer_id, one.key) for one in entered}
    rows = Expense.objects.filter(customer__in={owner for owner, _ in new})
    here = {(owner, key): amount for owner, key, amount in rows.values_list("customer_id", "key", "amount")}
    for spent in piece.spent:
        if (place := (numbers[spent.key], spent.reference)) in new:
            _hold(found, "expenses", spent.where, spent.amount, here.get(place))
        else:
            found.note("Entries that were moved in before are their owner's now: they are not compared nor summed.")


def _hold(found: Findings, noun: str, where: str, there: Decimal, here: Decimal | None) -> None:
    if here is not None:
        found.here[noun].add(here)
    if here != there:
        what = "no such row" if here is None else f"{here}"
        more = " It was moved in before, and one side has changed since." if here is not None else ""
        found.differ(where, f"{there} in the store, {what} in Duebook.{more}")
