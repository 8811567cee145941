"""What the owner wants to spend at most, by category and month."""

import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact

from accounts.models import Customer, CustomerOwned
from expenses.models.notebook import Category
from ledger.models.expressions import DayOfMonth
from ledger.money import MoneyField


class LimitQuerySet(models.QuerySet["Limit"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)

    def standing_in(self, month: datetime.date) -> list["Limit"]:
        """The last word said on each category up to that month; no limit where that word is none."""
        said: dict[int, Limit] = {}
        for limit in self.filter(month__lte=month).select_related("category").order_by("month"):
            said[limit.category_id] = limit
        return [limit for limit in said.values() if limit.amount is not None]


class Limit(CustomerOwned):
    """From its month on, until a later one says otherwise; without an amount, none from then on."""

    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING, db_index=False)
    month = models.DateField()
    amount = MoneyField(null=True)

    objects: ClassVar[models.Manager["Limit"]] = models.Manager.from_queryset(LimitQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "category", "month"], name="limit_is_set_once_a_month"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="limit_amount_positive"),
            models.CheckConstraint(condition=Exact(DayOfMonth("month"), 1), name="limit_month_is_a_first_day"),
        ]

    def __str__(self) -> str:
        return f"a private limit ({self.pk})"
