"""Which texts mean which category: the owner's rules, and the corrections that suggest one."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer, CustomerOwned
from expenses.models.notebook import Category


class RuleQuerySet(models.QuerySet["Rule"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)


class Rule(CustomerOwned):
    """An entry whose note has the text in it is of the category, unless the owner says another. The text is folded."""

    text = models.CharField(max_length=100)
    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING, db_index=False)

    objects: ClassVar[models.Manager["Rule"]] = models.Manager.from_queryset(RuleQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "text"], name="rule_has_one_category"),
            models.CheckConstraint(condition=~Q(text=""), name="rule_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"a private rule ({self.pk})"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)


class Correction(CustomerOwned):
    """The owner gave an entry of this note another category. The last few are kept."""

    note = models.CharField(max_length=200)
    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING, db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Correction"]] = models.Manager.from_queryset(CorrectionQuerySet)()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["customer", "category"], name="correction_of_category")]

    def __str__(self) -> str:
        return f"a private correction ({self.pk})"
