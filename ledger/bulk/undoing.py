"""Take back one batch whole, or refuse with what rests on it: at once for a command, in pieces for a worker."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.jobs import Run
from accounts.models import Batch, Lender
from accounts.sentences import said
from accounts.transactions import Refused, one_transaction
from ledger.acting import books_of
from ledger.bulk.importing import MOST_CUSTOMERS
from ledger.bulk.kinds import Kind
from ledger.bulk.registry import called
from ledger.bulk.registry import kinds as all_kinds
from ledger.bulk.seconding import need_second_to_undo, second_to_undo, undone_already
from ledger.figures import fold

IN_ONE_PIECE = 100  # customers that a worker takes back in one transaction


@one_transaction
def undo_batch(
    batch: Batch, kinds: dict[str, Kind[Any]], by: str = "", *, confirmed_by: str = "", at_the_machine: bool = False
) -> Batch:
    """Undo everything the batch brought. Raises Refused, with nothing changed.

    Raises NeedsSecond for a payment above the lender's amount, unless `by` asked for it (ask_to_undo) and
    `confirmed_by` is somebody else; who runs the command is at_the_machine, and passes.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at:
        raise Refused(undone_already(batch))
    if batch.state in Batch.OUTSIDE:
        state = batch.get_state_display()
        raise Refused(said("Batch %(batch)s is %(state)s: none of it is in the books.", batch=batch.name, state=state))
    if batch.jobs.unfinished().exists():
        raise Refused(
            said("Batch %(batch)s is being worked on in the portal. Wait for it, or cancel it there.", batch=batch.name)
        )
    if not at_the_machine:
        need_second_to_undo(batch, Lender.load(), by=by, confirmed_by=confirmed_by)
    for customers in _slices(kinds[batch.kind].customers_of(batch), MOST_CUSTOMERS):
        _take_back(kinds[batch.kind], batch, customers, by)
    _close(batch, confirmed_by or by)
    return batch


def undo_in_pieces(run: Run) -> str:
    """First try it all, so that a refusal changes nothing; then take back piece by piece.

    What a piece took back is found no more by the next run, and the job's cursor says where that one begins.
    """
    batch = Batch.objects.get(jobs=run.job)
    second_to_undo(batch, run.job.asked_by)
    customers = all_kinds()[batch.kind].customers_of(batch)
    if not run.job.cursor:
        for place, piece in enumerate(_slices(customers, IN_ONE_PIECE)):
            _try_piece(run, piece, place * IN_ONE_PIECE, len(customers))
            run.breathe()
    left = [customer for customer in customers if customer > run.job.cursor]
    for piece in _slices(left, IN_ONE_PIECE):
        _undo_piece(run, piece, len(customers))
        run.breathe()
    _end(run)
    fold()
    return said(
        "%(batch)s is undone: %(count)s %(kind)s.", batch=batch.name, count=batch.added, kind=called(batch.kind)
    )


@one_transaction
def _try_piece(run: Run, customers: Sequence[int], done: int, total: int) -> None:
    run.hold()
    batch = Batch.objects.get(jobs=run.job)
    with transaction.atomic():
        _take_back(all_kinds()[batch.kind], batch, customers, run.job.asked_by)
        transaction.set_rollback(True)
    run.progress(min(done, total), total=total, message=said("Looking for what rests on it"))


@one_transaction
def _undo_piece(run: Run, customers: Sequence[int], total: int) -> None:
    run.hold()
    batch = Batch.objects.get(jobs=run.job)
    if batch.state != Batch.State.UNDOING:
        batch.state = Batch.State.UNDOING
        batch.save(update_fields=["state"])
    _take_back(all_kinds()[batch.kind], batch, customers, run.job.asked_by)
    begun = run.job.done if run.job.cursor else 0
    done = begun + len(customers)
    run.progress(done, total=max(total, done), message=said("Taking back"), cursor=customers[-1])


@one_transaction
def _end(run: Run) -> None:
    run.hold()
    batch = Batch.objects.get(jobs=run.job)
    if not batch.undone_at:
        _close(batch, run.job.asked_by)


def _take_back(kind: Kind[Any], batch: Batch, customers: Sequence[int], by: str) -> None:
    with books_of(customers, undone=batch.name) as books:
        kind.undo(batch, books, Lender.load(), by)


def _close(batch: Batch, by: str) -> None:
    batch.state, batch.undone_at, batch.undone_by = Batch.State.UNDONE, timezone.now(), by
    if batch.undo_asked_by == by:  # needed nobody in the end
        batch.undo_asked_by, batch.undo_asked_at = "", None
    batch.save(update_fields=["state", "undone_at", "undone_by", "undo_asked_by", "undo_asked_at"])


def _slices(customers: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(customers), most):
        yield list(customers[start : start + most])
