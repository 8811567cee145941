"""Endpoints for files: send one, look what it would do, post it, follow the work, take it back."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from accounts import jobs
from accounts.api.access import Access, ApiRequest, refuse_token
from accounts.api.fields import Before, Id, Limit, Listed, Money, Words, slice_of, text
from accounts.api.problems import Problem, not_found
from accounts.models import Batch, Job
from accounts.telling import told as told_as
from ledger.bulk import uploads
from ledger.bulk.importing import LONGEST_NAME
from ledger.bulk.reading import BadFile
from ledger.bulk.registry import permission
from ledger.bulk.seconding import ask_to_undo, drop_undo
from ledger.bulk.uploads import KnownFile, Parcel
from ledger.models import Upload, UploadLine
from ledger.portal.batch_lines import reason_of
from ledger.portal.batches import LOOKING, SENDING, UNDOING, in_sight_of, may
from ledger.seconding import NeedsSecond

router = Router(tags=["Files"])
Kind = Literal["customers", "dues", "payments", "outcomes"]
LineDecision = Literal["read", "new", "there", "wrong", "posted"]
looking = Access(LOOKING)
sending = Access(LOOKING, SENDING, scope="files")
undoing = Access(LOOKING, UNDOING, scope="files")


class FilePreview(Schema):
    """What the file would do, or did; the figures grow while it is read."""

    lines: int
    new: int
    there: Annotated[int, Field(description="Lines that the books hold already.")]
    wrong: int
    posted: int
    raised: Money
    received: Money
    applied: Money
    held: Money


class FileWork(Schema):
    """The work behind: reading, posting, undoing or discarding."""

    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    percent: int
    message: Words


class BatchOut(Schema):
    id: Id
    kind: str
    name: str
    file_name: str
    sha256: str
    state: Literal["reading", "ready", "posting", "posted", "undoing", "undone", "discarded"]
    rows: int
    added: int
    already_there: int
    recorded_by: str
    recorded_at: datetime.datetime
    undo_asked_by: str
    undone_by: str
    undone_at: datetime.datetime | None
    work: FileWork | None
    preview: FilePreview | None


class LineOut(Schema):
    line: int
    customer_id: Annotated[int, Field(description="0 where it cannot be read.")]
    decision: LineDecision
    reasons: list[str]
    cells: dict[str, str]


class Lines(Schema):
    """Lines in the order of the file; `next` is what to send as `after`, null at the end."""

    items: list[LineOut]
    next: int | None


class Parcelled(Schema):
    """The form beside the file."""

    kind: Kind
    name: text(LONGEST_NAME) = ""  # type: ignore[valid-type]
    byte_order_mark: Annotated[Literal["true", "false"], Field(description="Saved by Excel as “CSV UTF-8”.")] = "false"


@router.post("/batches", response={200: BatchOut, 201: BatchOut}, auth=sending, summary="Send a file")
def send(request: ApiRequest, told: Form[Parcelled], file: File[UploadedFile]) -> Any:
    """CSV, at most 12 MB here and 100 MB in the portal. It is read and tried behind; nothing reaches the books until it
    is posted. The very same file again answers 200 with the batch of before."""
    if not request.user.has_perm(permission("add", told.kind)):
        raise Problem("forbidden", _("Your role does not allow files of %(kind)s.") % {"kind": told.kind})
    sent: Any = file
    parcel = Parcel(sent, told.kind, request.user.get_username(), told.name, told.byte_order_mark == "true")
    try:
        return Status(201, shape(uploads.take_upload(parcel)))
    except KnownFile as known:
        return Status(200, shape(known.batch))
    except BadFile as fault:
        raise Problem("invalid", errors=[{"field": "file", "message": told_as(fault)}]) from None


@router.get("/batches", response=Listed[BatchOut], auth=looking, summary="Files")
def batches(request: ApiRequest, before: Before = None, limit: Limit = 25) -> Any:
    """Those of a kind that your role may look at."""
    rows, following = slice_of(in_sight_of(request.user).select_related("upload"), before, limit)
    jobs_of = {job.batch_id: job for job in Job.objects.filter(batch__in=rows).order_by("id")}
    return {"items": [_shape(row, jobs_of.get(row.pk)) for row in rows], "next": following}


@router.get("/batches/{int:batch_id}", response=BatchOut, auth=looking, summary="One file, its state and preview")
def batch(request: ApiRequest, batch_id: Id) -> Any:
    return shape(_batch(request, batch_id))


@router.get("/batches/{int:batch_id}/lines", response=Lines, auth=looking, summary="Its lines")
def lines(
    request: ApiRequest, batch_id: Id, decision: LineDecision | None = None, after: Before = None, limit: Limit = 25
) -> Any:
    """Each with what was decided about it and why; ask for decision=wrong to mend them."""
    upload = Upload.objects.filter(batch=_batch(request, batch_id)).first()
    if upload is None:
        raise not_found()
    found = UploadLine.objects.filter(upload=upload, line__gt=after or 0)
    found = found.filter(decision=decision) if decision else found
    some = list(found.order_by("line")[: limit + 1])
    items = [_line(row, upload.header) for row in some[:limit]]
    return {"items": items, "next": some[limit - 1].line if len(some) > limit else None}


@router.post("/batches/{int:batch_id}/post", response={202: BatchOut}, auth=sending, summary="Post a file")
def post(request: ApiRequest, batch_id: Id) -> Any:
    """Its new lines are posted behind; ask for the batch until `work` is done."""
    return _do(request, batch_id, SENDING, uploads.post)


@router.post("/batches/{int:batch_id}/undo", response={202: BatchOut}, auth=undoing, summary="Take a file back")
def undo(request: ApiRequest, batch_id: Id) -> Any:
    """Above the lender's amount it takes a second person: `undo_asked_by` names who asked, and another undoes it, by no
    personal token."""
    asked_by = _batch(request, batch_id, UNDOING).undo_asked_by
    if asked_by not in ("", request.user.get_username()):
        refuse_token(request.auth)
    return _do(request, batch_id, UNDOING, partial(_undo_or_ask, asked_by=asked_by))


@router.post(
    "/batches/{int:batch_id}/undo/drop",
    response=BatchOut,
    auth=Access(LOOKING, UNDOING, sessions_only=True),
    summary="Refuse or withdraw the undoing of a file",
)
def drop(request: ApiRequest, batch_id: Id) -> Any:
    """Nobody is asked to undo it any more. Not for a personal token."""
    drop_undo(_batch(request, batch_id, UNDOING))
    return shape(Batch.objects.get(pk=batch_id))


@router.post("/batches/{int:batch_id}/discard", response={202: BatchOut}, auth=sending, summary="Forget a file")
def discard(request: ApiRequest, batch_id: Id) -> Any:
    """Of which nothing reached the books."""
    return _do(request, batch_id, SENDING, uploads.discard)


@router.post("/batches/{int:batch_id}/cancel", response={202: BatchOut}, auth=sending, summary="Stop the work")
def cancel(request: ApiRequest, batch_id: Id) -> Any:
    """As soon as the part it is at is done; nothing happens where there is none."""
    found = _batch(request, batch_id)
    job = _job(found)
    if not may(request.user, found, UNDOING if job and job.kind == "undo" else SENDING):
        raise Problem("forbidden", _("Your role does not allow this."))
    if job and not job.is_over:
        jobs.cancel(job)
    return Status(202, shape(found))


def _do(request: ApiRequest, number: int, code: str, act: Callable[[Batch, str], Any]) -> Any:
    found = _batch(request, number, code)
    act(found, request.user.get_username())
    return Status(202, shape(Batch.objects.get(pk=number)))


def _undo_or_ask(batch: Batch, by: str, asked_by: str) -> None:
    try:
        uploads.undo(batch, by, asked_by)
    except NeedsSecond:
        ask_to_undo(batch, by)


def _batch(request: ApiRequest, number: int, *codes: str) -> Batch:
    """404 without the batch, 403 for who may not look at what it brings."""
    found = Batch.objects.select_related("upload").filter(pk=number).first()
    if found is None:
        raise not_found()
    if not may(request.user, found, *codes):
        raise Problem("forbidden", _("Your role does not allow this."))
    return found


def _job(batch: Batch) -> Job | None:
    return batch.jobs.order_by("id").last()


def shape(batch: Batch) -> dict[str, Any]:
    return _shape(batch, _job(batch))


def _shape(batch: Batch, job: Job | None) -> dict[str, Any]:
    plain = {name: getattr(batch, name) for name in BatchOut.model_fields if name not in ("work", "preview")}
    work = {name: getattr(job, name) for name in FileWork.model_fields} if job else None
    return {**plain, "work": work, "preview": getattr(batch, "upload", None)}


def _line(row: UploadLine, header: list[str]) -> dict[str, Any]:
    return {
        "line": row.line,
        "customer_id": row.customer,
        "decision": row.decision,
        "reasons": [reason_of(*problem) for problem in row.problems],
        "cells": dict(zip(header, row.cells, strict=False)),
    }
