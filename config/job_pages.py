"""All background work on one page of the staff's: what runs, waits and ended, on what, for whom; and stop it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import jobs
from accounts.models import Job
from accounts.models.jobs import JobQuerySet
from accounts.seeing import see_other
from credit.actions import trainings as training
from credit.models import Training
from credit.portal.trainings import LOOKING as SEE_MODELS
from credit.portal.trainings import TRAINING
from ledger.bulk.registry import kinds, permission
from ledger.models import StatementOrder
from ledger.portal.batches import LOOKING as SEE_FILES
from ledger.portal.batches import SENDING, UNDOING, may
from ledger.portal.orders import LOOKING as SEE_STATEMENTS
from ledger.portal.orders import ORDERING
from ledger.portal.pages import ACT, LOOK, whole

PAGE, MOST = 25, 100
TRAININGS = ("sample", "train")
WORDS = {
    "read": gettext_lazy("Read a file"),
    "post": gettext_lazy("Post a file"),
    "undo": gettext_lazy("Undo a file"),
    "discard": gettext_lazy("Put a file away"),
    "statements": gettext_lazy("Make statements"),
    "sample": gettext_lazy("Count the outcomes for a training"),
    "train": gettext_lazy("Train scoring models"),
    "watch": gettext_lazy("Count how the scoring does"),
}
# Work that is on no file: who may see it, and who may stop it.
OTHERS = {"statements": (SEE_STATEMENTS, ORDERING)} | dict.fromkeys((*TRAININGS, "watch"), (SEE_MODELS, TRAINING))


@dataclass(frozen=True, slots=True)
class Line:
    """A job as the page shows it; `address` is "" where there is no page of what it works on."""

    job: Job
    words: str
    name: str
    address: str
    may_stop: bool


@require_http_methods(LOOK)
@permission_required(SEE_FILES, raise_exception=True)
def overview(request: HttpRequest) -> HttpResponse:
    """What is not over, the oldest first; then what ended, the newest first. ?before=57 goes on below job 57."""
    seen, before = seen_by(request.user), whole(request.GET.get("before", ""))
    under_way = list(seen.unfinished().order_by("id")[:MOST])
    over = seen.filter(ended_at__isnull=False).order_by("-id")
    ended = list((over.filter(pk__lt=before) if before else over)[: PAGE + 1])
    lines = lines_of(under_way + ended[:PAGE], request.user)
    context = {
        "under_way": lines[: len(under_way)],
        "ended": lines[len(under_way) :],
        "older": f"?before={ended[PAGE - 1].pk}" if len(ended) > PAGE else "",
        "newest": request.path,
        "first": not before,
        "waits_long": any(job.waits_long for job in under_way),
    }
    return render(request, "ledger/portal/jobs.html", context)


@require_http_methods(ACT)
@permission_required(SEE_FILES, raise_exception=True)
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Whoever may ask for the work may stop it."""
    job = get_object_or_404(seen_by(request.user), pk=number)
    if not may_stop(request.user, job):
        raise PermissionDenied
    if job.is_over:
        messages.info(request, _("The work was over already; there was nothing to stop."))
    else:
        _stop(job)
        messages.success(request, _("The work stops as soon as the part it is at is done."))
    return see_other("admin:jobs")


def job_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    return [path("", guard(overview), name="jobs"), path("<int:number>/stop/", guard(stop), name="job_stop")]


def seen_by(user: Any) -> JobQuerySet:
    """The jobs on what somebody may look at."""
    files = [kind for kind in kinds() if user.has_perm(permission("view", kind))]
    others = [kind for kind, (see, _act) in OTHERS.items() if user.has_perm(see)]
    return Job.objects.select_related("batch").filter(Q(batch__kind__in=files) | Q(batch=None, kind__in=others))


def may_stop(user: Any, job: Job) -> bool:
    if job.batch:
        return may(user, job.batch, UNDOING if job.kind == "undo" else SENDING)
    return bool(user.has_perm(OTHERS[job.kind][1]))


def _stop(job: Job) -> None:
    row = Training.objects.select_related("job").filter(job=job).first()
    if row:
        training.stop(row)
    else:
        jobs.cancel(job)


def lines_of(rows: Iterable[Job], user: Any) -> list[Line]:
    """In two queries, however many there are: the orders and the trainings that they work on."""
    rows = list(rows)
    orders = dict(StatementOrder.objects.filter(job__in=rows).values_list("job", "pk"))
    trained = dict(Training.objects.filter(job__in=rows).values_list("job", "pk"))
    return [
        Line(job, str(WORDS.get(job.kind, job.kind)), *_works_on(job, orders, trained), may_stop(user, job))
        for job in rows
    ]


def _works_on(job: Job, orders: dict[int, int], trained: dict[int, int]) -> tuple[str, str]:
    """Its name, and where its page is."""
    if job.batch:
        return job.batch.name, reverse("admin:batch_page", args=[job.batch.pk])
    if order := orders.get(job.pk):
        return _("Statements %(number)s") % {"number": order}, reverse("admin:statement_order", args=[order])
    if row := trained.get(job.pk):
        return _("Training %(number)s") % {"number": row}, reverse("admin:credit_training", args=[row])
    return (_("Monitoring"), reverse("admin:credit_watching")) if job.kind == "watch" else ("", "")
