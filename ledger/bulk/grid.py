"""The twelve months of a year as a file: a line a customer, kind and reference, as the import of dues reads it."""

import datetime
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from accounts.sheets import as_csv
from ledger.bulk.dues import MONTH_COLUMNS, day_in
from ledger.bulk.exporting import PIECE
from ledger.models import Due

PLAIN = ["customer", "year", *MONTH_COLUMNS, "total_amt"]
MORE = ["kind", "reference", "due_day"]


def grid(year: int) -> Iterator[str]:
    """The columns that tell kind, reference and day are there when a due of the year needs them."""
    dues = Due.objects.in_year(year)
    last_days = [day_in(datetime.date(year, number, 1), None) for number in range(1, 13)]
    plain = not dues.exclude(kind=Due.Kind.PRINCIPAL, reference="", due_on__in=last_days).exists()
    rows = _rows(dues.order_by("customer_id", "kind", "reference", "month").iterator(PIECE), year)
    return as_csv(PLAIN if plain else PLAIN + MORE, (row[: len(PLAIN)] for row in rows) if plain else rows)


def _rows(dues: Iterator[Due], year: int) -> Iterator[list[Any]]:
    for (customer, kind, reference), group in groupby(dues, lambda due: (due.customer_id, due.kind, due.reference)):
        lines: dict[Any, dict[int, Due]] = {}
        for due in group:
            lines.setdefault(_due_day(due), {})[due.month.month] = due
        for due_day, months in lines.items():
            amounts = [months[number].amount if number in months else 0 for number in range(1, 13)]
            yield [customer, year, *amounts, sum(amounts), kind, reference, due_day]


def _due_day(due: Due) -> int | None:
    """None on the month's last day, whatever its number."""
    return None if due.due_on == day_in(due.month, None) else (due.due_on - due.month).days + 1
