"""The expense tracker's users.csv and expenses.csv: private notebooks, and passwords that go on opening them."""

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from accounts.hashers import kept
from config.moving import values
from config.moving.files import Row, header_of, rows_of, shelf
from config.moving.nouns import AT_ONCE, BadStore, Findings, Person, Piece, Spent, Staff, Unheard
from ledger.bulk import cells
from ledger.money import ZERO

USERS, EXPENSES = ("id", "username", "password_hash"), ("id", "user_id", "date", "amount", "category", "description")
NO_CATEGORY = "Other"

TABLES = """
CREATE TABLE people (line INTEGER, id INTEGER PRIMARY KEY, name TEXT, hash TEXT);
CREATE TABLE spent (line INTEGER, owner INTEGER, id TEXT, day TEXT, amount TEXT, category TEXT, description TEXT);
"""


class ExpenseTracker:
    """Read through a shelf on disk, for its rows stand in no order of their owners."""

    answers = ""
    app: ClassVar[str] = "expense tracker"

    def __init__(self, place: Path) -> None:
        self.place = place

    def files(self) -> Sequence[Path]:
        return [self.place / "users.csv", self.place / "expenses.csv"]

    def staff(self, found: Findings) -> list[Staff]:
        return []

    def pieces(self, found: Findings) -> Iterator[Piece]:
        with shelf() as rows:
            rows.executescript(TABLES)
            self._shelve_people(rows, found)
            self._shelve_spent(rows, found)
            rows.execute("CREATE INDEX spent_by ON spent (owner, line)")
            people = rows.execute("SELECT * FROM people ORDER BY id")
            while part := people.fetchmany(AT_ONCE):
                piece = Piece([_person(row, found) for row in part])
                for row in part:
                    piece.spent += _notebook(rows, row["id"], row["name"], found)
                yield piece

    def _shelve_people(self, rows: sqlite3.Connection, found: Findings) -> None:
        names: set[str] = set()
        for line, row in _read(self.place / "users.csv", USERS):
            found.there["customers"].add()
            where, number, name = f"users.csv, line {line}", values.whole(row["id"]), row["username"].strip()
            if number is None or not name:
                found.differ(where, "there is no id or no username. Left out, with the entries under this id.")
            elif name in names or rows.execute("SELECT 1 FROM people WHERE id = ?", (number,)).fetchone():
                found.differ(where, f"the id {number} or the username {values.shown(name)} stands above. Left out.")
            else:
                names.add(name)
                record = (line, number, values.text(name, 200, where, found), row["password_hash"].strip())
                rows.execute("INSERT INTO people VALUES (?, ?, ?, ?)", record)

    def _shelve_spent(self, rows: sqlite3.Connection, found: Findings) -> None:
        known = {row["id"] for row in rows.execute("SELECT id FROM people")}
        for line, row in _read(self.place / "expenses.csv", EXPENSES):
            owner = values.whole(row["user_id"])
            record = (line, owner, *(row[name] for name in ("id", "date", "amount", "category", "description")))
            if owner in known:
                rows.execute("INSERT INTO spent VALUES (?, ?, ?, ?, ?, ?, ?)", record)
            else:
                found.there["expenses"].add(_readable(row["amount"]))
                reason = f"nobody has the user_id {values.shown(row['user_id'])}. Left out."
                found.differ(f"expenses.csv, line {line}", reason)


def _read(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    if missing := [name for name in columns if name not in header_of(path)]:
        raise BadStore(f"{path.name} lacks the columns {', '.join(missing)}.")
    return rows_of(path)


def _person(row: sqlite3.Row, found: Findings) -> Person:
    """A username that is an e-mail address becomes the address, too."""
    where, hashed = f"users.csv, line {row['line']}", kept(row["hash"])
    if not hashed:
        found.differ(where, "the password is not stored in a way that is known. The person gets an invite link.")
    email = values.detail(row["name"], cells.email, "", where, Unheard()) if "@" in row["name"] else ""
    return Person(row["name"], where, row["name"], email=email, hashed=hashed, signs_in=True, by_name=True)


def _notebook(rows: sqlite3.Connection, owner: int, key: str, found: Findings) -> Iterator[Spent]:
    seen: dict[str, int] = {}
    for row in rows.execute("SELECT * FROM spent WHERE owner = ? ORDER BY line", (owner,)):
        where, number = f"expenses.csv, line {row['line']}", values.whole(row["id"])
        amount = values.amount(row["amount"], where, found)
        found.there["expenses"].add(amount or ZERO)
        day = values.day(row["day"], where, found)
        if amount is None or day is None:
            continue
        if amount <= 0:
            found.differ(where, f"{amount} is not more than 0. Left out.")
            continue
        name = f"{number}" if number is not None else f"line {row['line']}"
        seen[name] = seen.get(name, 0) + 1
        yield Spent(
            key,
            where,
            day,
            amount,
            category=values.text(row["category"], 60, where, found) or NO_CATEGORY,
            note=values.text(row["description"], 200, where, found),
            reference=name + (f" {seen[name]}" if seen[name] > 1 else ""),
        )


def _readable(text: str) -> Decimal:
    try:
        return values.to_cent(values.real(text))
    except ValueError:
        return ZERO
