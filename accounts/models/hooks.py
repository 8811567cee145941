"""Webhooks: which addresses of the lender's programs are told of which events, and each telling."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.outgoing import Outgoing
from accounts.models.people import CustomerOwned


class Event(models.TextChoices):
    """What a program can be told of; the label is for whoever chooses."""

    PAYMENT_RECORDED = "payment.recorded", _("a payment was recorded, by hand, by a program or from a file")
    PAYMENT_REVERSED = "payment.reversed", _("a payment was reversed")
    DUE_OVERDUE = "due.overdue", _("the day of a due has passed and it is not paid")
    DECISION_MADE = "decision.made", _("a request for credit was decided")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def on(self) -> Self:
        return self.filter(is_on=True)


class Endpoint(models.Model):
    """An address that is told. Its secrets are sealed (accounts.sealing): they sign, so they must be read again.

    For a day the secret of before signs too, so that a receiver has time to learn the new one. Of dues, those are told
    that come to overdue_from or later: an address that is new, or was off, does not hear of all that is long overdue.
    """

    url = models.CharField("address", max_length=500)
    events = models.JSONField(default=list)
    is_on = models.BooleanField("on", default=True)
    sealed = models.TextField()
    sealed_before = models.TextField(blank=True)
    before_until = models.DateTimeField(null=True, blank=True)
    overdue_from = models.DateField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[EndpointQuerySet] = EndpointQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view", "change")
        ordering = ("-is_on", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(url=""), name="endpoint_has_an_address"),
            models.CheckConstraint(condition=~Q(sealed=""), name="endpoint_has_a_secret"),
            models.CheckConstraint(
                condition=Q(sealed_before="", before_until__isnull=True)
                | ~Q(sealed_before="") & Q(before_until__isnull=False),
                name="endpoint_secret_of_before_has_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"endpoint {self.pk}"


class Delivery(CustomerOwned, Outgoing):
    """One event told to one address. facts are what is told, as it was when it happened: numbers, amounts and days,
    never a name or a free text."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, db_index=False)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the last answer.")

    class Meta(Outgoing.Meta):
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(
                fields=["customer", "endpoint", "kind", "about"], name="delivery_tells_of_an_event_once"
            ),
        ]
        indexes = [
            *Outgoing.Meta.indexes,
            models.Index(fields=["endpoint", "-id"], name="delivery_history"),
        ]

    @property
    def told(self) -> dict[str, Any]:
        """What its address is told, the same at every try."""
        return {
            "type": self.kind,
            "timestamp": self.made_at.isoformat(),
            "data": {"customer": self.customer_id, **self.facts},
        }
