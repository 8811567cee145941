"""Taking and putting back books that are one SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection

from config.backups.container import BadBackup
from config.backups.facts import SQLITE_TABLES, facts

BUSY = 30  # seconds to wait for a writer


class SQLite:
    """The books of the settings, or those of another file."""

    vendor = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_settings(cls) -> "SQLite":
        name = str(connection.settings_dict["NAME"])
        if connection.is_in_memory_db():  # type: ignore[attr-defined]  # a method of this vendor's
            raise BadBackup("These books are kept in memory; there is no file to back up.")
        return cls(Path(name))

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path.resolve()}"

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with self._open() as books:
            return not books.execute(SQLITE_TABLES).fetchall()

    def facts(self) -> dict[str, Any]:
        with self._open() as books:
            return facts(books, SQLITE_TABLES)

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def take(self, to: Path) -> dict[str, Any]:
        """All pages in one read transaction, beside any number of writers; the facts are those of the copy."""
        with self._open() as books, closing(sqlite3.connect(to)) as copy:
            books.backup(copy)
        taken = SQLite(to)
        taken._settle()
        return taken.facts()

    def put(self, database: Path) -> None:
        """Every page in one transaction: whoever has the file open sees the old books or the new."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database)) as copy, closing(sqlite3.connect(self.path, timeout=BUSY)) as books:
            books.execute("PRAGMA journal_mode=WAL")
            books.execute("PRAGMA synchronous=FULL")
            try:
                copy.backup(books)
            except sqlite3.OperationalError as error:
                raise BadBackup(f"The books could not be replaced ({error}). Stop Duebook, then try again.") from None
            with suppress(sqlite3.OperationalError):  # they are replaced; whoever opens them next asks for it, too
                books.execute("PRAGMA journal_mode=WAL")

    @contextmanager
    def scratch(self, database: Path) -> Iterator["SQLite"]:
        """The unpacked copy is its own database to try things on."""
        yield SQLite(database)

    def _settle(self) -> None:
        """No journal beside the file: it is read as it lies."""
        with closing(sqlite3.connect(self.path)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", timeout=BUSY, uri=True)) as books:
                yield books
        except sqlite3.Error as error:
            raise BadBackup(f"{self.path} cannot be read: {error}.") from None
