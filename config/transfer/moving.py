"""The whole move: the source stands still, the target is filled, and both are compared before it is said to be done."""

import hashlib
import json
from collections.abc import Iterator

from django.db import connections
from django.db.models import Sum

from config.backups.elsewhere import manage_on
from config.backups.taking import books_of_settings
from config.transfer.copying import (
    SOURCE,
    TARGET,
    CannotMove,
    Say,
    begin,
    clear,
    copy_all,
    is_marked,
    standing_still,
    take_mark_off,
    target,
)
from config.transfer.tables import sum_of, tables, unknown_tables
from ledger.models import Allocation, Due, Payment

PER_CUSTOMER = ((Due, ("amount", "paid", "forgiven")), (Payment, ("amount", "applied")), (Allocation, ("amount",)))


def move_database(url: str, say: Say) -> None:
    """Raises CannotMove or BadBackup. What was copied until then stays, and the next run goes on from there."""
    books = books_of_settings()
    if strange := unknown_tables(SOURCE):
        raise CannotMove(f"There are tables that are not Duebook's: {', '.join(strange)}. Their rows would be lost.")
    with target(url), standing_still():
        fingerprint = hashlib.sha256(json.dumps(books.facts(), sort_keys=True).encode()).hexdigest()
        begin()
        if is_marked(fingerprint):
            say("Going on where an earlier move was left.")
        else:
            manage_on(url, "migrate", "--noinput", "--verbosity", "0")
            clear(fingerprint)
        copy_all(say)
        if found := list(differences()):
            raise CannotMove("The two differ: " + "; ".join(found[:5]))
        manage_on(url, "check_books")
        take_mark_off()  # the last step: until then another run goes on


def differences() -> Iterator[str]:
    """Each table whose rows are not the same on both sides, and each customer whose totals are not."""
    for table in tables():
        here, there = sum_of(table, SOURCE), sum_of(table, TARGET)
        if here != there:
            yield f"{table._meta.db_table} has {here[0]} rows here and {there[0]} there, or others"
    for noun, fields in PER_CUSTOMER:
        sides = [_totals(noun, fields, alias) for alias in (SOURCE, TARGET)]
        for here, there in zip(*sides, strict=False):
            if here != there:
                yield f"customer {here[0]}: the sums of {noun._meta.verbose_name_plural} differ"
    if _migrations(SOURCE) != _migrations(TARGET):
        yield "the migrations differ"


def _totals(noun: type, fields: tuple[str, ...], alias: str) -> Iterator[tuple[object, ...]]:
    rows = noun._base_manager.using(alias).order_by("customer_id").values_list("customer_id")  # type: ignore[attr-defined]
    return iter(rows.annotate(**{f"sum_{name}": Sum(name) for name in fields}).iterator())


def _migrations(alias: str) -> list[tuple[str, str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return sorted(cursor.fetchall())
