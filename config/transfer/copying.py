"""Copy table by table, a page in a transaction: a copy that was killed goes on behind the last page."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connections, models, transaction

from config.databases import database_of
from config.transfer.tables import Row, Table, columns, counted, rows, tables

SOURCE, TARGET = "default", "moved_to"
MARK = "duebook_move"  # a table of the target's while the move is under way
LAST_NUMBER = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)"
Say = Callable[[str], None]


class CannotMove(Exception):
    """Why not, and what to do."""


@contextmanager
def target(url: str) -> Iterator[None]:
    """The other database is known to Django while this lasts."""
    defaults = connections.configure_settings({SOURCE: {}, TARGET: database_of(url)})
    connections.settings[TARGET] = defaults[TARGET]
    try:
        yield
    finally:
        connections[TARGET].close()
        del connections[TARGET]
        del connections.settings[TARGET]


@contextmanager
def standing_still() -> Iterator[None]:
    """Nobody writes to the source while this lasts; reading goes on."""
    held = connections[SOURCE].copy()
    names = ", ".join(held.ops.quote_name(table._meta.db_table) for table in tables())
    try:
        with held.cursor() as cursor:
            if held.vendor == "postgresql":
                held.set_autocommit(False)
                cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
            else:
                cursor.execute("BEGIN IMMEDIATE")
            yield
            cursor.execute("ROLLBACK")
    finally:
        held.close()


def begin() -> None:
    """Mark the target as ours. Raises CannotMove where something else is in it."""
    there = connections[TARGET].introspection.table_names()
    if there and MARK not in there:
        raise CannotMove("There is something in the other database already. Name an empty one.")
    with connections[TARGET].cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {MARK} (fingerprint VARCHAR(64) NOT NULL)")


def is_marked(fingerprint: str) -> bool:
    """Whether the target holds a part of these very books."""
    with connections[TARGET].cursor() as cursor:
        cursor.execute(f"SELECT fingerprint FROM {MARK}")  # noqa: S608
        return bool(cursor.fetchall() == [(fingerprint,)])


def clear(fingerprint: str) -> None:
    """Take out what migrations put there, or an older copy, and note whose books come now."""
    with transaction.atomic(using=TARGET), connections[TARGET].cursor() as cursor:
        for table in reversed(tables()):
            cursor.execute(f"DELETE FROM {connections[TARGET].ops.quote_name(table._meta.db_table)}")  # noqa: S608
        cursor.execute(f"DELETE FROM {MARK}")  # noqa: S608
        cursor.execute(f"INSERT INTO {MARK} VALUES (%s)", [fingerprint])  # noqa: S608


def take_mark_off() -> None:
    with connections[TARGET].cursor() as cursor:
        cursor.execute(f"DROP TABLE {MARK}")


def copy_all(say: Say) -> None:
    for table in tables():
        count = copy(table)
        if count:
            say(f"{table._meta.db_table}: {count} rows copied")
    _move_sequences()


def copy(table: Table) -> int:
    """The rows that are not there yet."""
    there = table._base_manager.using(TARGET)
    if counted(table):
        pages = rows(table, SOURCE, there.aggregate(last=models.Max("pk"))["last"])
        return sum(_insert_page(table, page) for page in pages)
    with transaction.atomic(using=TARGET):  # keys that databases sort differently: all anew
        there.all()._raw_delete(TARGET)
        return sum(_insert(table, page) for page in rows(table, SOURCE))


def _insert_page(table: Table, page: Sequence[Row]) -> int:
    with transaction.atomic(using=TARGET):
        return _insert(table, page)


def _insert(table: Table, page: Sequence[Row]) -> int:
    """As they are: no default, no clock and no signal has a say."""
    names = columns(table)
    made = [table(**dict(zip(names, map(_whole, row), strict=True))) for row in page]
    fields = table._meta.local_concrete_fields
    at_once = max(connections[TARGET].ops.bulk_batch_size(fields, made), 1)
    query: Any = table._base_manager.using(TARGET)
    for start in range(0, len(made), at_once):
        query._insert(made[start : start + at_once], fields=fields, using=TARGET, raw=True)
    return len(made)


def _whole(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _move_sequences() -> None:
    """The next number is that of the source: one that was given and taken away again is not given twice."""
    with transaction.atomic(using=TARGET), connections[TARGET].cursor() as cursor:
        if connections[TARGET].vendor == "postgresql":
            for line in connections[TARGET].ops.sequence_reset_sql(no_style(), tables()):
                cursor.execute(line)
        for table, last in _last_numbers():
            if connections[TARGET].vendor == "postgresql":
                question = "SELECT setval(pg_get_serial_sequence(%s, %s), %s)"
                cursor.execute(question, [table._meta.db_table, table._meta.pk.column, last])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table._meta.db_table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table._meta.db_table, last])


def _last_numbers() -> Iterator[tuple[Table, int]]:
    """The last number that the source gave in each table that counts by itself."""
    with connections[SOURCE].cursor() as cursor:
        for table in tables():
            if not isinstance(table._meta.pk, models.AutoField | models.BigAutoField):
                continue
            name, column = table._meta.db_table, table._meta.pk.column
            if connections[SOURCE].vendor == "postgresql":
                cursor.execute(
                    "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)", [name, column]
                )
            else:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [name])
            row = cursor.fetchone()
            if row and row[0]:
                yield table, int(row[0])
