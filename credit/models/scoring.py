"""The models that were trained, with all that is needed to trust one, to switch, and to go back."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.sentences import Sentence, said
from accounts.telling import told
from credit.models.training import Outcomes, Training


class ScoringModel(models.Model):
    """A trained card. Never changed but for `active`; credit.registry checks it before anything is scored by it.

    The card's bytes lie in this row and not in a file: a backup, a move to another database and a roll-back carry
    them along, and no path can point elsewhere. They are 5 to 20 kB of JSON, which cannot run.
    """

    class Kind(models.TextChoices):
        SCORECARD = "scorecard", _("scorecard")
        BOOSTING = "boosting", _("additive boosting")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    card = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64)
    libraries = models.JSONField(help_text=_("The versions it was trained with."))
    features = models.JSONField(help_text=_("Name and direction of each feature in use."))
    metrics = models.JSONField(help_text=_("What five-fold cross-validation found."))
    report = models.JSONField(default=dict, help_text=_("What the report page shows; see credit.reporting."))
    training = models.ForeignKey(Training, on_delete=models.PROTECT, null=True, related_name="models")
    outcomes = models.CharField(max_length=10, choices=Outcomes.choices)
    rows = models.PositiveIntegerField()
    bad = models.PositiveIntegerField(_("rows that defaulted"))
    first_as_of = models.DateField()
    last_as_of = models.DateField()
    trained_by = models.CharField(max_length=150)
    trained_at = models.DateTimeField(default=timezone.now)
    active = models.BooleanField(default=False)
    activated_by = models.CharField(max_length=150, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="scoring_model_is_active_alone"),
            models.CheckConstraint(condition=Q(kind__in=["scorecard", "boosting"]), name="scoring_model_kind_is_known"),
            models.CheckConstraint(
                condition=Q(outcomes__in=["imported", "derived"]), name="scoring_model_outcomes_are_known"
            ),
            models.CheckConstraint(condition=Q(bad__gt=0, rows__gt=F("bad")), name="scoring_model_saw_both_ends"),
            models.CheckConstraint(
                condition=Q(last_as_of__gte=F("first_as_of")), name="scoring_model_window_is_a_window"
            ),
        ]

    def __str__(self) -> str:
        return told(self.named)

    @property
    def named(self) -> Sentence:
        """To be said to somebody."""
        return NAMED[self.Kind(self.kind)].of(number=str(self.pk))

    @property
    def code(self) -> str:
        """Its name as it is kept, the same in every language."""
        return f"{self.kind} {self.pk}"


NAMED = {
    ScoringModel.Kind.SCORECARD: said("scorecard %(number)s"),
    ScoringModel.Kind.BOOSTING: said("boosting %(number)s"),
}
