"""The books in few figures: where each customer stands, and what moved on which day."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import CustomerOwned
from ledger.models.expressions import total
from ledger.money import MoneyField


class Standing(CustomerOwned):
    """What a customer owes in all, and since when: the day of the oldest open due. Who owes nothing has none."""

    outstanding = MoneyField()
    oldest_due_on = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer"], name="standing_is_one_a_customer"),
            models.CheckConstraint(condition=Q(outstanding__gt=0), name="standing_owes_something"),
        ]
        indexes = [models.Index(fields=["oldest_due_on", "customer"], name="standing_by_oldest_due")]

    def __str__(self) -> str:
        return f"standing of customer {self.customer_id}"


class TallyQuerySet(models.QuerySet["Tally"]):
    def of(self, figure: str) -> Self:
        return self.filter(figure=figure)

    def by_day(self) -> models.QuerySet["Tally", dict[str, object]]:
        """One dict a figure and day: figure, day, sum."""
        return self.values("figure", "day").annotate(sum=total("amount")).order_by("figure", "day")


class Tally(models.Model):
    """A step of one figure on one day. Acts only ever add rows, so that they never wait for each other here;
    ledger.figures.fold makes one row of many."""

    class Figure(models.TextChoices):
        OPEN = "open", "open balance, by due day"
        AT_RISK = "at_risk", "whole balance of customers, by the day of their oldest open due"
        RAISED = "raised", "dues raised, by due day"
        RECEIVED = "received", "money received less money given back, by day"
        HELD = "held", "credit that waits, by the day it was received"

    figure = models.CharField(max_length=10, choices=Figure.choices)
    day = models.DateField()
    amount = MoneyField()

    objects: ClassVar[TallyQuerySet] = TallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        verbose_name_plural = "tallies"
        constraints = [
            models.CheckConstraint(
                condition=Q(figure__in=["open", "at_risk", "raised", "received", "held"]), name="tally_figure_is_known"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="tally_moves_its_figure"),
        ]
        indexes = [models.Index(fields=["figure", "day"], name="tally_by_day")]

    def __str__(self) -> str:
        return f"{self.figure} of {self.day}"
