"""What staff may do with an uploaded file: send it, post it, take it back, discard it, stop the work, go on with it.

Each act is one short transaction that stores a job beside what it is about; the worker does the rest.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from django.db import IntegrityError
from django.utils import timezone

from accounts import jobs
from accounts.models import Batch, Job
from accounts.sentences import said
from accounts.transactions import Refused, one_transaction
from ledger.bulk import pieces
from ledger.bulk.importing import free_name, standing, storable
from ledger.bulk.reading import LARGEST_FILE, NO_HEADER, TOO_LARGE, BadFile
from ledger.bulk.registry import kinds
from ledger.bulk.seconding import second_to_undo
from ledger.models import Upload
from ledger.money import ZERO

State = Batch.State


class Sent(Protocol):
    """A file as Django hands it over: in memory while small, else in the folder for temporary files."""

    name: str | None
    size: int | None

    def chunks(self) -> Iterator[bytes]: ...


class KnownFile(Exception):
    """The very file is here already."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        super().__init__(said("This file is here already, as batch %(batch)s.", batch=batch.name))


@dataclass(frozen=True)
class Parcel:
    """What the clerk sends."""

    file: Sent
    kind: str
    by: str
    name: str = ""
    byte_order_mark: bool = False
    read_as: str = ""
    sha256: str = ""  # of the bytes as they came, where the file was tidied


def take_upload(parcel: Parcel) -> Batch:
    """Keep the file and ask for it to be read. Raises KnownFile, or BadFile for what no reading could mend."""
    if not parcel.file.size:
        raise BadFile(NO_HEADER)
    if parcel.file.size > LARGEST_FILE:
        raise BadFile(TOO_LARGE)
    sha256 = parcel.sha256 or _fingerprint(parcel.file)
    try:
        _refuse_known(parcel, sha256)
        return _keep(parcel, sha256)
    except IntegrityError:  # somebody else sent the same file meanwhile
        _refuse_known(parcel, sha256)
        raise


def _fingerprint(file: Sent) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _refuse_known(parcel: Parcel, sha256: str) -> None:
    if known := standing(parcel.kind, sha256):
        raise KnownFile(known)


@one_transaction
def _keep(parcel: Parcel, sha256: str) -> Batch:
    path = PurePath(storable(parcel.file.name or ""))
    batch = Batch.objects.create(
        kind=parcel.kind,
        name=free_name(parcel.name, path.stem or parcel.kind),
        file_name=path.name[:255],
        sha256=sha256,
        state=State.READING,
        recorded_by=parcel.by,
    )
    size = parcel.file.size or 0
    upload = Upload.objects.create(
        batch=batch, size=size, byte_order_mark=parcel.byte_order_mark, read_as=parcel.read_as
    )
    pieces.store(upload, parcel.file.chunks())
    jobs.ask_for("read", parcel.by, batch, total=size)
    return batch


@one_transaction
def post(batch: Batch, by: str) -> Job:
    """Ask for what is new to be posted, or for the rest of it after a stop."""
    batch = _at_rest(batch, State.READY, State.POSTING)
    upload = batch.upload
    if not upload.new:
        raise Refused(said("Nothing in this file is new. There is nothing to post."))
    if batch.state == State.READY:
        batch.state, batch.recorded_by, batch.recorded_at = State.POSTING, by, timezone.now()
        batch.save(update_fields=["state", "recorded_by", "recorded_at"])
        Upload.objects.filter(pk=upload.pk).update(raised=ZERO, received=ZERO, applied=ZERO, held=ZERO)
    return jobs.ask_for("post", by, batch, done=upload.posted, total=upload.posted + upload.new)


@one_transaction
def undo(batch: Batch, by: str, asked_by: str | None = None) -> Job:
    """Ask for everything the batch brought to be taken back; where asked_by is given, only if it is still who asked
    for that. Raises NeedsSecond (ledger.bulk.seconding)."""
    batch = _at_rest(batch, State.POSTED, State.POSTING, State.UNDOING)
    if asked_by is not None and batch.undo_asked_by != asked_by:
        raise Refused(said("Somebody has asked for it, or withdrawn it, meanwhile. Look at it again."))
    second_to_undo(batch, by)
    return jobs.ask_for("undo", by, batch)


@one_transaction
def discard(batch: Batch, by: str) -> Job:
    """Forget a file of which nothing reached the books; it may be sent again."""
    batch = _at_rest(batch, State.READING, State.READY)
    batch.state = State.DISCARDED
    batch.save(update_fields=["state"])
    return jobs.ask_for("discard", by, batch)


@one_transaction
def read_on(batch: Batch, by: str) -> Job:
    """Ask for a reading that was stopped to go on."""
    batch = _at_rest(batch, State.READING)
    upload = batch.upload
    known: dict[str, Any] = (
        {"total": upload.lines, "done": upload.checked} if upload.is_read else {"total": upload.size}
    )
    return jobs.ask_for("read", by, batch, **known)


def _at_rest(batch: Batch, *states: State) -> Batch:
    """The batch, locked. Raises Refused while a job works on it, or when it is not in one of the states."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.kind not in kinds():
        raise Refused(said("Nothing here knows files of %(kind)s.", kind=batch.kind))
    if batch.jobs.unfinished().exists():
        raise Refused(said("Batch %(batch)s is being worked on. Wait for it, or cancel it first.", batch=batch.name))
    if batch.state not in states:
        raise Refused(
            said(
                "Batch %(batch)s is %(state)s; this cannot be done with it now.",
                batch=batch.name,
                state=batch.get_state_display(),
            )
        )
    return batch
