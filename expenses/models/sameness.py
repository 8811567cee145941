"""What the owner answered when asked whether an entry is money that moved in the lender's books as well."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from accounts.models import Customer, CustomerOwned
from expenses.models.notebook import Expense


class SamePaymentQuerySet(models.QuerySet["SamePayment"]):
    def of(self, owner: Customer) -> Self:
        return self.filter(customer=owner)


class SamePayment(CustomerOwned):
    """payment is its number in the ledger, which never deletes one, or the number of a loan that was paid out; the
    notebook holds no more of it."""

    expense = models.ForeignKey(Expense, on_delete=models.DO_NOTHING)
    payment = models.BigIntegerField()
    same = models.BooleanField()
    is_loan = models.BooleanField(default=False)

    objects: ClassVar[models.Manager["SamePayment"]] = models.Manager.from_queryset(SamePaymentQuerySet)()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "answers about payments"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "expense", "payment", "is_loan"], name="sameness_is_answered_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "expense"], condition=Q(same=True), name="entry_is_one_payment_at_most"
            ),
            models.UniqueConstraint(
                fields=["customer", "payment", "is_loan"], condition=Q(same=True), name="payment_is_one_entry_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"a private answer ({self.pk})"
