"""What our constraints and sums say in SQL."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Sum, Value
from django.db.models.functions import Coalesce

from ledger.money import MoneyField


class DayOfMonth(models.Func):
    """The day's number of a date, in SQL that every client of either database knows.

    Django's own month__day calls a function that on SQLite exists in Django's connections only, so a CHECK
    made of it would lock every other program out of the table.
    """

    output_field = models.IntegerField()
    template = "EXTRACT(DAY FROM %(expressions)s)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(substr(%(expressions)s, 9, 2) AS INTEGER)", **extra)


NOTHING = Value(Decimal(0), MoneyField())


def total(expression: Any, **kwargs: Any) -> Coalesce:
    """A sum of money that is 0, not null, over no rows."""
    return Coalesce(Sum(expression, output_field=MoneyField(), **kwargs), NOTHING)
