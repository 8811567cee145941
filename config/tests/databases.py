"""Databases of a test's own, of the kind the run is on: for tests whose processes must see what others committed."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from ledger.tests.racing import run


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty, migrated database, to copy."""
    url = new_database(tmp_path_factory.mktemp("migrated"), "template")
    run(url, "manage.py", "migrate", "--verbosity", "0")
    yield url
    drop(url)


@pytest.fixture
def town(migrated: str, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of one's own."""
    url = new_database(tmp_path, "town", like=migrated)
    yield url
    drop(url)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes the addresses of databases without a table."""
    made: list[str] = []

    def another() -> str:
        made.append(new_database(tmp_path, "empty"))
        return made[-1]

    yield another
    for url in made:
        drop(url)


def new_database(folder: Path, name: str, like: str = "") -> str:
    """The address of a database that is empty or a copy; no two of a run share a name."""
    name = f"{name}_{os.getpid()}_{time.monotonic_ns()}"
    if connection.vendor == "postgresql":
        command(f"CREATE DATABASE {name}" + (f" TEMPLATE {name_of(like)}" if like else ""))
        return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with closing(sqlite3.connect(folder / name)) as copy:
        if like:
            with closing(sqlite3.connect(like.removeprefix("sqlite:///"))) as original:
                original.backup(copy)
    return f"sqlite:///{folder / name}"


def drop(url: str) -> None:
    """Give a server's room back; a file goes with its folder."""
    if connection.vendor == "postgresql":
        command(f"DROP DATABASE {name_of(url)} WITH (FORCE)")


def name_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def command(sql: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql)
