"""A guard on executed SQL: whatever reads or changes a customer's rows says whose they are."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from accounts.models import CustomerOwned

# customer_id = ..., customer_id IN (...), with the table or alias before it and what it is compared to behind it.
CONDITION = re.compile(
    r"(?:(?P<left>\w+)\.)?customer_id\s*(?:=|\bIN\b)\s*(?:ANY\s*)?\(?\s*(?:(?P<right>\w+)\.customer_id\b)?",
    re.IGNORECASE,
)
ASKED = re.compile(r"\b(?:WHERE|ON)\b.*", re.IGNORECASE | re.DOTALL)
# What an INSERT itself names is the row's own table; what it selects from stands between the two.
INSERTED = re.compile(
    r"^\s*INSERT\s+(?:OR\s+IGNORE\s+)?INTO\s+\w+\s*\([^)]*\)|\bRETURNING\b.*$", re.IGNORECASE | re.DOTALL
)


class Unrouted(AssertionError):
    """A statement went to every customer's rows."""


def owned_tables(model: type[Any] = CustomerOwned) -> set[str]:
    """The tables of every model below CustomerOwned."""
    found: set[str] = set()
    for child in model.__subclasses__():
        found |= owned_tables(child) | (set() if child._meta.abstract else {child._meta.db_table})
    return found


def is_routed(sql: str) -> bool:
    """Whether one statement may run.

    It may if it touches no owned table, only inserts values, or has a condition on customer_id against anything
    but another owned row. It sees the statement, not each table in it, and does not follow OR.
    """
    sql = INSERTED.sub("", sql.replace('"', ""))
    tables = owned_tables()
    if not any(re.search(rf"\b{table}\b", sql) for table in tables):
        return True
    asked = ASKED.search(sql)
    return asked is not None and any(
        (condition["right"] or "") not in tables for condition in CONDITION.finditer(asked.group())
    )


@contextmanager
def assert_routed() -> Iterator[list[str]]:
    """Raise Unrouted at the first statement that may not run; yields those that touched owned tables."""
    seen: list[str] = []
    tables = owned_tables()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not is_routed(sql):
            raise Unrouted(f"no condition on customer_id: {sql}")
        if any(table in sql for table in tables):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen
