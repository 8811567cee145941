"""What customers ask to borrow, and what was decided: requests, and decisions that nobody changes."""

from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, CustomerOwned
from credit.models.policies import CreditPolicy
from credit.models.scoring import ScoringModel
from credit.rules import Verdict
from ledger.models.expressions import DayOfMonth
from ledger.money import MoneyField


class Method(models.TextChoices):
    """How to judge; `average` stands in for a model only where there is none and the policy says so."""

    PERCENTAGE = "percentage", _("total amount paid")
    MODEL = "model", _("model")


class CreditRequestQuerySet(models.QuerySet["CreditRequest"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def waiting(self) -> Self:
        return self.filter(state="waiting")


class CreditRequest(CustomerOwned):
    """An amount that a customer asks to borrow, and what became of it: `state` follows its latest decision."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("request", "waits for a manager")
        APPROVED = "approved", pgettext_lazy("request", "approved")
        DECLINED = "declined", pgettext_lazy("request", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")

    month = models.DateField(_("first month to repay in"), help_text=_("The first day of the month."))
    amount = MoneyField()
    method = models.CharField(max_length=10, choices=Method.choices)
    instalments = models.PositiveSmallIntegerField(default=1)
    instalment = MoneyField(_("fixed instalment"), null=True, blank=True, help_text=_("It says how many there are."))
    key = models.CharField(_("idempotency key"), max_length=100, blank=True, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.CharField(max_length=150, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[CreditRequestQuerySet] = CreditRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view", "add")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["customer", "key"], condition=~Q(key=""), name="request_key_is_used_once"),
            models.UniqueConstraint(fields=["customer"], condition=Q(state="waiting"), name="request_waits_alone"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="request_amount_positive"),
            models.CheckConstraint(condition=Exact(DayOfMonth("month"), 1), name="request_month_is_a_first_day"),
            models.CheckConstraint(condition=Q(method__in=["percentage", "model"]), name="request_method_is_known"),
            models.CheckConstraint(condition=Q(instalments__gte=1), name="request_has_an_instalment"),
            models.CheckConstraint(
                condition=Q(instalment__isnull=True) | Q(instalment__gt=0), name="request_instalment_positive"
            ),
            models.CheckConstraint(condition=~Q(asked_by=""), name="request_has_an_asker"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "approved", "declined"], withdrawn_at__isnull=True)
                | Q(state="withdrawn", withdrawn_at__isnull=False),
                name="request_state_fits_its_days",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="request_of_customer"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="request_waiting"),
        ]

    def __str__(self) -> str:
        told = {"number": self.pk, "customer": self.customer_id}
        return gettext("credit request %(number)s of customer %(customer)s") % told

    def same_as(self, other: "CreditRequest") -> bool:
        """Whether both ask for the same, whoever asks and when."""
        mine, theirs = (
            (row.month, row.amount, row.method, row.instalment, None if row.instalment else row.instalments)
            for row in (self, other)
        )
        return mine == theirs


class DecisionQuerySet(models.QuerySet["Decision"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)


class Decision(CustomerOwned):
    """What was decided of a request, and all that it was decided by (append-only).

    The first is the rule's own and has no author; one that overrides another has an author and a reason. `score` is
    the percentage paid (0 to 100) or the chance of repaying (0 to 1), cut off and never rounded up, as `threshold`
    is. reasons: [{text in English, kind, and the facts that credit.wording says it with}]. changes: what would turn
    a decline, [{text in English, pay, ask, months, until}]. figures: all that was seen; from a model also features,
    points and base, and base + points = points of the decision exactly.
    """

    class Method(models.TextChoices):
        PERCENTAGE = "percentage", _("total amount paid")
        MODEL = "model", _("model")
        AVERAGE = "average", _("average yearly percentage")

    class Verdict(models.TextChoices):
        APPROVED = Verdict.APPROVED.value, pgettext_lazy("request", "approved")
        DECLINED = Verdict.DECLINED.value, pgettext_lazy("request", "declined")
        REFERRED = Verdict.REFERRED.value, pgettext_lazy("request", "referred to a manager")

    request = models.ForeignKey(CreditRequest, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    method = models.CharField(max_length=10, choices=Method.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    score = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    points = models.IntegerField(null=True, blank=True)
    threshold = models.DecimalField(max_digits=9, decimal_places=6)
    reasons = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    policy = models.ForeignKey(CreditPolicy, on_delete=models.PROTECT, related_name="+", db_index=False)
    model = models.ForeignKey(
        ScoringModel, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    as_of = models.DateField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    overrides = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="overridden_by", db_index=False
    )
    reason = models.CharField(_("why it was overridden"), max_length=300, blank=True)
    confirmed_by = models.CharField(_("second person"), max_length=150, blank=True)

    objects: ClassVar[DecisionQuerySet] = DecisionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view", "add")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "request"], condition=Q(verdict="approved"), name="decision_approves_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "request"], condition=Q(overrides__isnull=True), name="decision_is_first_once"
            ),
            models.UniqueConstraint(fields=["customer", "overrides"], name="decision_is_overridden_once"),
            models.CheckConstraint(
                condition=Q(method__in=["percentage", "model", "average"]), name="decision_method_is_known"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["approved", "declined", "referred"]), name="decision_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=Q(overrides__isnull=True, decided_by="", reason="", confirmed_by="")
                | Q(overrides__isnull=False, verdict__in=["approved", "declined"]) & ~Q(decided_by="") & ~Q(reason=""),
                name="decision_override_has_author_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("decided_by")),
                name="decision_is_never_confirmed_by_its_author",
            ),
            models.CheckConstraint(
                condition=Q(overrides__isnull=False)
                | ~Q(verdict="approved")
                | Q(score__isnull=False) & (~Q(method="model") | Q(model__isnull=False)),
                name="decision_approves_by_a_score_alone",
            ),
        ]
        indexes = [models.Index(fields=["customer", "request", "-id"], name="decision_of_request")]

    def __str__(self) -> str:
        told = {"number": self.pk, "customer": self.customer_id}
        return gettext("decision %(number)s of customer %(customer)s") % told

    @property
    def percent(self) -> Decimal | None:
        """The score in percent, whichever method gave it."""
        if self.score is None:
            return None
        return self.score if self.method == self.Method.PERCENTAGE else self.score * 100
