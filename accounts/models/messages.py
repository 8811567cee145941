"""What is told to people by mail: one row for each event, written with it, and rendered when it is sent."""

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Customer, CustomerOwned, Manager


class OutgoingQuerySet(models.QuerySet[Any]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def due(self, now: datetime.datetime) -> Self:
        """What is to be tried by now, the longest waiting first."""
        return self.filter(state=Outgoing.State.WAITING, next_at__lte=now).order_by("next_at", "id")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Outgoing(models.Model):
    """One mail to one person. accounts.outbox alone sends it and changes its state.

    kind names what renders it (settings.MESSAGES) and about which event it tells, so that no event is told twice.
    facts are numbers of rows: what they hold is read when the mail is sent. next_at is when it may be tried; whoever
    tries it moves that ahead, so a sender that is killed leaves it to the next. holder names the one that tries.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        DROPPED = "dropped", "not sent"
        DEAD = "dead", "given up"

    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was not sent, or not yet.")
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
        return self.kind.replace("_", " ")

    @property
    def itself(self) -> OutgoingQuerySet:
        """The row to update."""
        return type(self).objects.filter(pk=self.pk)

    @property
    def reader(self) -> Customer | Manager:
        """Whom it tells."""
        raise NotImplementedError

    @property
    def signs_in(self) -> bool:
        user = getattr(self.reader, "login", None)
        return user is not None and user.is_active

    @property
    def address(self) -> str:
        """Where it goes, or "" where there is no address."""
        return self.reader.email


class Message(CustomerOwned, Outgoing):
    """What one customer is told: by mail where he wants that and has an address, and on his page of messages."""

    read_at = models.DateTimeField(null=True, blank=True)

    class Meta(Outgoing.Meta):
        default_permissions = ("view", "change")  # type: ignore[assignment]  # a narrower type in the parent
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["customer", "kind", "about"], name="message_tells_of_an_event_once"),
        ]
        indexes = [
            *Outgoing.Meta.indexes,
            models.Index(fields=["customer", "-id"], name="message_history"),
            models.Index(fields=["customer"], condition=Q(read_at__isnull=True), name="message_unread"),
        ]

    @property
    def itself(self) -> OutgoingQuerySet:
        return Message.objects.filter(customer=self.customer_id, pk=self.pk)

    @property
    def reader(self) -> Customer:
        return self.customer


class StaffMessage(Outgoing):
    """What one member of the staff is told by mail."""

    manager = models.ForeignKey(Manager, on_delete=models.PROTECT, db_index=False)

    class Meta(Outgoing.Meta):
        constraints = [
            *Outgoing.Meta.constraints,
            models.UniqueConstraint(fields=["manager", "kind", "about"], name="staff_message_tells_of_an_event_once"),
        ]

    @property
    def reader(self) -> Manager:
        return self.manager

    @property
    def address(self) -> str:
        """None of who was shut out."""
        return self.manager.email if self.signs_in else ""


class MailChoice(CustomerOwned):
    """Of what a customer gets mails. Who never chose has no row, and gets them all."""

    receipts = models.BooleanField(_("payments: a receipt for each, and what became of my notices"), default=True)
    reminders = models.BooleanField(_("reminders of what falls due"), default=True)
    decisions = models.BooleanField(_("decisions on credit that I asked for"), default=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["customer"], name="mail_choice_is_one_a_customer")]

    def __str__(self) -> str:
        return f"choice of mails of customer {self.customer_id}"
