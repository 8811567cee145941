"""The credit manager's credit_management.db: people, dues and payments by month, and who turned out how."""

import datetime
import re
import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from accounts.models import LARGEST_NUMBER
from config.moving import values
from config.moving.credit_ends import Ends, Sums
from config.moving.files import database, quoted, tables_of
from config.moving.nouns import AT_ONCE, Came, Findings, Owed, Person, Piece, Staff
from ledger.bulk import cells
from ledger.bulk.dues import MONTH_COLUMNS
from ledger.money import ZERO
from ledger.months import FIRST_YEAR, LAST_YEAR, last_day, months_of

PEOPLE = "customer_account_details"
NEXT = f"SELECT * FROM {PEOPLE} WHERE typeof(id) = 'integer' AND id > ? ORDER BY id LIMIT {AT_ONCE}"  # noqa: S608
NUMBERLESS = f"SELECT * FROM {PEOPLE} WHERE typeof(id) <> 'integer'"  # noqa: S608  both are our own words


class CreditManager:
    """Customers keep their numbers. The old app kept no days: a month's payment is dated the month's last day."""

    answers = ""
    app: ClassVar[str] = "credit manager"

    def __init__(self, place: Path, today: datetime.date) -> None:
        self.place, self.today = place, today

    def files(self) -> Sequence[Path]:
        return [self.place]

    def staff(self, found: Findings) -> list[Staff]:
        if "manager_details" not in tables_of(self.place):
            return []
        with database(self.place) as old:
            rows = old.execute("SELECT rowid AS row, * FROM manager_details ORDER BY id").fetchall()
        people = [(row, f"manager_details, id {row['id']}") for row in rows]
        found.there["staff"].rows += len(people)
        return [
            Staff(number=values.whole(row["id"]) or 0, where=where, **_details(row, where, found))
            for row, where in people
        ]

    def pieces(self, found: Findings) -> Iterator[Piece]:
        years = self._years(found)
        with database(self.place) as old:
            ends = Ends(old, tables_of(self.place).get("year_percentage", []), self.today, found)
            last: Any = -(2**63)
            while rows := old.execute(NEXT, (last,)).fetchall():
                span = (rows[0]["id"], rows[-1]["id"])
                last = span[1]
                yield self._piece(old, [row for row in rows if _fits(row, found)], span, years, ends, found)
            for row in old.execute(NUMBERLESS):
                found.there["customers"].add()
                found.differ(f"{PEOPLE}, id {values.shown(row['id'])}", "the number is none. Left out.")
            for table in _owned(years) + ["year_percentage"] * ends.any:
                _tell_strangers(old, table, found)

    def _years(self, found: Findings) -> dict[int, set[str]]:
        """The year tables there are, of any year."""
        tables = tables_of(self.place)
        years: dict[int, set[str]] = {}
        for name in tables:
            if match := re.fullmatch(r"(amount_to_pay|amount_paid)_([0-9]{4})", name):
                if FIRST_YEAR <= int(match[2]) <= LAST_YEAR:
                    years.setdefault(int(match[2]), set()).add(match[1])
                else:
                    found.differ(name, f"the year is not in {FIRST_YEAR} to {LAST_YEAR}. The table is left out.")
        return dict(sorted(years.items()))

    def _piece(
        self,
        old: sqlite3.Connection,
        rows: list[sqlite3.Row],
        span: tuple[int, int],
        years: dict[int, set[str]],
        ends: Ends,
        found: Findings,
    ) -> Piece:
        piece, known, sums = Piece(), {row["id"] for row in rows}, Sums()
        for row in rows:
            found.there["customers"].add()
            where = f"{PEOPLE}, id {row['id']}"
            details = _details(row, where, found)
            piece.people.append(Person(str(row["id"]), where, number=row["id"], signs_in=True, **details))
        for year, names in years.items():
            if "amount_to_pay" in names:
                piece.owed += self._dues(_rows(old, f"amount_to_pay_{year}", span, known), year, sums, found)
            if "amount_paid" in names:
                piece.came += self._payments(_rows(old, f"amount_paid_{year}", span, known), year, sums, found)
        if ends.any:
            piece.ended = ends.read(_rows(old, "year_percentage", span, known), sums)
        return piece

    def _dues(self, rows: list[sqlite3.Row], year: int, sums: Sums, found: Findings) -> Iterator[Owed]:
        for row in rows:
            where = f"amount_to_pay_{year}, id {row['id']}"
            months = _months(row, where, "dues", found)
            sums.due[row["id"], year] = sum(months, ZERO)
            _hold_against(row, "total_amt", sums.due[row["id"], year], where, found)
            for month, amount in zip(months_of(year), months, strict=True):
                if amount > 0:
                    yield Owed(str(row["id"]), f"{where}, {month:%B}", month, amount)

    def _payments(self, rows: list[sqlite3.Row], year: int, sums: Sums, found: Findings) -> Iterator[Came]:
        for row in rows:
            where = f"amount_paid_{year}, id {row['id']}"
            months = _months(row, where, "payments", found)
            paid = sums.paid[row["id"], year] = sum(months, ZERO)
            _hold_against(row, "total_paid_amt", paid, where, found)
            _hold_against(row, "needtopay", sums.due.get((row["id"], year), ZERO) - paid, where, found)
            for month, amount in zip(months_of(year), months, strict=True):
                if amount > 0:
                    yield self._receipt(row["id"], where, month, amount, found)

    def _receipt(self, number: int, where: str, month: datetime.date, amount: Decimal, found: Findings) -> Came:
        came = last_day(month)
        if came > self.today:
            came = self.today
            if month > self.today:
                found.differ(
                    f"{where}, {month:%B}", f"{amount} paid ahead is dated {came}, and fills that month first."
                )
        return Came(str(number), f"{where}, {month:%B}", came, amount, f"{month:%Y-%m}", starting=month)


def _owned(years: dict[int, set[str]]) -> list[str]:
    return [f"{name}_{year}" for year, names in years.items() for name in sorted(names, reverse=True)]


def _details(row: sqlite3.Row, where: str, found: Findings) -> dict[str, Any]:
    """The password is not among them, and is read nowhere."""
    return {
        "name": values.text(row["name"], 200, where, found) or f"Number {row['id']}",
        "email": values.detail(row["mailid"], cells.email, "", f"{where}, mailid", found),
        "phone": values.detail(row["phone"], cells.phone, "", f"{where}, phone", found),
        "age": values.detail(row["age"], cells.age, None, f"{where}, age", found),
    }


def _fits(row: sqlite3.Row, found: Findings) -> bool:
    if 1 <= row["id"] <= LARGEST_NUMBER:
        return True
    found.there["customers"].add()
    found.differ(f"{PEOPLE}, id {row['id']}", f"the number is not in 1 to {LARGEST_NUMBER}. Left out with all rows.")
    return False


def _rows(old: sqlite3.Connection, table: str, span: tuple[int, int], known: set[int]) -> list[sqlite3.Row]:
    rows = old.execute(f"SELECT * FROM {quoted(table)} WHERE id BETWEEN ? AND ? ORDER BY id", span).fetchall()  # noqa: S608
    return [row for row in rows if row["id"] in known]


def _months(row: sqlite3.Row, where: str, noun: str, found: Findings) -> list[Decimal]:
    """Twelve amounts, counted; one below zero is counted, told, and left out where rows are made of them."""
    amounts = []
    for column in MONTH_COLUMNS:
        given = row[column]
        read = ZERO if given in (None, "") else values.amount(given, f"{where}, {column}", found)
        amount = read or ZERO
        if read is None or amount:
            found.there[noun].add(amount)
        if amount < 0:
            found.differ(f"{where}, {column}", f"{amount} is less than 0. Left out.")
        amounts.append(amount)
    return amounts


def _hold_against(row: sqlite3.Row, column: str, sum_: Decimal, where: str, found: Findings) -> None:
    """Tell where a stored total is not the sum."""
    if column not in row.keys() or row[column] is None:  # noqa: SIM118  a row of sqlite3 is no mapping
        return
    try:
        stored = values.to_cent(values.real(row[column]))
    except ValueError as reason:
        found.differ(f"{where}, {column}", f"{values.shown(row[column])} {reason}.")
        return
    if stored != sum_:
        found.differ(f"{where}, {column}", f"{stored} stands there, the months come to {sum_}.")


def _tell_strangers(old: sqlite3.Connection, table: str, found: Findings) -> None:
    """Rows under a number that is nobody's."""
    noun = "dues" if table.startswith("amount_to_pay") else "payments"
    for row in old.execute(f"SELECT * FROM {quoted(table)} WHERE id IS NULL OR id NOT IN (SELECT id FROM {PEOPLE})"):  # noqa: S608
        where = f"{table}, id {row['id']}"
        if table == "year_percentage":
            found.there["outcomes"].add()
            found.differ(where, "nobody has this number. Left out.")
        else:
            total = sum(_months(row, where, noun, found), ZERO)
            found.differ(where, f"nobody has this number. Its {total} are left out.")
