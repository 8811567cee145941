"""What takes a second person: one asks for it, another confirms or refuses."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerOwned
from ledger.money import MoneyField


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def waiting(self) -> Self:
        return self.filter(state="waiting")


class Approval(CustomerOwned):
    """A request to do one act above the amount that one person may do alone, and what became of it.

    payment, due and loan are ids of the same customer: what is to be reversed, the due that is let off or lowered, the
    disbursement that is to be taken back.
    parameters holds what else the act is told; made is the payment (of an override, the decision) that the confirmed
    act wrote.
    """

    class Act(models.TextChoices):
        REVERSE = "reverse", _("reverse")
        REFUND = "refund", _("refund")
        WAIVE = "waive", _("waive")
        CHARGE_OFF = "charge_off", _("charge off")
        LOWER = "lower", _("lower a due")
        TAKE_BACK = "take_back", _("take back a loan")
        OVERRIDE = "override", _("approve credit against the rule")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # What who confirms must be allowed to do; who asks the same, but for a due: its page opens to who may change it.
    PERMISSIONS: ClassVar[dict[str, str]] = {
        Act.REVERSE: "ledger.reverse_payment",
        Act.REFUND: "ledger.refund_credit",
        Act.WAIVE: "ledger.waive_due",
        Act.CHARGE_OFF: "ledger.charge_off_due",
        Act.LOWER: "ledger.waive_due",
        Act.TAKE_BACK: "ledger.reverse_payment",
        Act.OVERRIDE: "credit.add_decision",
    }
    TO_ASK: ClassVar[dict[str, str]] = {**PERMISSIONS, Act.LOWER: "ledger.change_due"}

    act = models.CharField(max_length=10, choices=Act.choices)
    amount = MoneyField()
    payment = models.BigIntegerField(null=True, blank=True)
    due = models.BigIntegerField(null=True, blank=True)
    loan = models.BigIntegerField(null=True, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    made = models.BigIntegerField(null=True, blank=True)

    objects: ClassVar[ApprovalQuerySet] = ApprovalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view",)
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], condition=~Q(key=""), name="approval_key_is_used_once"),
            models.UniqueConstraint(
                fields=["customer", "payment"], condition=Q(state="waiting"), name="approval_waits_once_a_payment"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="approval_amount_positive"),
            models.CheckConstraint(
                condition=Q(act__in=["reverse", "refund", "waive", "charge_off", "lower", "take_back", "override"]),
                name="approval_act_is_known",
            ),
            models.CheckConstraint(condition=~Q(asked_by=""), name="approval_has_an_asker"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at__isnull=True, made__isnull=True)
                | Q(state__in=["confirmed", "refused", "withdrawn"], decided_at__isnull=False) & ~Q(decided_by=""),
                name="approval_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "refused"]) | ~Q(decided_by=F("asked_by")),
                name="approval_is_never_decided_by_its_asker",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="approval_of_customer"),
            models.Index(fields=["-id"], condition=Q(state="waiting"), name="approval_waiting"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk} of customer {self.customer_id}"

    @property
    def permission(self) -> str:
        return self.PERMISSIONS[self.act]

    @property
    def title(self) -> str:
        """What is asked for, in the words of the book."""
        match self.act:
            case self.Act.REVERSE:
                return gettext("Reverse payment %(number)s") % {"number": self.payment}
            case self.Act.REFUND:
                return gettext("Refund held credit")
            case self.Act.WAIVE:
                return gettext("Waive a part of due %(number)s") % {"number": self.due}
            case self.Act.LOWER:
                return gettext("Lower due %(number)s") % {"number": self.due}
            case self.Act.TAKE_BACK:
                return gettext("Take back loan %(number)s") % {"number": self.loan}
            case self.Act.OVERRIDE:
                return gettext("Approve credit request %(number)s") % {"number": self.parameters.get("request")}
            case _ if self.due:
                return gettext("Charge off a part of due %(number)s") % {"number": self.due}
            case _:
                return gettext("Charge off all that is overdue")

    def same_as(self, other: "Approval") -> bool:
        """Whether both ask for the same, whoever asks and when."""
        return self._body() == other._body()

    def _body(self) -> tuple[Any, ...]:
        return self.act, self.amount, self.payment, self.due, self.loan, self.parameters, self.reason
