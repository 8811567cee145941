"""The private notebook: what a customer spends, in his own categories. Nobody of the lender's sees a row of it."""

import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerOwned
from ledger.models.expressions import total
from ledger.money import MoneyField
from ledger.months import add_months

FIRST_DAY = datetime.date(1970, 1, 1)
KEPT_IN_TRASH = datetime.timedelta(days=30)
DEFAULT_CATEGORIES = (
    "Food", "Rent", "Transport", "Electricity and water", "Phone and internet", "Health", "School", "Clothes",
    "Family", "Work", "Fun", "Other",
)  # fmt: skip


class CategoryQuerySet(models.QuerySet["Category"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)

    def offered(self) -> Self:
        """Neither archived nor merged into another."""
        return self.filter(archived=False, merged_into__isnull=True)

    def unmerged(self) -> Self:
        return self.filter(merged_into__isnull=True)


class Category(CustomerOwned):
    """A name of the owner's own. Its text form tells nothing of it: the admin prints related objects.

    One that was archived stays on its rows and is offered no more. One that was merged has no rows: its name, typed or
    imported again, leads to where it went.
    """

    name = models.CharField(max_length=60)
    archived = models.BooleanField(default=False, db_default=False)
    # It may lead to a younger row, which a copy of the table in pages has not brought yet: hence no constraint.
    merged_into = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, editable=False, db_index=False, db_constraint=False
    )

    objects: ClassVar[models.Manager["Category"]] = models.Manager.from_queryset(CategoryQuerySet)()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["customer", "name"], name="category_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="category_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"a private category ({self.pk})"


class ExpenseQuerySet(models.QuerySet["Expense"]):
    """Questions about one owner's notebook; what lies in the trash is only in the trash's answer."""

    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)

    def kept(self) -> Self:
        return self.filter(trashed_at__isnull=True)

    def in_trash(self, now: datetime.datetime) -> Self:
        return self.filter(trashed_at__gte=now - KEPT_IN_TRASH)

    def counted(self) -> Self:
        """What the sums are made of: other currencies have sums of their own, and none is added to another."""
        return self.kept().filter(currency="")

    def in_month(self, month: datetime.date) -> Self:
        return self.filter(day__gte=month, day__lt=add_months(month, 1))

    def by_kind(self) -> dict[str, Decimal]:
        """The sum of each kind there is."""
        return dict(self.order_by().values_list("kind").annotate(sum=total("amount")))


class Expense(CustomerOwned):
    """One entry of the notebook: an amount above zero, and what kind of movement it was."""

    class Kind(models.TextChoices):
        SPENDING = "spending", _("spending")
        REFUND = "refund", _("refund")
        INCOME = "income", _("income")
        TRANSFER = "transfer", _("transfer between my own accounts, or borrowed")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.SPENDING)
    day = models.DateField()
    amount = MoneyField()
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")  # empty: the lender's own
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False)
    note = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["Expense"]] = models.Manager.from_queryset(ExpenseQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="expense_is_entered_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="expense_amount_positive"),
            models.CheckConstraint(condition=Q(day__gte=FIRST_DAY), name="expense_day_not_before_1970"),
            models.CheckConstraint(
                condition=Q(kind__in=["spending", "refund", "income", "transfer"]), name="expense_kind_is_known"
            ),
        ]
        indexes = [models.Index(fields=["customer", "day"], name="expense_customer_day")]

    def __str__(self) -> str:
        return f"a private entry ({self.pk})"
