"""Backups as an operator takes them, of a throw-away database that other processes are paying into."""

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from config.tests.databases import BINARIES
from ledger.tests.racing import finish, run, start

PAY = """
from decimal import Decimal
from ledger.actions import record_payment
from ledger.models import Payment
for number in range({first}, {first} + 100_000):
    payment = Payment(customer_id=101, amount=Decimal("1.01"), key=f"load-{{number}}")
    print(record_payment(payment).key, flush=True)
"""
Words = tuple[str, ...]


def shell(code: str) -> Words:
    return "manage.py", "shell", "-v", "0", "-c", code


def backup(url: str, folder: Path, *words: str, **more: str) -> Path:
    """The file that was written."""
    code, said = finish(start(url, "manage.py", "backup", "--to", str(folder), *words, PG_BIN=str(BINARIES), **more))
    assert code == 0, said
    return Path(said.partition(": ")[0])


def restore(url: str, path: Path, *words: str, **more: str) -> tuple[int, str]:
    return finish(start(url, "manage.py", "restore", str(path), *words, PG_BIN=str(BINARIES), **more))


def ask(url: str, sql: str) -> list[Any]:
    """Plain SQL, as somebody who may do everything; the rows of a question."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as books, books:
            return books.execute(sql).fetchall()
    with psycopg.connect(url, autocommit=True) as server:
        asked = server.execute(sql)
        return asked.fetchall() if asked.description else []


def keys_in(url: str) -> set[str]:
    """The keys of the payments that a database holds."""
    return {key for (key,) in ask(url, "SELECT key FROM ledger_payment")}


def payments_in(url: str) -> int:
    return int(ask(url, "SELECT COUNT(*) FROM ledger_payment")[0][0])


@contextmanager
def paying(url: str, payers: int = 2) -> Iterator[list[str]]:
    """The keys of payments that were acknowledged until now, while processes keep on paying."""
    told: list[str] = []
    processes = [start(url, *shell(PAY.format(first=1_000_000 * place))) for place in range(payers)]
    readers = [threading.Thread(target=_hear, args=(one, told)) for one in processes]
    for reader in readers:
        reader.start()
    try:
        yield told
    finally:
        for process in processes:
            process.kill()
        for reader in readers:
            reader.join()
        for process in processes:
            process.communicate()


def _hear(process: "subprocess.Popen[str]", told: list[str]) -> None:
    assert process.stdout is not None
    told.extend(line.strip() for line in process.stdout if line.startswith("load-"))


def open_shop(url: str) -> None:
    """Customer 101 with dues and a payment."""
    run(url, *shell("from ledger.tests import racers; racers.open_books(101); racers.pay(101, 3)"))
