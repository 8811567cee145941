"""The portfolio as it stood at the end of a past day, from the books themselves. A report: it reads all of them."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Lender
from ledger.ageing import Portfolio, portfolio
from ledger.money import from_minor

# Both sides in one pass, each due's amount above what had filled it: a join would be at the mercy of the planner.
OPEN_THEN = """
    SELECT customer_id, MAX(due_on), SUM(part)
    FROM (SELECT customer_id, id AS due, due_on, amount AS part
          FROM ledger_due WHERE withdrawn_at IS NULL AND (month <= %s OR recorded_at < %s)
          UNION ALL
          SELECT a.customer_id, a.due_id, NULL, -a.amount
          FROM ledger_allocation a
          JOIN ledger_payment p ON p.id = a.payment_id AND p.customer_id = a.customer_id
          WHERE a.due_id IS NOT NULL AND p.received_on <= %s) sides
    GROUP BY customer_id, due HAVING MAX(due_on) IS NOT NULL AND SUM(part) > 0
    ORDER BY customer_id"""


def portfolio_on(day: datetime.date, lender: Lender) -> Portfolio:
    """Dues count from the first day of their month or from when they were recorded, money from when it was received."""
    return portfolio(_by_customer(day, lender), day)


def _by_customer(day: datetime.date, lender: Lender) -> Iterator[list[tuple[datetime.date, Decimal]]]:
    night = datetime.datetime.combine(day + datetime.timedelta(1), datetime.time(), ZoneInfo(lender.time_zone))
    with connection.cursor() as cursor:
        cursor.execute(OPEN_THEN, [_stored(day), _instant(night), _stored(day)])
        for _, rows in groupby(iter(cursor.fetchone, None), key=lambda row: row[0]):
            yield [(_day(due_on), from_minor(part)) for _, due_on, part in rows]


def _stored(day: datetime.date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _instant(moment: datetime.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _day(value: datetime.date | str) -> datetime.date:
    """SQLite keeps dates as text."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
