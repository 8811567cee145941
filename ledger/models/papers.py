"""Statements of many customers at once: what was ordered, and each customer's, until they are deleted."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Customer, CustomerOwned, Job
from ledger.models.books import Due, Payment
from ledger.models.figures import Standing


class StatementOrder(models.Model):
    """One order: the days, and whose statements. from_number and to_number are the customers' own numbers."""

    first = models.DateField(pgettext_lazy("a day", "from"))
    last = models.DateField(pgettext_lazy("a day", "to"))
    from_number = models.BigIntegerField(_("from customer number"), null=True, blank=True)
    to_number = models.BigIntegerField(_("to customer number"), null=True, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, editable=False, related_name="+")
    asked_by = models.CharField(max_length=150, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ("add", "view")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="statement_order_goes_forward"),
            models.UniqueConstraint(fields=["job"], name="statement_order_has_a_job_of_its_own"),
        ]

    def __str__(self) -> str:
        return f"statements {self.pk}"

    def customers(self) -> models.QuerySet[Customer]:
        """Whoever has anything in these days or owes now, by number."""
        days, mine = (self.first, self.last), {"customer": OuterRef("pk")}
        something = (
            Exists(Due.objects.filter(**mine, due_on__range=days))
            | Exists(Payment.objects.filter(**mine, received_on__range=days))
            | Exists(Standing.objects.filter(**mine))
        )
        bounds = Q() if self.from_number is None else Q(pk__gte=self.from_number)
        bounds &= Q() if self.to_number is None else Q(pk__lte=self.to_number)
        return Customer.objects.filter(bounds).filter(something).order_by("pk")


class OrderedStatementQuerySet(models.QuerySet["OrderedStatement"]):
    def of_order(self, order: StatementOrder) -> Self:
        return self.filter(order=order).order_by("customer_id")

    def after(self, number: int) -> Self:
        return self.filter(customer_id__gt=number)

    def drawn(self) -> Self:
        return self.exclude(pdf__in=(OrderedStatement.TOO_MUCH, OrderedStatement.UNDRAWN))


class OrderedStatement(CustomerOwned):
    """One customer's statement of an order, or why there is none: the days hold more than a paper should, or it cannot
    be drawn. In the database, because the worker may be on another machine, and nobody can ask a web server for it."""

    TOO_MUCH, UNDRAWN = b"", b"!"

    order = models.ForeignKey(StatementOrder, on_delete=models.CASCADE)
    pdf = models.BinaryField()

    objects: ClassVar[OrderedStatementQuerySet] = OrderedStatementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()  # seen with its order
        constraints = [
            models.UniqueConstraint(fields=["customer", "order"], name="ordered_statement_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"statement of customer {self.customer_id}"
