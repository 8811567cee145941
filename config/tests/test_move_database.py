"""The books move to another database and back: not a byte of them differs, however often the move was killed."""

import json
import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.tests.saving import ask, shell
from ledger.tests.racing import finish, run, start

pytestmark = pytest.mark.crash
KILLS = int(os.environ.get("MOVE_KILLS", "2"))
FILL = """
import datetime, os, tempfile
from decimal import Decimal
from ledger.actions.erasing import erase_again
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import Customer, Lender, WaitingFile, Job, User
from ledger.tests import racers
from credit.models import Outcome
from ledger.actions import record_payment, reverse_payment
from ledger.models import Due, Payment
racers.open_books(101, 102)
racers.pay(101, 5)
fee = {"late_fee_percent": Decimal("1.50"), "late_fee_from": datetime.date(2024, 2, 29)}
Lender.objects.update(name="Corner Shop Credit", **fee)
reverse_payment(Payment.objects.filter(customer=101).last(), by="x", note="na\\u00efve \\u0926 \\\\N \\t")
percents = {"2021": 50.0, "2022": 12.25, "a": None}
Outcome.objects.create(customer_id=101, as_of="2024-01-01", defaulted=False, percents=percents)
last = Due.objects.create(customer_id=102, month="2031-01-01", due_on="2031-01-31", amount=1)
last.delete()
os.environ["BACKUP_DIR"] = tempfile.mkdtemp()
erase_again(Customer.objects.get(pk=102), "x")
SessionStore(session_key=None).create()
for number in range(3):
    session = SessionStore(); session["n"] = number; session.create()
"""
KEPT = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('cache', 'django_migrations')"


@pytest.fixture(scope="module")
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated file without a row, to copy."""
    if connection.vendor == "sqlite":
        return str(request.getfixturevalue("migrated"))
    url = f"sqlite:///{tmp_path_factory.mktemp('bare') / 'books.sqlite3'}"
    run(url, "manage.py", "migrate", "--verbosity", "0")
    return url


@pytest.fixture(scope="module")
def filled(bare: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Books in SQLite, with something of every kind of column."""
    url = copied(bare, tmp_path_factory.mktemp("filled") / "books.sqlite3")
    run(url, *shell(FILL))
    return url


@pytest.fixture
def books(filled: str, tmp_path: Path) -> str:
    return copied(filled, tmp_path / "b")


@pytest.fixture
def prepared(bare: str, tmp_path: Path) -> str:
    """A file that a move had just migrated when it was killed: the next one need not do that again."""
    url = copied(bare, tmp_path / "back")
    ask(url, "CREATE TABLE duebook_move (fingerprint VARCHAR(64) NOT NULL)")
    return url


def copied(url: str, to: Path) -> str:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as one, closing(sqlite3.connect(to)) as two:
        one.backup(two)
    return f"sqlite:///{to}"


@pytest.fixture
def elsewhere(empty: Callable[[], str]) -> str:
    """An empty database of the kind that the tests run on."""
    return empty()


def content(url: str) -> dict[str, list[Any]]:
    """Every row of every table of a file, and the last number of each: sqlite_sequence is one of the tables."""
    tables = [name for (name,) in ask(url, KEPT)]
    found = {name: ask(url, f'SELECT * FROM "{name}"') for name in tables}  # noqa: S608
    return {name: sorted((tuple(map(plain, row)) for row in rows), key=repr) for name, rows in found.items()}


def plain(value: Any) -> Any:
    """PostgreSQL keeps the keys of JSON in an order of its own."""
    is_json = isinstance(value, str) and value.startswith("{")
    return sorted(json.loads(value).items()) if is_json else value


def move(source: str, to: str) -> tuple[int, str]:
    return finish(start(source, "manage.py", "move_database", "--to", to), 600)


def moved(source: str, to: str) -> str:
    code, said = move(source, to)
    assert code == 0, said
    assert "rows, sums and chains are the same on both sides" in said
    return said


def test_there_and_back_with_kills_on_the_way_nothing_differs(books, elsewhere, prepared):
    """By hand: MOVE_KILLS=20."""
    for _ in range(KILLS):
        process = start(books, "manage.py", "move_database", "--to", elsewhere)
        assert process.stdout is not None
        process.stdout.readline()  # the first table is there
        time.sleep(random.uniform(0, 0.3))
        assert process.poll() is None, "the move was over before it was killed"
        process.kill()
        process.communicate()
    assert "Going on where an earlier move was left." in moved(books, elsewhere)
    moved(elsewhere, prepared)
    assert content(prepared) == content(books)


@pytest.mark.soak
def test_books_that_changed_since_the_kill_are_copied_anew(books, elsewhere, tmp_path):
    process = start(books, "manage.py", "move_database", "--to", elsewhere)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.communicate()
    ask(books, "UPDATE ledger_payment SET note = 'changed' WHERE id = 3")
    ask(books, "INSERT INTO expenses_category (customer_id, name) VALUES (101, 'new')")
    said = moved(books, elsewhere)
    assert "Going on" not in said
    assert ask(elsewhere, "SELECT note FROM ledger_payment WHERE id = 3") == [("changed",)]


def test_a_row_that_is_lost_or_changed_on_the_way_is_noticed(books, prepared):
    """The negative control of the comparison: the first part is lost, and one word is another."""
    patches = (
        "copying._insert = lambda of, page, real=copying._insert: real(of, page[of.__name__ == 'Allocation' :])",
        "copying._whole = lambda value: 'Another' if value == 'Corner Shop Credit' else value",
    )
    code = "; ".join(["from config.transfer import copying, moving", *patches])
    ended, said = finish(start(books, *shell(f"{code}; moving.move_database({prepared!r}, print)")), 600)
    assert ended == 1
    for found in ("accounts_lender has 1 rows here and 1 there", "ledger_allocation has", "customer 101: the sums of"):
        assert found in said


def test_another_database_than_an_empty_one_is_refused(books, elsewhere):
    ask(elsewhere, "CREATE TABLE somebody_elses (id INTEGER)")
    code, said = move(books, elsewhere)
    assert (code, "There is something in the other database already" in said) == (1, True)
    ask(books, "CREATE TABLE somebody_elses (id INTEGER)")
    code, said = move(books, elsewhere)
    assert (code, "not Duebook's: somebody_elses" in said) == (1, True)
