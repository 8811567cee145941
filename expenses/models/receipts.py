"""The picture or PDF behind an entry, in a table of its own so that no list ever loads it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer, CustomerOwned
from expenses.models.notebook import Expense


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)


class Receipt(CustomerOwned):
    """One for an entry; its file's name is not kept, and what a camera wrote into it is taken out before."""

    class Kind(models.TextChoices):
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"
        PDF = "application/pdf", "PDF"

    expense = models.ForeignKey(Expense, on_delete=models.DO_NOTHING, related_name="receipts", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    content = models.BinaryField()
    added_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Receipt"]] = models.Manager.from_queryset(ReceiptQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "expense"], name="entry_has_one_receipt"),
            models.CheckConstraint(
                condition=Q(kind__in=["image/jpeg", "image/png", "application/pdf"]), name="receipt_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"a private receipt ({self.pk})"
