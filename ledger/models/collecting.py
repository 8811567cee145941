"""Getting in what is late: a customer's case, what was done about it, and what the customer promised."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Customer, CustomerOwned
from ledger.money import MoneyField


class CaseQuerySet(models.QuerySet["Case"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def unresolved(self) -> Self:
        return self.exclude(state=Case.State.RESOLVED)


class Case(CustomerOwned):
    """The work on one customer's arrears, from the first look until nothing is late; at most one at a time."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("case", "open")
        IN_PROGRESS = "in_progress", _("in progress")
        PROMISE = "promise", _("promise to pay")
        BROKEN_PROMISE = "broken_promise", _("broken promise")
        HARDSHIP = "hardship", _("hardship")
        RESOLVED = "resolved", _("resolved")

    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    next_action_on = models.DateField(null=True, blank=True)
    opened_by = models.CharField(max_length=150, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CaseQuerySet] = CaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("add", "change", "view")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=~Q(state="resolved"), name="case_is_open_once_a_customer"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["open", "in_progress", "promise", "broken_promise", "hardship", "resolved"],
                ),
                name="case_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True)),
                name="case_resolved_has_its_hour",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="case_history"),
            models.Index(fields=["state", "next_action_on"], condition=~Q(state="resolved"), name="case_unresolved"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk} of customer {self.customer_id}"


class CaseNote(CustomerOwned):
    """One thing that was done about a case (append-only)."""

    class Done(models.TextChoices):
        CALL = "call", _("call")
        MESSAGE = "message", _("message")
        VISIT = "visit", _("visit")
        LETTER = "letter", _("letter")
        NOTE = "note", _("note")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="notes")
    done = models.CharField(_("what was done"), max_length=10, choices=Done.choices, default=Done.NOTE)
    text = models.CharField(max_length=1000, blank=True)
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    key = models.CharField("idempotency key", max_length=100, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], condition=~Q(key=""), name="note_key_is_used_once"),
            models.CheckConstraint(
                condition=Q(done__in=["call", "message", "visit", "letter", "note"]), name="note_says_what_was_done"
            ),
            models.CheckConstraint(condition=~Q(done="note", text=""), name="note_has_words"),
        ]
        indexes = [models.Index(fields=["customer", "case", "-id"], name="note_history")]

    def __str__(self) -> str:
        return f"note {self.pk} of customer {self.customer_id}"


class Promise(CustomerOwned):
    """Money that a customer said would come by a day. Whether it came is judged from the payments, not typed in."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        KEPT = "kept", _("kept")
        BROKEN = "broken", _("broken")
        WITHDRAWN = "withdrawn", _("withdrawn")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="promises")
    amount = MoneyField()
    promised_on = models.DateField(help_text="The last day on which the money may come.")
    made_on = models.DateField(help_text="The lender’s day on which it was given.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    settled_on = models.DateField(
        null=True, blank=True, help_text="The day it was reached, or the first day after it was missed."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="waiting"), name="promise_waits_once_a_customer"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_amount_positive"),
            models.CheckConstraint(condition=Q(promised_on__gte=F("made_on")), name="promise_lies_ahead"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_on__isnull=True)
                | Q(state__in=["kept", "broken", "withdrawn"], settled_on__isnull=False),
                name="promise_settled_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "case", "-id"], name="promise_history"),
            models.Index(fields=["promised_on"], condition=Q(state="waiting"), name="promise_waiting_by_day"),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk} of customer {self.customer_id}"
