"""Take back one batch whole, or refuse with what rests on it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Batch, Lender
from ledger.acting import books_of
from ledger.bulk.importing import MOST_CUSTOMERS
from ledger.bulk.kinds import Kind
from ledger.transactions import Refused, one_transaction


@one_transaction
def undo_batch(batch: Batch, kinds: dict[str, Kind[Any]], by: str = "") -> Batch:
    """Undo everything the batch brought. Raises Refused, with nothing changed."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at:
        raise Refused(f"Batch {batch.name} was undone already, on {batch.undone_at:%Y-%m-%d}.")
    kind = kinds[batch.kind]
    lender = Lender.load()
    for customers in _slices(kind.customers_of(batch)):
        with books_of(customers, undone=batch.name) as books:
            kind.undo(batch, books, lender, by)
    batch.undone_at, batch.undone_by = timezone.now(), by
    batch.save(update_fields=["undone_at", "undone_by"])
    return batch


def _slices(customers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(customers), MOST_CUSTOMERS):
        yield customers[start : start + MOST_CUSTOMERS]
