"""The months that were closed and opened again, and who asked for it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ClosingQuerySet(models.QuerySet["Closing"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")


class Closing(models.Model):
    """One move of the day through which the books are closed: forward, or back for a reason.

    Done at once by who asked, or confirmed by a second person; None means that nothing is closed.
    """

    class State(models.TextChoices):
        DONE = "done", _("done")
        WAITING = "waiting", _("waiting")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    before = models.DateField(null=True, blank=True)
    after = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects: ClassVar[ClosingQuerySet] = ClosingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ("view",)
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="waiting"), name="closing_waits_once"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "waiting", "refused", "withdrawn"]), name="closing_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=True, after__isnull=False)
                | Q(before__isnull=False, after__isnull=False, after__gt=F("before"))
                | ~Q(reason=""),
                name="closing_reopens_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"]) | Q(decided_by="") | ~Q(decided_by=F("asked_by")),
                name="closing_is_never_decided_by_its_asker",
            ),
        ]

    def __str__(self) -> str:
        return f"closing {self.pk}"

    @property
    def reopens(self) -> bool:
        return self.after is None or (self.before is not None and self.after < self.before)
