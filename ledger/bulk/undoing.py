"""Take back one batch whole, or refuse with what rests on it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Batch, Lender
from ledger.acting import books_of
from ledger.bulk.importing import MOST_CUSTOMERS
from ledger.bulk.kinds import Kind
from ledger.bulk.seconding import need_second_to_undo
from ledger.transactions import Refused, one_transaction


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
        raise Refused(f"Batch {batch.name} was undone already, on {batch.undone_at:%Y-%m-%d}.")
    kind = kinds[batch.kind]
    lender = Lender.load()
    if not at_the_machine:
        need_second_to_undo(batch, lender, by=by, confirmed_by=confirmed_by)
    for customers in _slices(kind.customers_of(batch)):
        with books_of(customers) as books:
            kind.undo(batch, books, lender, by)
    batch.undone_at, batch.undone_by = timezone.now(), confirmed_by or by
    if not confirmed_by:
        batch.undo_asked_by, batch.undo_asked_at = "", None
    batch.save(update_fields=["undone_at", "undone_by", "undo_asked_by", "undo_asked_at"])
    return batch


def _slices(customers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(customers), MOST_CUSTOMERS):
        yield customers[start : start + MOST_CUSTOMERS]
