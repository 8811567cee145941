"""What the notebook's sums are made of, added up in the database: by category, by month, by day of the month."""

import datetime
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import TruncMonth

from accounts.models import Customer
from expenses.left import Sums
from expenses.models import Expense, ExpenseQuerySet
from ledger.models.expressions import total
from ledger.money import ZERO
from ledger.months import add_months


def by_category(rows: ExpenseQuerySet) -> list[tuple[str, str, Decimal]]:
    """(category, kind, sum) of the entries."""
    sums = rows.order_by().values_list("category__name", "kind").annotate(sum=total("amount"))
    return [(name, kind, amount) for name, kind, amount in sums]


def elsewhere(rows: ExpenseQuerySet) -> list[tuple[str, str, Decimal]]:
    """(currency, kind, sum) of the entries that counted() leaves out."""
    return list(
        rows.kept().exclude(currency="").order_by().values_list("currency", "kind").annotate(sum=total("amount"))
    )


def by_month(
    owner: Customer, first: datetime.date, last: datetime.date, until: int = 31
) -> dict[datetime.date, Sums | None]:
    """Of each month from first to last the sums of its days up to until; none for a month without an entry."""
    rows = Expense.objects.of(owner).counted().filter(day__gte=first, day__lt=add_months(last, 1))
    found: dict[datetime.date, dict[str, Decimal]] = {}
    grouped = rows.order_by().annotate(month=TruncMonth("day")).values_list("month", "kind")
    days = Q(day__day__lte=until) if until < 31 else None
    for month, kind, amount in grouped.annotate(sum=total("amount", filter=days)):
        found.setdefault(month, {})[kind] = amount
    months = {}
    while first <= last:
        months[first] = _sums(found[first]) if first in found else None
        first = add_months(first, 1)
    return months


def _sums(kinds: dict[str, Decimal]) -> Sums:
    return Sums(kinds.get("income", ZERO), kinds.get("spending", ZERO) - kinds.get("refund", ZERO))
