"""Files in the portal: send one, look what it would do, post it, follow the work, take it back."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from accounts import jobs
from accounts.models import Batch, Job
from accounts.seeing import see_other
from accounts.sentences import listed, said
from accounts.telling import told
from accounts.transactions import Refused
from ledger.bulk import uploads
from ledger.bulk.importing import BadName
from ledger.bulk.reading import BadFile
from ledger.bulk.registry import kinds, permission
from ledger.bulk.seconding import ask_to_undo, drop_undo
from ledger.bulk.spreadsheets import LARGEST, is_amount, tidy
from ledger.bulk.uploads import KnownFile, Parcel
from ledger.models import Upload
from ledger.portal.batch_forms import SendForm
from ledger.portal.batch_lines import days_of, lines_page, refused_csv
from ledger.portal.pages import ACT, ASK, LOOK, StaffRequest
from ledger.portal.start import begun
from ledger.seconding import NeedsSecond

LOOKING, SENDING, UNDOING = "accounts.view_batch", "accounts.add_batch", "accounts.change_batch"
PAGE = 25
State = Batch.State
View = Callable[..., HttpResponseBase]


def batch_page(*codes: str, methods: tuple[str, ...] = LOOK) -> Callable[[View], View]:
    """A page of one batch: 403 without the right to look at batches and these besides, 404 without the batch.

    Whoever may not look at the rows that a file brings may not look at the file, and who may not add them neither
    sends nor posts one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, number: int) -> HttpResponseBase:
            batch = get_object_or_404(Batch, pk=number)
            if not may(request.user, batch, *codes):
                raise PermissionDenied
            return view(request, batch)

        allowed = permission_required((LOOKING, *codes), raise_exception=True)(opened)
        return require_http_methods(methods)(allowed)

    return decorate


def may(user: Any, batch: Batch, *codes: str) -> bool:
    """Has these permissions, and those on the rows of the batch that go with them."""
    known = batch.kind in kinds()
    beside = {permission("add" if code == SENDING else "view", batch.kind) for code in (LOOKING, *codes) if known}
    return bool(user.has_perms({*codes, *beside}))


def in_sight_of(user: Any) -> QuerySet[Batch]:
    """Those that he may look at, by the same rule; a kind that is no more asks for nothing besides."""
    hidden = [kind for kind in kinds() if not user.has_perm(permission("view", kind))]
    return Batch.objects.exclude(kind__in=hidden)


@require_http_methods(LOOK)
@permission_required(LOOKING, raise_exception=True)
def batches(request: HttpRequest) -> HttpResponse:
    page = Paginator(Batch.objects.order_by("-id"), PAGE).get_page(request.GET.get("page"))
    return _draw(request, "list", page=page)


@require_http_methods(ASK)
@permission_required((LOOKING, SENDING), raise_exception=True)
def send(request: StaffRequest) -> HttpResponse:
    """Take a file; the one address where a request may be larger (config.middleware)."""
    if request.method != "POST":
        return _draw(
            request, "send", form=SendForm(request.user, initial={"kind": request.GET.get("kind", "payments")})
        )
    form = SendForm(request.user, request.POST, request.FILES)
    if not form.is_valid():
        return _draw(request, "send", 422, form=form)
    try:
        return _go_to(uploads.take_upload(_parcel(form.cleaned_data, request.user.get_username())))
    except KnownFile as known:
        messages.info(request, _("%(reason)s Nothing was taken again.") % {"reason": told(known)})
        return _go_to(known.batch)
    except BadFile as fault:
        form.add_error("name" if isinstance(fault, BadName) else "file", told(fault))
    return _draw(request, "send", 422, form=form)


def _parcel(sent: dict[str, Any], by: str) -> Parcel:
    """The file as our readers take it, and in words what was read into it. A very large one is taken as it is."""
    file, read_as, sha256 = sent["file"], "", ""
    if file.size > LARGEST and file.name.lower().endswith(".xlsx"):
        raise BadFile(said("The workbook is larger than 3 MB. Save its sheet as CSV, or send it in parts."))
    if file.size <= LARGEST:
        content = file.read()
        tidied = tidy(content, kinds()[sent["kind"]].layouts, sent["order"])
        sha256 = hashlib.sha256(content).hexdigest()  # every door knows a file by the bytes as they came
        file = ContentFile(tidied.content, file.name)
        read_as = listed(tidied.words) if tidied.words else ""
    return Parcel(file, sent["kind"], by, sent["name"], byte_order_mark=True, read_as=read_as, sha256=sha256)


@batch_page()
def batch(request: StaffRequest, batch: Batch) -> HttpResponse:
    """The file, what it would do or did, its lines, and what may be done now."""
    job, upload = _job(batch), Upload.objects.filter(batch=batch).first()
    context: dict[str, Any] = {"job": job, "upload": upload, "is_money": batch.kind in ("dues", "payments")}
    context["begun"] = begun(request.lender) if batch.state == State.POSTED else None
    if upload:
        columns = [(name, is_amount(name)) for name in upload.header]
        context |= {"lines": lines_page(upload, request.GET), "columns": columns, "days": days_of(upload)}
    return _draw(request, "batch", batch=batch, **context, **_progress(batch, job, upload), **_may(request, batch, job))


def _may(request: StaffRequest, batch: Batch, job: Job | None) -> dict[str, bool]:
    """Which buttons stand on the page; the acts themselves refuse what is not right."""
    at_rest = job is None or job.is_over
    sends, undoes = may(request.user, batch, SENDING), may(request.user, batch, UNDOING)
    return {
        "may_post": sends and at_rest and batch.state in (State.READY, State.POSTING),
        "may_discard": sends and at_rest and batch.state in (State.READING, State.READY),
        "may_read_on": sends and at_rest and batch.state == State.READING and _was_stopped(job),
        "may_undo": undoes and at_rest and batch.state in (State.POSTED, State.POSTING, State.UNDOING),
        "may_cancel": not at_rest and (undoes if job and job.kind == "undo" else sends),
    }


def _was_stopped(job: Job | None) -> bool:
    """By somebody or by a fault of ours, and not by the file's own fault, which reading again would meet again."""
    return job is not None and (job.state == Job.State.CANCELLED or job.attempts >= jobs.MOST_ATTEMPTS)


@batch_page()
def progress(request: StaffRequest, batch: Batch) -> HttpResponse:
    """The part of the page that asks for itself every second, until the work is over and the whole page is new."""
    job = _job(batch)
    if job is None or job.is_over:
        return HttpResponseClientRefresh()
    upload = Upload.objects.filter(batch=batch).first()
    return render(request, "includes/progress.html", {"job": job, **_progress(batch, job, upload)})


def _progress(batch: Batch, job: Job | None, upload: Upload | None) -> dict[str, Any]:
    follow = reverse("admin:batch_progress", args=[batch.pk])
    in_bytes = bool(job and job.kind == "read" and upload and not upload.is_read)
    return {"in_bytes": in_bytes, "in_lines": bool(job and job.kind != "undo"), "follow": follow}


@batch_page(SENDING, methods=ACT)
def post(request: StaffRequest, batch: Batch) -> HttpResponse:
    return _ask(request, batch, uploads.post)


@batch_page(SENDING, methods=ACT)
def read_on(request: StaffRequest, batch: Batch) -> HttpResponse:
    return _ask(request, batch, uploads.read_on)


@batch_page(SENDING, methods=ACT)
def discard(request: StaffRequest, batch: Batch) -> HttpResponse:
    return _ask(request, batch, uploads.discard)


@batch_page(UNDOING, methods=ASK)
def undo(request: StaffRequest, batch: Batch) -> HttpResponse:
    """Say what will happen, then ask for it: the worker, or first a second person, who confirms it here."""
    if request.method == "POST" and request.POST.get("step") == "drop":
        drop_undo(batch)
        messages.success(request, _("Nobody is asked to undo this file any more."))
        return _go_to(batch)
    if request.method == "POST":
        return _ask(request, batch, _undo_or_ask)
    return _draw(request, "undo", batch=batch)


def _undo_or_ask(batch: Batch, by: str) -> None:
    try:
        uploads.undo(batch, by)
    except NeedsSecond:
        ask_to_undo(batch, by)


@batch_page(methods=ACT)
def cancel(request: StaffRequest, batch: Batch) -> HttpResponse:
    """Whoever may ask for the work may stop it."""
    job = _job(batch)
    if not may(request.user, batch, UNDOING if job and job.kind == "undo" else SENDING):
        raise PermissionDenied
    if job is None or job.is_over:
        messages.info(request, _("The work was over already; there was nothing to stop."))
    else:
        jobs.cancel(job)
        messages.success(request, _("The work stops as soon as the part it is at is done."))
    return _go_to(batch)


@batch_page()
def refused(request: StaffRequest, batch: Batch) -> HttpResponseBase:
    """The lines that were not taken, to be mended and sent again."""
    upload = get_object_or_404(Upload, batch=batch)
    response = StreamingHttpResponse(refused_csv(upload), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{batch.pk}.csv"'
    return response


def _ask(request: StaffRequest, batch: Batch, act: Callable[[Batch, str], Any]) -> HttpResponse:
    try:
        act(batch, request.user.get_username())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return _go_to(batch)


def _job(batch: Batch) -> Job | None:
    return batch.jobs.order_by("id").last()


def _draw(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"ledger/portal/batches/{template}.html", context, status=status)


def _go_to(batch: Batch) -> HttpResponse:
    return see_other("admin:batch_page", batch.pk)
