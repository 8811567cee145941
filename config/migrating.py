"""What migrations run in: one run at a time, short waits for tables, each noted in the transaction that makes it."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError, OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder

KEY = 0x64756562  # of the lock that PostgreSQL holds for us
SHORTLY = "300ms"  # while ALTER TABLE waits for a table, everybody who comes later waits behind it
PAUSE = 0.5  # seconds
OLDEST = """
    SELECT pid, state, date_trunc('second', now() - xact_start)::text FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY xact_start LIMIT 1"""
Say = Callable[[str], object]


class WholeExecutor(MigrationExecutor):
    """Notes a migration inside its transaction, always.

    Django's own notes one whose last statements were put off when all is committed: killed between the two, the next
    run would make everything a second time, and fail.
    """

    def apply_migration(self, state: Any, migration: Migration, fake: bool = False, fake_initial: bool = False) -> Any:
        if fake or fake_initial or not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        tell: Any = self.progress_callback or (lambda *told: None)
        tell("apply_start", migration, fake)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
            while editor.deferred_sql:
                editor.execute(editor.deferred_sql.pop(0), None)  # whole statements: a % in one is no parameter
            self.record_migration(migration)  # type: ignore[call-arg, arg-type]
        tell("apply_success", migration, fake)
        return state


@contextmanager
def one_at_a_time(connection: Any, say: Say) -> Iterator[None]:
    """Whoever comes second waits, and then finds what the first has done. The lock goes with whoever holds it."""
    if connection.vendor == "postgresql":
        with _locked_there(connection, say):
            yield
    elif connection.is_in_memory_db():
        yield
    else:
        with _locked_beside(str(connection.settings_dict["NAME"]), say):
            yield


@contextmanager
def _locked_there(connection: Any, say: Say) -> Iterator[None]:
    """On the connection that migrates: what a killed run left running on the server still holds it.

    Asked again and again, for a session that waits inside the question would hold up CREATE INDEX CONCURRENTLY.
    """
    _until(lambda: _asked(connection, "SELECT pg_try_advisory_lock(%s)", [KEY])[0], say)
    try:
        yield
    finally:
        with suppress(DatabaseError):
            _asked(connection, "SELECT pg_advisory_unlock(%s)", [KEY])


@contextmanager
def _locked_beside(path: str, say: Say) -> Iterator[None]:
    """A file beside the books: a lock on the books themselves would get in the way of SQLite's own."""
    try:
        file = Path(f"{path}.migrating").open("a")  # noqa: SIM115  closed below
    except OSError:
        yield  # nothing can be written here: SQLite says so better
        return
    with file:
        _until(lambda: _held(file), say)
        yield


def _held(file: Any) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _until(held: Callable[[], bool], say: Say) -> None:
    if held():
        return
    say("Another migrate is under way; waiting for it.")
    while not held():
        time.sleep(PAUSE)


@contextmanager
def short_waits(connection: Any) -> Iterator[None]:
    """A statement that does not get its table shortly gives up, and lets those behind it pass."""
    if connection.vendor != "postgresql":
        yield
        return
    _run(connection, f"SET lock_timeout = '{SHORTLY}'")
    with suppress(DatabaseError):  # older servers, or on other systems: the statement of a killed run goes on there
        _run(connection, "SET client_connection_check_interval = '1s'")
    try:
        yield
    finally:
        with suppress(DatabaseError):
            _run(connection, "SET lock_timeout = DEFAULT")
            _run(connection, "RESET client_connection_check_interval")


def is_in_use(error: OperationalError) -> bool:
    """Whether somebody held what the migration needed: then it was rolled back, and may be tried again."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected)


def count_done(connection: Any) -> int:
    """How many migrations are noted."""
    recorder = MigrationRecorder(connection)
    return recorder.migration_qs.count() if recorder.has_table() else 0


def who_holds(connection: Any) -> str:
    """The oldest transaction, which most often is the one that holds everybody up."""
    found = _asked(connection, OLDEST, []) if connection.vendor == "postgresql" else None
    return f" The oldest transaction is that of process {found[0]} ({found[1]}), for {found[2]}." if found else ""


def _run(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _asked(connection: Any, question: str, words: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, words)
        return cursor.fetchone()
