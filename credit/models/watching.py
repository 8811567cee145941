"""How the scoring did in use, as counted on a day."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Job
from credit.models.scoring import ScoringModel


class Watch(models.Model):
    """One count: what was decided, what came of it, and how far customers moved (credit.drift says what is in it)."""

    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, null=True, related_name="+")
    figures = models.JSONField(default=dict)
    alarms = models.JSONField(default=list)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    as_of = models.DateField(null=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()  # seen with the models
        ordering = ("-id",)

    def __str__(self) -> str:
        return gettext("count %(number)s") % {"number": self.pk}
