"""What a model was asked to learn from, and how models came into use: by one person, or by one and a second."""

import datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Job
from credit.derived import NINETY_DAYS, Default

ALONE = gettext_noop("Nobody else could confirm it.")
PERCENT = (MinValueValidator(1), MaxValueValidator(1000))
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(9999, 12, 31)


class Outcomes(models.TextChoices):
    IMPORTED = "imported", _("imported")
    DERIVED = "derived", _("derived from the books")


class Training(models.Model):
    """One order to train: what counts as a default, whom to look at, and what the sample turned out to be.

    gain and loss are parts of the amount lent, in percent: what a repaid loan earns, what a default costs. `groups`
    is {customer: {name: group}} for the fairness report; it is forgotten when the training is over.
    """

    outcomes = models.CharField(max_length=10, choices=Outcomes.choices, default="imported")
    days = models.PositiveSmallIntegerField(
        _("days past due"), default=NINETY_DAYS.days, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    months = models.PositiveSmallIntegerField(
        _("within months"), default=NINETY_DAYS.months, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    first_on = models.DateField(_("seen from"), null=True, blank=True)
    last_on = models.DateField(_("seen until"), null=True, blank=True)
    least_dues = models.PositiveSmallIntegerField(
        _("dues seen at least"), default=0, validators=[MaxValueValidator(1000)]
    )
    gain = models.PositiveSmallIntegerField(_("a repaid loan earns, %"), default=10, validators=PERCENT)
    loss = models.PositiveSmallIntegerField(_("a default costs, %"), default=60, validators=PERCENT)
    groups = models.JSONField(default=dict, editable=False)
    sample = models.JSONField(default=dict, editable=False)
    today = models.DateField(editable=False)
    asked_by = models.CharField(max_length=150, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        default_permissions = ()  # seen and asked for with the models
        constraints = [
            models.CheckConstraint(
                condition=Q(outcomes__in=["imported", "derived"]), name="training_outcomes_are_known"
            ),
            models.CheckConstraint(condition=Q(days__gte=1, months__gte=1), name="training_default_takes_time"),
            models.CheckConstraint(condition=Q(gain__gte=1, loss__gte=1), name="training_gains_and_loses"),
            models.CheckConstraint(
                condition=Q(first_on__isnull=True) | Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")),
                name="training_window_is_a_window",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("training %(number)s") % {"number": self.pk}

    @property
    def default(self) -> Default:
        return Default(self.days, self.months)

    def takes(self, as_of: datetime.date, dues: int) -> bool:
        """Whether somebody with so many dues, seen on that day, belongs to the sample."""
        return (self.first_on or FIRST_DAY) <= as_of <= (self.last_on or LAST_DAY) and dues >= self.least_dues


class ActivationQuerySet(models.QuerySet["Activation"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def done(self) -> Self:
        return self.filter(state="done")


class Activation(models.Model):
    """One change of the model that scores: done at once, or asked for and decided by another. No model: none scores."""

    class State(models.TextChoices):
        DONE = "done", pgettext_lazy("change of model", "done")
        WAITING = "waiting", pgettext_lazy("change of model", "waiting")
        REFUSED = "refused", pgettext_lazy("change of model", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("change of model", "withdrawn")

    model = models.ForeignKey("credit.ScoringModel", on_delete=models.PROTECT, null=True, related_name="activations")
    before = models.ForeignKey("credit.ScoringModel", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ActivationQuerySet] = ActivationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="waiting"), name="activation_waits_once"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "waiting", "refused", "withdrawn"]), name="activation_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"]) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="activation_is_never_decided_by_its_asker",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(model__isnull=False), name="activation_waits_for_a_model"
            ),
        ]

    def __str__(self) -> str:
        return gettext("activation %(number)s") % {"number": self.pk}

    @property
    def said(self) -> str:
        """The note; what this program noted by itself, in the reader's language."""
        return gettext(self.note) if self.note == ALONE else self.note
