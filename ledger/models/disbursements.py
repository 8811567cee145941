"""Money given out: one loan is one disbursement and the dues that pay it back."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer, CustomerOwned
from ledger.money import MoneyField


class DisbursementQuerySet(models.QuerySet["Disbursement"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def standing(self) -> Self:
        """Loans that were given and not taken back."""
        return self.filter(reversed=False, reverses__isnull=True)


class Disbursement(CustomerOwned):
    """Money given out (amount > 0), which dues of the same reference bring back. Append-only: a loan given by mistake
    is taken back by its mirror (amount < 0) while nothing of it is paid."""

    amount = MoneyField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=100)
    channel = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.CharField(max_length=150, blank=True, editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="reversals",
    )
    reversed = models.BooleanField(default=False, editable=False)

    objects: ClassVar[DisbursementQuerySet] = DisbursementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view",)
        ordering = ("-paid_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "reference"],
                condition=Q(reversed=False, reverses__isnull=True),
                name="disbursement_reference_is_used_once",
            ),
            models.UniqueConstraint(fields=["customer", "reverses"], name="disbursement_is_taken_back_once"),
            models.CheckConstraint(condition=~Q(reference=""), name="disbursement_has_a_reference"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses__isnull=True)
                | Q(amount__lt=0, reverses__isnull=False, reversed=False),
                name="disbursement_sign_fits",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-paid_on", "-id"], name="disbursement_history")]

    def __str__(self) -> str:
        return f"disbursement {self.pk} of customer {self.customer_id}"
