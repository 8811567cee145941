"""Books that a backup replaces are kept to the last payment, and nobody is told that nothing was changed if it was."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.backups import restoring, taking
from config.backups.container import read_backup
from config.backups.sqlite import SQLite
from config.tests.moving_in import Lines

Late = Callable[..., Any]
pytestmark = pytest.mark.once


def pay(path: Path) -> None:
    with closing(sqlite3.connect(path)) as books, books:
        books.execute("INSERT INTO ledger_payment (amount, applied) VALUES (5, 5)")


def payments_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as books:
        return int(books.execute("SELECT COUNT(*) FROM ledger_payment").fetchone()[0])


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a customer and two payments, and beside it a backup of when there was one payment."""
    path = tmp_path / "books.sqlite3"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE accounts_customer (id INTEGER PRIMARY KEY)")
        made.execute("CREATE TABLE ledger_payment (id INTEGER PRIMARY KEY, amount INTEGER, applied INTEGER)")
        made.execute("INSERT INTO accounts_customer VALUES (101)")
    for module in (taking, restoring):
        monkeypatch.setattr(module, "books_of_settings", lambda: SQLite(path))
    monkeypatch.setattr(restoring, "_try_out", lambda *given: None)
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "kept"))
    monkeypatch.delenv("BACKUP_PASSPHRASE", raising=False)
    pay(path)
    call_command("backup", "--to", tmp_path, stdout=Lines())
    pay(path)
    return path


def restore(books: Path) -> str:
    call_command("restore", next(books.parent.glob("*.backup")), "--replace", stdout=(said := Lines()))
    return said.text


def kept(books: Path) -> int:
    """The payments in the one backup of what was there."""
    (path,) = (books.parent / "kept").iterdir()
    return int(read_backup(path, books.parent / "unpacked")["rows"]["ledger_payment"])


def then_pay(act: Late, books: Path) -> Late:
    def both(*given: Any) -> Any:
        done = act(*given)
        pay(books)
        return done

    return both


def test_a_payment_acknowledged_during_the_checks_is_kept(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "_try_out", lambda *given: pay(books))
    assert "What was here is kept in" in restore(books)
    assert payments_in(books) == 1
    assert kept(books) == 3


def test_a_payment_after_the_books_were_kept_stops_it(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "take_backup", then_pay(restoring.take_backup, books))
    with pytest.raises(CommandError, match=r"Somebody wrote to the books(.*)Stop Duebook(.*)Nothing was changed\."):
        restore(books)
    assert payments_in(books) == 3


def test_once_the_books_are_replaced_nobody_is_told_otherwise(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SQLite, "put", then_pay(SQLite.put, books))
    with pytest.raises(CommandError, match=r"The books were replaced\. The restored books are not those") as told:
        restore(books)
    assert "Nothing was changed" not in str(told.value)
    assert kept(books) == 2
