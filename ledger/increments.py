"""Raise many counters, each by its own amount, in one statement."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection, models

from ledger.money import to_minor

Key = tuple[int, int]  # (customer, id of the row)

_GIVEN = {
    "sqlite": (
        "(SELECT json_extract(value, '$[0]') AS customer_id, json_extract(value, '$[1]') AS id,"
        " json_extract(value, '$[2]') AS more FROM json_each(%s))"
    ),
    "postgresql": "unnest(%s::bigint[], %s::bigint[], %s::bigint[])",
}


def increment(model: type[models.Model], column: str, by: Mapping[Key, Decimal]) -> None:
    """Add to `column` of each (customer, row) its amount; the table's CHECKs refuse an overshoot."""
    rows = [(customer, row, to_minor(more)) for (customer, row), more in by.items() if more]
    if not rows:
        return
    table = model._meta.db_table
    sql = (
        f"UPDATE {table} SET {column} = {table}.{column} + given.more"  # noqa: S608  the names are our own
        f" FROM {_GIVEN[connection.vendor]} AS given{_names()}"
        f" WHERE {table}.customer_id = given.customer_id AND {table}.id = given.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, _parameters(rows))
        if cursor.rowcount != len(rows):
            raise RuntimeError(f"{len(rows)} rows of {table} should have moved, {cursor.rowcount} did")


def _names() -> str:
    return "" if connection.vendor == "sqlite" else "(customer_id, id, more)"


def _parameters(rows: list[tuple[int, int, int]]) -> list[Any]:
    if connection.vendor == "sqlite":
        return [json.dumps(rows)]
    return [list(column) for column in zip(*rows, strict=True)]
