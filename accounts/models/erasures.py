"""Erasures: whose personal data is to go or is gone, and the entries of the audit trail that lost theirs."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.audit import HASH
from accounts.models.people import Customer, CustomerOwned


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def done(self) -> Self:
        return self.filter(state="done")


class Erasure(CustomerOwned):
    """A wish that everything personal of one customer goes, and what became of it. Who is erased stays so."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ErasureQuerySet] = ErasureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()  # seen in the customer's book
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="waiting"), name="erasure_waits_once_a_customer"
            ),
            models.UniqueConstraint(fields=["customer"], condition=Q(state="done"), name="erasure_is_done_once"),
            models.CheckConstraint(condition=~Q(asked_by=""), name="erasure_has_an_asker"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at__isnull=True)
                | Q(state__in=["done", "refused", "withdrawn"], decided_at__isnull=False) & ~Q(decided_by=""),
                name="erasure_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk} of customer {self.customer_id}"


class ErasedEntry(CustomerOwned):
    """An entry of the customer's chain whose facts are gone. `hash` is over all that is left of it."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=HASH)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "erased entries"
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="erased_entry_is_named_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="erased_entry_is_an_entry"),
            models.CheckConstraint(condition=Exact(Length("hash"), HASH), name="erased_entry_hash_is_whole"),
        ]

    def __str__(self) -> str:
        return f"entry {self.number} of customer {self.customer_id}, erased"
