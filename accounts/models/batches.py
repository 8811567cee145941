"""Files taken into the books."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """One file taken into the books, so that it can be named, recognised and taken back whole.

    A file that staff uploads is a batch from then on, and is posted when they say so; one that the command takes in is
    posted from the start. recorded_by and recorded_at are of the posting, once there was one.
    """

    class State(models.TextChoices):
        READING = "reading", _("being read")
        READY = "ready", _("ready to post")
        POSTING = "posting", _("being posted")
        POSTED = "posted", _("posted")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("discarded")

    # States in which nothing of the file has reached the books.
    OUTSIDE = (State.READING, State.READY, State.DISCARDED)

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120, unique=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    recorded_by = models.CharField(max_length=150, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.POSTED)
    undo_asked_by = models.CharField(max_length=150, blank=True)
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "sha256"],
                condition=Q(undone_at__isnull=True) & ~Q(state="discarded"),
                name="batch_file_taken_in_once",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (
                    Q(state__in=["reading", "ready", "posting", "posted", "undoing", "discarded"])
                    & Q(undone_at__isnull=True)
                ),
                name="batch_is_undone_at_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(undone_by="") | Q(undo_asked_by="") | ~Q(undone_by=F("undo_asked_by")),
                name="batch_undo_is_not_confirmed_by_its_asker",
            ),
        ]

    def __str__(self) -> str:
        return self.name
