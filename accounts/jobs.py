"""Background work: ask for it, run it with a sign of life, cancel it, and put back what a killed worker left."""

import datetime
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, reset_queries, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from accounts.actor import IMPORT, PORTAL, acting
from accounts.models import Batch, Job
from accounts.sentences import said, sentence_of

LATE = 60.0  # seconds without a sign of life after which a worker counts as gone
MOST_ATTEMPTS = 5  # starts in a row that got nothing done
# What may be done twice is put back where a killed worker left it or a fault ended it.
AGAIN = ("accounts.resets.put_links", "accounts.resets.mail_operator")
KEPT = datetime.timedelta(days=1)  # places in the queue; the jobs themselves stay
CANCELLED = said("Cancelled.")
FAULT = said("The program stopped on a fault of its own; the worker's log says which.")
log = logging.getLogger(__name__)

# Set when this process is asked to end: the work stops after the piece it is at, and the job goes back.
stopping = threading.Event()


class Lost(Exception):
    """Another run has the job by now; this one may write nothing more."""


class Cancelled(Exception):
    """Somebody asked for the work to end."""


class Stopping(Exception):
    """This worker is asked to end; the job waits for the next."""


class Run:
    """One run of a job, which its work is given.

    The work goes piece by piece. Each piece is one transaction that begins with hold() and ends with progress():
    the job's row is then locked from the piece's first statement to its commit, so no two runs ever overlap.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._since = time.monotonic()

    def hold(self) -> None:
        """Take the job's row for this transaction. Raises Lost, Cancelled or Stopping."""
        if stopping.is_set():
            raise Stopping
        if not self._mine().filter(cancel_asked=False).update(heartbeat_at=timezone.now()):
            raise Cancelled if self._mine().exists() else Lost
        self.job.refresh_from_db(fields=["done", "total", "cursor"])

    def progress(self, done: int, **changes: Any) -> None:
        """How far it is; with total, message or cursor where these change. Something got done: attempts start anew."""
        self._mine().update(done=done, attempts=1, heartbeat_at=timezone.now(), **changes)
        for name, value in {"done": done, **changes}.items():
            setattr(self.job, name, value)

    def breathe(self) -> None:
        """Between two pieces: SQLite has one writer, and who waits for it looks only now and then."""
        reset_queries()
        if connection.vendor == "sqlite":
            time.sleep(min(0.1, (time.monotonic() - self._since) / 5))
        self._since = time.monotonic()

    def end(self, state: Job.State, message: str) -> None:
        now = timezone.now()
        self._mine().update(state=state, message=message, heartbeat_at=now, ended_at=now)

    @transaction.atomic
    def give_back(self) -> None:
        job = Job.objects.select_for_update().filter(pk=self.job.pk, holder=self.job.holder).first()
        if job and job.state == Job.State.RUNNING:
            _queue(job)

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, holder=self.job.holder, state=Job.State.RUNNING)


def ask_for(kind: str, by: str, batch: Batch | None = None, **known: Any) -> Job:
    """Store the job and its place in the queue, in the caller's transaction: both are there, or neither."""
    with transaction.atomic():
        job = Job.objects.create(kind=kind, asked_by=by, batch=batch, **known)
        _queue(job)
    return job


def cancel(job: Job) -> None:
    """A job that waits ends at once; one that runs ends after the piece it is at."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.CANCELLED, ended_at=now, cancel_asked=True, message=CANCELLED):
        Job.objects.unfinished().filter(pk=job.pk).update(cancel_asked=True)


@task()
def run_job(number: int) -> None:
    """Do one job to its end, or to where it is cancelled or this worker is asked to stop."""
    run = _begin(number)
    if run is None:
        return
    try:
        with acting(run.job.asked_by, IMPORT if run.job.batch_id else PORTAL):
            told = _work_of(run.job.kind)(run)
        run.end(Job.State.DONE, told)
    except Lost:
        log.warning("Job %s went on without this worker.", number)
    except Cancelled:
        run.end(Job.State.CANCELLED, CANCELLED)
    except Stopping:
        run.give_back()
    except ValidationError as refusal:
        run.end(Job.State.FAILED, sentence_of(refusal))
    except OperationalError:  # the database went away, and with it the way to say so: the reaper finds the job
        raise
    except Exception:
        log.exception("Job %s failed.", number)
        run.end(Job.State.FAILED, FAULT)


def _begin(number: int) -> Run | None:
    """Take a waiting job for a run; None when it was cancelled, or another worker has it."""
    holder = uuid.uuid4().hex
    now = timezone.now()
    taken = Job.objects.filter(pk=number, state=Job.State.WAITING).update(
        state=Job.State.RUNNING,
        holder=holder,
        attempts=F("attempts") + 1,
        heartbeat_at=now,
        started_at=Coalesce("started_at", now),
    )
    return Run(Job.objects.select_related("batch").get(pk=number)) if taken else None


def _work_of(kind: str) -> Callable[[Run], str]:
    """The function that settings.JOBS names; it returns what to say at the end."""
    work: Callable[[Run], str] = import_string(settings.JOBS[kind])
    return work


def _queue(job: Job) -> None:
    """Let it wait at the end of the queue. Its last place there is over, but stays to be written to: its worker may
    not be as dead as it seems."""
    _place(job).exclude(status=TaskResultStatus.SUCCESSFUL).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now()
    )
    queued = run_job.enqueue(job.pk)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.WAITING, holder="", task=str(queued.id), heartbeat_at=timezone.now()
    )


def reap(late: float = LATE) -> int:
    """Put back the jobs whose worker is gone, give up those that keep killing it; returns how many were put back."""
    before = timezone.now() - datetime.timedelta(seconds=late)
    put_back = sum(_reap(number, before) for number in Job.objects.late(before).values_list("pk", flat=True))
    _put_back_places(before)
    _sweep(timezone.now() - KEPT)
    return put_back


def _put_back_places(before: datetime.datetime) -> None:
    left = DBTaskResult.objects.filter(status__in=[TaskResultStatus.RUNNING, TaskResultStatus.FAILED])
    new = left.filter(enqueued_at__gt=timezone.now() - KEPT)
    new.filter(task_path__in=AGAIN, started_at__lt=before).update(status=TaskResultStatus.READY)


def _sweep(before: datetime.datetime) -> None:
    """Delete old places in the queue that no job stands at any more, ended or left behind by a killed worker."""
    stood_at = list(Job.objects.unfinished().values_list("task", flat=True))
    DBTaskResult.objects.filter(started_at__lt=before).exclude(pk__in=[place for place in stood_at if place]).delete()


@transaction.atomic
def _reap(number: int, before: datetime.datetime) -> bool:
    """A row that is locked belongs to a worker that lives, however long its piece takes."""
    job = Job.objects.late(before).select_for_update(skip_locked=True).filter(pk=number).first()
    if job is None or _stands_in_the_queue(job):
        return False
    if job.cancel_asked:
        _give_up(job, Job.State.CANCELLED, CANCELLED)
    elif job.attempts >= MOST_ATTEMPTS:
        told = said("Its worker ended %(times)s times without getting anything done.", times=job.attempts)
        _give_up(job, Job.State.FAILED, told)
    else:
        log.warning("Job %s lost its worker and is put back.", number)
        _queue(job)
        return True
    return False


def _stands_in_the_queue(job: Job) -> bool:
    return job.state == Job.State.WAITING and _place(job).ready().exists()


def _place(job: Job) -> DBTaskResultQuerySet:
    rows: DBTaskResultQuerySet = DBTaskResult.objects.all()
    return rows.filter(pk=job.task) if job.task else rows.none()


def _give_up(job: Job, state: Job.State, message: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, message=message, ended_at=timezone.now())
