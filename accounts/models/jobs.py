"""Work done behind the pages: what was asked for, by whom, and how far it is."""

import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from accounts.models.batches import Batch
from accounts.models.said import SaidText


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> Self:
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def late(self, before: datetime.datetime) -> Self:
        """Jobs that gave no sign of life since then: their worker may be gone, or never came."""
        return self.unfinished().filter(heartbeat_at__lt=before)


class Job(models.Model):
    """One piece of background work. Workers change it through accounts.jobs alone.

    done and total count bytes, lines or customers, whatever the work goes by; cursor is the work's own bookmark.
    holder names the run that may write: each start takes a new name, so that a worker that was given up for dead
    and comes back can change nothing.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("work in the background", "waiting")
        RUNNING = "running", pgettext_lazy("work in the background", "running")
        DONE = "done", pgettext_lazy("work in the background", "done")
        FAILED = "failed", pgettext_lazy("work in the background", "failed")
        CANCELLED = "cancelled", pgettext_lazy("work in the background", "cancelled")

    kind = models.CharField(max_length=20)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs")
    asked_by = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    message = SaidText(max_length=500, blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Starts since it last got something done.")
    holder = models.CharField(max_length=32, blank=True)
    task = models.CharField(max_length=36, blank=True, help_text="Its place in the queue.")
    heartbeat_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        default_permissions = ()  # seen by who may look at what it works on
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(state__in=["waiting", "running"]), name="batch_has_one_job_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
                name="job_is_over_when_it_has_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | ~Q(holder=""), name="job_that_runs_is_held_by_a_run"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_never_did_more_than_there_is"),
        ]
        indexes = [
            models.Index(fields=["heartbeat_at"], condition=Q(state__in=["waiting", "running"]), name="job_unfinished"),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}: {self.kind}"

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def waits_long(self) -> bool:
        """Nobody took it for half a minute: there may be no worker, or it is busy."""
        waited = timezone.now() - self.heartbeat_at
        return self.state == self.State.WAITING and waited > datetime.timedelta(seconds=30)
