"""The loan payment records' app.db: users and payments, read side by side in the order of the users."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from config.moving.files import database, first_of, quoted, tables_of
from config.moving.loan_rows import AMOUNTS, BALANCES, DAYS, NOTES, Paid, Sheet
from config.moving.nouns import BadStore, Findings

NAMES = ("username", "name", "user_name")
OWNERS = ("user_id", "userid", "user", "username")
PLACES = ("app.db", "instance/app.db")


@dataclass
class Owner:
    """A user of the database, and the files that may be his."""

    key: str
    name: str
    contact: str = ""
    rows: list[Paid] = field(default_factory=list)
    loan: object = None


class Users:
    """The database that may lie beside the files; without one there are none."""

    def __init__(self, folder: Path) -> None:
        self.path = next((folder / place for place in PLACES if (folder / place).exists()), None)
        self.columns = tables_of(self.path) if self.path else {}
        self.table = first_of(list(self.columns), ("user", "users"))
        self.payments = first_of(list(self.columns), ("payment", "payments"))

    def names(self) -> Iterator[tuple[str, str]]:
        if not self.table or not self.path:
            return
        key, name = self._user_columns()
        with database(self.path) as old:
            for row in old.execute(f"SELECT * FROM {quoted(self.table)} ORDER BY id"):  # noqa: S608
                yield self._named(row, key, name)

    def _named(self, row: sqlite3.Row, key: str, name: str) -> tuple[str, str]:
        return str(row[key] or row["id"]).strip()[:200], str(row[name] or "").strip()

    def _user_columns(self) -> tuple[str, str]:
        columns = self.columns[self.table]
        key = first_of(columns, NAMES)
        if not key or "id" not in columns:
            raise BadStore(f"The table {self.table} of app.db has no id and username; it has {', '.join(columns)}.")
        return key, first_of(columns, ("name", "full_name", key))

    def read(self, found: Findings) -> Iterator[Owner]:
        """Each with his rows, in the order of their ids; rows of nobody are told."""
        if not self.table or not self.path:
            return
        key, name = self._user_columns()
        contact = first_of(self.columns[self.table], ("contact_info", "contact", "phone", "email"))
        with database(self.path) as old:
            groups = self._payments_by_user(old, key)
            group = next(groups, None)
            for row in old.execute(f"SELECT * FROM {quoted(self.table)} ORDER BY id"):  # noqa: S608
                while group and group[0] < row["id"]:
                    self._tell_nobodys(group, found)
                    group = next(groups, None)
                owner = Owner(*self._named(row, key, name))
                owner.contact = str(row[contact] or "") if contact else ""
                owner.loan = row["total_loan"] if "total_loan" in self.columns[self.table] else None
                if group and group[0] == row["id"]:
                    owner.rows = self._read(group[1], found)
                    group = next(groups, None)
                count(owner.rows, found)
                yield owner
            while group:
                self._tell_nobodys(group, found)
                group = next(groups, None)

    def _payments_by_user(self, old: sqlite3.Connection, key: str) -> Iterator[tuple[int, Iterable[sqlite3.Row]]]:
        if not self.payments:
            return
        columns = self.columns[self.payments]
        owner = first_of(columns, OWNERS)
        if not owner or not first_of(columns, DAYS) or not first_of(columns, AMOUNTS):
            raise BadStore(f"The table {self.payments} of app.db lacks owner, date or amount: {', '.join(columns)}.")
        users, link = quoted(self.table), "id" if owner != "username" else key
        rows = old.execute(
            f"SELECT COALESCE(u.id, -1) AS owned_by, p.rowid AS row, p.* FROM {quoted(self.payments)} p"  # noqa: S608
            f" LEFT JOIN {users} u ON u.{quoted(link)} = p.{quoted(owner)} ORDER BY owned_by, p.rowid"
        )
        yield from groupby(rows, key=lambda row: int(row["owned_by"]))

    def _read(self, rows: Iterable[sqlite3.Row], found: Findings) -> list[Paid]:
        columns = self.columns[self.payments]
        day, amount, balance, note = (first_of(columns, names) for names in (DAYS, AMOUNTS, BALANCES, NOTES))
        sheet = Sheet()
        for row in rows:
            where = f"app.db, payment {row['row']}"
            sheet.take(
                where, row[day], row[amount], row[balance] if balance else None, row[note] if note else "", found
            )
        return sheet.rows

    def _tell_nobodys(self, group: tuple[int, Iterable[sqlite3.Row]], found: Findings) -> None:
        rows = self._read(group[1], found)
        count(rows, found)
        for row in rows:
            found.differ(row.where, f"{row.amount} of {row.day} belong to no user. Left out.")


def count(rows: Iterable[Paid], found: Findings) -> None:
    for row in rows:
        found.there["payments"].add(row.amount)
