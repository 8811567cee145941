"""Files taken into the books."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Batch(models.Model):
    """One file taken into the books, so that it can be named, recognised and taken back whole."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120, unique=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    undo_asked_by = models.CharField(max_length=150, blank=True)
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256"], condition=Q(undone_at__isnull=True), name="batch_file_taken_in_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_by="") | Q(undo_asked_by="") | ~Q(undone_by=F("undo_asked_by")),
                name="batch_undo_is_not_confirmed_by_its_asker",
            ),
        ]

    def __str__(self) -> str:
        return self.name
