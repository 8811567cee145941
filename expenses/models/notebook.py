"""The private notebook: what a customer spends, in his own categories. Nobody of the lender's sees a row of it."""

import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer, CustomerOwned
from ledger.money import MoneyField

FIRST_DAY = datetime.date(1970, 1, 1)
KEPT_IN_TRASH = datetime.timedelta(days=30)
DEFAULT_CATEGORIES = (
    "Food", "Rent", "Transport", "Electricity and water", "Phone and internet", "Health", "School", "Clothes",
    "Family", "Work", "Fun", "Other",
)  # fmt: skip


class CategoryQuerySet(models.QuerySet["Category"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)


class Category(CustomerOwned):
    """A name of the owner's own. Its text form tells nothing of it: the admin prints related objects."""

    name = models.CharField(max_length=60)

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
        following = (month + datetime.timedelta(days=32)).replace(day=1)
        return self.filter(day__gte=month, day__lt=following)


class Expense(CustomerOwned):
    """One entry of the notebook: an amount above zero, and what kind of movement it was."""

    class Kind(models.TextChoices):
        SPENDING = "spending", "spending"
        REFUND = "refund", "refund"
        INCOME = "income", "income"
        TRANSFER = "transfer", "transfer between my own accounts"

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
