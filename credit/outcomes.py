"""Outcomes from a file: who later defaulted, kept for the scorecard."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from accounts.models import Batch, Lender
from accounts.sentences import said
from accounts.sheets import as_csv
from credit.models import Outcome
from ledger.acting import Books
from ledger.bulk import cells
from ledger.bulk.exporting import PIECE
from ledger.bulk.kinds import Posted, Seen, lock_known, owners, stands_too
from ledger.bulk.reading import Columns, Line, Problem


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    line: int
    customer: int
    as_of: datetime.date
    defaulted: bool
    percents: dict[str, float] = field(default_factory=dict)  # of an old app, by year; no column of a file


class Outcomes:
    """Columns customer,as_of,defaulted, the last 0 or 1."""

    name: ClassVar[str] = "outcomes"
    noun: ClassVar[tuple[str, str]] = ("credit", "outcome")
    layouts: ClassVar[Sequence[Columns]] = [Columns(("customer", "as_of", "defaulted"))]

    def parse(self, line: Line) -> list[OutcomeRow]:
        row = OutcomeRow(
            line=line.number,
            customer=line.read("customer", cells.customer_number, 0),
            as_of=line.read("as_of", cells.day, datetime.date.min),
            defaulted=line.read("defaulted", _yes_or_no, False),
        )
        return [row]

    def order(self, row: OutcomeRow) -> datetime.date:
        return row.as_of

    def dated(self, row: OutcomeRow) -> None:
        return None

    def prepare(self, rows: list[OutcomeRow]) -> list[Problem]:
        return lock_known(rows)

    def post(self, rows: list[OutcomeRow], batch: Batch, lender: Lender, books: Books) -> Posted:
        posted, new, seen, today = Posted(), [], Seen(), lender.today()
        stored = Outcome.objects.filter(customer__in={row.customer for row in rows})
        known = {(outcome.customer_id, outcome.as_of): outcome.defaulted for outcome in stored}
        for row in rows:
            key = row.customer, row.as_of
            if row.as_of > today:
                posted.problems.append(Problem(row.line, said("is in the future"), "as_of", f"{row.as_of}"))
            elif first := seen.again(key, row.line):
                posted.problems.append(Problem(row.line, stands_too(first), "as_of", f"{row.as_of}"))
            elif key not in known:
                new.append(row)
            elif known[key] == row.defaulted:
                posted.there.append(row.line)
            else:
                reason = said("differs from the outcome already stored for that day")
                posted.problems.append(Problem(row.line, reason, "defaulted", str(int(row.defaulted))))
        if not posted.problems:
            Outcome.objects.bulk_create(_outcome(row, batch) for row in new)
        posted.added = len(new)
        return posted

    def customers_of(self, batch: Batch) -> Sequence[int]:
        return owners(Outcome, batch)

    def undo(self, batch: Batch, books: Books, lender: Lender, by: str) -> None:
        Outcome.objects.filter(batch=batch, customer__in=books.customers).delete()


def _yes_or_no(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(said("is not 0 (repaid) or 1 (defaulted)"))
    return text == "1"


def _outcome(row: OutcomeRow, batch: Batch) -> Outcome:
    return Outcome(
        customer_id=row.customer, as_of=row.as_of, defaulted=row.defaulted, percents=row.percents, batch=batch
    )


def export_outcomes() -> Iterator[str]:
    """The outcomes as the import reads them."""
    rows = Outcome.objects.order_by("customer_id", "as_of").iterator(PIECE)
    cells = ((row.customer_id, row.as_of, int(row.defaulted)) for row in rows)
    return as_csv(["customer", "as_of", "defaulted"], cells)
