"""What waits to be sent: one row for each event and receiver, written with the event and tried until it is taken."""

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.people import Customer
from accounts.models.said import SaidText

WORDS = {
    "receipt": pgettext_lazy("a mail", "receipt"),
    "refused_notice": pgettext_lazy("a mail", "refused notice"),
    "reminder": pgettext_lazy("a mail", "reminder"),
    "decision": pgettext_lazy("a mail", "decision"),
    "invite": pgettext_lazy("a mail", "invite"),
    "reset": pgettext_lazy("a mail", "new password"),
    "summary": pgettext_lazy("a mail", "summary"),
}


class OutgoingQuerySet(models.QuerySet[Any]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def due(self, now: datetime.datetime) -> Self:
        """What is to be tried by now, the longest waiting first."""
        return self.filter(state=Outgoing.State.WAITING, next_at__lte=now).order_by("next_at", "id")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Outgoing(models.Model):
    """One mail, or one event for one program. accounts.sending alone changes its state.

    kind and about name the event, so that none is told twice. next_at is when it may be tried; whoever tries it moves
    that ahead, so a sender that is killed leaves it to the next. holder names the one that tries.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("not sent")
        DEAD = "dead", _("given up")

    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = SaidText(max_length=300, blank=True, help_text="Why it was not sent, or not yet.")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    holder = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OutgoingQuerySet] = OutgoingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["waiting", "dropped", "dead"], sent_at__isnull=True),
                name="%(class)s_is_sent_when_it_has_its_hour",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="%(class)s_to_send"),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="%(class)s_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}: {self.kind}"

    @property
    def words(self) -> str:
        """What it tells, for the staff."""
        return str(WORDS.get(self.kind, self.kind.replace("_", " ")))

    @property
    def owner(self) -> int | None:
        """The customer's number; None for what is no customer's."""
        return getattr(self, "customer_id", None)

    @property
    def itself(self) -> OutgoingQuerySet:
        """The row to update."""
        whose = {} if self.owner is None else {"customer": self.owner}
        return type(self).objects.filter(pk=self.pk, **whose)

    @property
    def lasting_name(self) -> str:
        """The same at every try, and of no other row: also not of one with its number in restored books."""
        return f"{self._meta.model_name}.{self.pk}.{int(self.made_at.timestamp() * 1_000_000)}"
