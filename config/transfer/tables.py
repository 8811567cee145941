"""The tables there are, in an order in which every row finds those it points to, and their rows in pages."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.utils import timezone

PAGE = 2_000  # rows
Table = type[models.Model]
Row = tuple[Any, ...]

# No model of ours, and nothing to take along: how often somebody mistyped a password in the last minutes.
LEFT_BEHIND = ("cache", "django_migrations")


def tables() -> list[Table]:
    """Every table that a model stands for, before those that point to it."""
    everything = [
        one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy
    ]
    graph = {one: {other for other in _pointed_to(one) if other is not one} for one in everything}
    return [one for one in TopologicalSorter(graph).static_order() if one in graph]


def _pointed_to(table: Table) -> Iterator[Table]:
    for field in table._meta.local_concrete_fields:
        if field.remote_field and isinstance(field.related_model, type):
            yield field.related_model._meta.concrete_model or field.related_model


def unknown_tables(alias: str) -> list[str]:
    """Tables that no model stands for: their rows would be lost."""
    known = {one._meta.db_table for one in tables()} | {*LEFT_BEHIND}
    return sorted(set(connections[alias].introspection.table_names()) - known)


def columns(table: Table) -> list[str]:
    return [field.attname for field in table._meta.local_concrete_fields]


def rows(table: Table, alias: str, after: Any = None) -> Iterator[list[Row]]:
    """Pages of rows behind a key, by key; never more than one page in memory."""
    names = columns(table)
    place = names.index(table._meta.pk.attname)
    while True:
        page = table._base_manager.using(alias).order_by("pk")
        page = page if after is None else page.filter(pk__gt=after)
        found = list(page.values_list(*names)[:PAGE])
        if not found:
            return
        after = found[-1][place]
        yield found


def counted(table: Table) -> bool:
    """Whether its keys are numbers that grow: then what is copied so far tells where to go on."""
    return isinstance(table._meta.pk, models.IntegerField)


def sum_of(table: Table, alias: str) -> tuple[int, str]:
    """How many rows, and a sum over them that is the same on every database: in an order that all agree on."""
    number, found = 0, hashlib.sha256()
    if counted(table):
        for page in rows(table, alias):
            number += len(page)
            for row in page:
                found.update(line_of(row))
    else:
        lines = sorted(line_of(row) for row in table._base_manager.using(alias).values_list(*columns(table)).iterator())
        number = len(lines)
        found.update(b"".join(lines))
    return number, found.hexdigest()


def line_of(row: Sequence[Any]) -> bytes:
    return json.dumps([_plain(value) for value in row], sort_keys=True, default=str).encode() + b"\n"


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return (value.astimezone(timezone.get_default_timezone()) if value.tzinfo else value).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case memoryview() | bytes():
            return hashlib.sha256(value).hexdigest()
    return value
