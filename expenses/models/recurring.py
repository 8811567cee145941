"""What comes again and again in the notebook, and what the owner said of each of its days."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerOwned
from expenses.models.notebook import FIRST_DAY, Category, Expense
from ledger.money import MoneyField


class RecurringQuerySet(models.QuerySet["Recurring"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)

    def running(self) -> Self:
        return self.filter(state=Recurring.State.RUNNING)


class Recurring(CustomerOwned):
    """It makes no entry by itself: its owner enters each one, or skips it.

    One that was declined is a suggestion of ours that its owner did not want; it is kept so that we do not ask again.
    """

    class Every(models.TextChoices):
        WEEK = "week", _("every week")
        FORTNIGHT = "fortnight", _("every two weeks")
        MONTH = "month", _("every month")
        QUARTER = "quarter", _("every three months")
        YEAR = "year", _("every year")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        DECLINED = "declined", _("declined")

    KINDS = (Expense.Kind.SPENDING, Expense.Kind.INCOME)

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in KINDS], default="spending")
    amount = MoneyField()
    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING, db_index=False)
    note = models.CharField(max_length=200, blank=True)
    every = models.CharField(max_length=10, choices=Every.choices, default=Every.MONTH)
    first_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING, editable=False)
    key = models.CharField(max_length=100, editable=False)

    objects: ClassVar[models.Manager["Recurring"]] = models.Manager.from_queryset(RecurringQuerySet)()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "things that recur"
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], name="recurring_is_entered_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="recurring_amount_positive"),
            models.CheckConstraint(condition=Q(first_on__gte=FIRST_DAY), name="recurring_day_not_before_1970"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("first_on")), name="recurring_ends_after_it_began"
            ),
            models.CheckConstraint(condition=Q(kind__in=["spending", "income"]), name="recurring_kind_is_known"),
            models.CheckConstraint(
                condition=Q(every__in=["week", "fortnight", "month", "quarter", "year"]),
                name="recurring_step_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused", "declined"]), name="recurring_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"something private that recurs ({self.pk})"


class Occurrence(CustomerOwned):
    """A day of something recurring that its owner settled: with an entry, or by skipping it.

    Where the entry lies in the trash, or was erased, the day is open again.
    """

    recurring = models.ForeignKey(Recurring, on_delete=models.DO_NOTHING, db_index=False)
    day = models.DateField()
    expense = models.ForeignKey(Expense, on_delete=models.DO_NOTHING, null=True)
    skipped = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "days of what recurs"
        constraints = [
            models.UniqueConstraint(fields=["customer", "recurring", "day"], name="occurrence_is_settled_once"),
            models.UniqueConstraint(fields=["customer", "expense"], name="occurrence_has_an_entry_of_its_own"),
            models.CheckConstraint(
                condition=Q(skipped=False) | Q(expense__isnull=True), name="occurrence_skipped_has_no_entry"
            ),
        ]

    def __str__(self) -> str:
        return f"a private day ({self.pk})"

    @property
    def is_open(self) -> bool:
        return not self.skipped and (self.expense is None or self.expense.trashed_at is not None)
