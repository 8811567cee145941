"""Which entries are the parts of one receipt."""

from typing import ClassVar, Self

from django.db import models

from accounts.models import Customer, CustomerOwned
from expenses.models.notebook import Expense


class PartQuerySet(models.QuerySet["Part"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)


class Part(CustomerOwned):
    """The entry came out of splitting the whole, which is itself the first part. Each entry is part of one whole."""

    expense = models.ForeignKey(Expense, on_delete=models.DO_NOTHING, related_name="part_in", db_index=False)
    whole = models.ForeignKey(Expense, on_delete=models.DO_NOTHING, related_name="parts", db_index=False)

    objects: ClassVar[models.Manager["Part"]] = models.Manager.from_queryset(PartQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["customer", "expense"], name="entry_is_part_of_one_whole")]
        indexes = [models.Index(fields=["customer", "whole"], name="part_of_whole")]

    def __str__(self) -> str:
        return f"a private part ({self.pk})"
