"""The rows of one person's loan payments, from a file or from the database."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from config.moving import values
from config.moving.files import first_of, rows_of
from config.moving.nouns import BadStore, Came, Findings, Unheard

DAYS = ("date", "payment_date", "paid_on", "day", "created_at", "timestamp")
AMOUNTS = ("payment_amount", "amount", "amount_paid", "payment", "paid")
BALANCES = ("remaining_balance", "balance", "remaining")
NOTES = ("notes", "note", "description", "remarks", "remark")
STARTED = "loan started"  # the note of the row of 0 with which the old app began a file


@dataclass(frozen=True, slots=True)
class Paid:
    where: str
    day: datetime.date
    amount: Decimal
    note: str


@dataclass
class Sheet:
    """What has been read so far; the balance that a row states is held against the row before."""

    rows: list[Paid] = field(default_factory=list)
    contact: str = ""
    loan: Decimal | None = None
    balance: Decimal | None = None

    def take(self, where: str, day: object, amount: object, balance: object, note: object, found: Findings) -> None:
        came = values.amount(amount, where, found)
        said = values.text(note, 300, where, found)
        if came is None:
            found.there["payments"].rows += 1
        elif came == 0:
            self._begin(where, balance, said, found)
        else:
            self._hold_against(where, came, balance, found)
            self._add(where, day, came, said, found)

    def _begin(self, where: str, balance: object, said: str, found: Findings) -> None:
        """A row of 0 is no payment: it says what was lent."""
        lent = values.amount(balance, where, Unheard())
        if self.loan is not None:
            found.differ(where, f"a second loan, of {lent}, begins in this file: may two people share it?")
        elif not said.lower().startswith(STARTED):
            found.differ(where, "a row of 0 moves no money. Left out.")
        self.loan = self.loan or lent
        self.balance = lent
        self.contact = self.contact or said.partition("|")[2].strip()

    def _hold_against(self, where: str, came: Decimal, balance: object, found: Findings) -> None:
        stated = None if balance in (None, "") else values.amount(balance, f"{where}, balance", found)
        if stated is not None and self.balance is not None and stated != self.balance - came:
            found.differ(
                where, f"a balance of {stated} stands there, {self.balance} less {came} is {self.balance - came}."
            )
        self.balance = stated if stated is not None else None if self.balance is None else self.balance - came

    def _add(self, where: str, day: object, came: Decimal, said: str, found: Findings) -> None:
        on = values.day(day, where, found)
        if came < 0 and on:
            found.differ(where, f"{came} is less than 0. Left out.")
        if on and came > 0:
            self.rows.append(Paid(where, on, came, said))
        else:
            found.there["payments"].add(came)


def read_sheet(path: Path, found: Findings) -> Sheet:
    """Raises BadStore for a file without a date and an amount."""
    sheet = Sheet()
    for line, row in rows_of(path):
        day, amount, balance, note = (first_of(list(row), names) for names in (DAYS, AMOUNTS, BALANCES, NOTES))
        if not day or not amount:
            raise BadStore(f"records/{path.name} has no column for the date or the amount; it has {', '.join(row)}.")
        where = f"records/{path.name}, line {line}"
        sheet.take(where, row[day], row[amount], row.get(balance), row.get(note), found)
    return sheet


def numbered(key: str, rows: Iterable[Paid]) -> Iterator[Came]:
    """Receipts; the second of one day and amount is told from the first by its number, in whatever file it stood."""
    seen: Counter[tuple[datetime.date, Decimal]] = Counter()
    for row in rows:
        seen[row.day, row.amount] += 1
        reference = f"{row.day} {row.amount} {seen[row.day, row.amount]}"
        yield Came(key, row.where, row.day, row.amount, reference, note=row.note)
