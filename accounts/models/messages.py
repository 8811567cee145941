"""What is told to people by mail: one row for each event, written with it, and rendered when it is sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.outgoing import Outgoing
from accounts.models.people import Customer, CustomerOwned, Manager


class Mail(Outgoing):
    """One mail to one person. kind names what renders it (settings.MESSAGES). facts are numbers of rows: what they
    hold is read when the mail is sent."""

    class Meta(Outgoing.Meta):
        abstract = True

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


class Message(CustomerOwned, Mail):
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
            models.Index(fields=["state", "-id"], name="message_by_state"),
            models.Index(fields=["customer"], condition=Q(read_at__isnull=True), name="message_unread"),
        ]

    @property
    def reader(self) -> Customer:
        return self.customer


class StaffMessage(Mail):
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
