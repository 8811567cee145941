"""The second person for a batch: asked for on the batch itself, confirmed by who undoes it."""

from decimal import Decimal

from django.utils import timezone

from accounts.models import Batch, Lender
from accounts.sentences import Sentence, said
from accounts.transactions import Refused, one_transaction
from ledger.models import Approval, Due, Payment
from ledger.seconding import NeedsSecond, limit_of


def takes_second(batch: Batch, lender: Lender) -> bool:
    """Whether a payment of it is above what one person may reverse alone, or a due above what he may let off."""
    reverse, lower = limit_of("reverse", lender), limit_of("lower", lender)
    payments = Payment.objects.filter(batch=batch, reversed=False)
    dues = Due.objects.filter(batch=batch, withdrawn_at=None)
    return any(
        limit is not None and rows.filter(amount__gt=limit).exists()
        for rows, limit in ((payments, reverse), (dues, lower))
    )


def need_second_to_undo(batch: Batch, lender: Lender, *, by: str, confirmed_by: str) -> None:
    """Raise NeedsSecond or Refused, unless one asked for it and another confirms."""
    if confirmed_by and (not by or batch.undo_asked_by != by):
        told = {"name": by or said("Nobody"), "batch": batch.name}
        raise Refused(said("%(name)s did not ask to undo batch %(batch)s. Ask first.", **told))
    if confirmed_by and confirmed_by == by:
        raise Refused(said("Nobody confirms a request of his own. Ask a colleague."))
    if not confirmed_by and takes_second(batch, lender):
        act = Approval.Act.REVERSE if batch.kind == "payments" else Approval.Act.LOWER
        raise NeedsSecond(act.label, limit_of(act, lender) or Decimal(0), "on the batch's page")


def second_to_undo(batch: Batch, by: str) -> None:
    """The same for a door that knows one person: where another has asked for it, `by` is the second who confirms."""
    asked, lender = batch.undo_asked_by, Lender.load()
    if asked and asked != by:
        need_second_to_undo(batch, lender, by=asked, confirmed_by=by)
    else:
        need_second_to_undo(batch, lender, by=by, confirmed_by="")


def undone_already(batch: Batch) -> Sentence:
    day = batch.undone_at.date() if batch.undone_at else ""
    return said("Batch %(batch)s was undone already, on %(day)s.", batch=batch.name, day=day)


@one_transaction
def ask_to_undo(batch: Batch, by: str) -> Batch:
    """Ask that a second person undoes the batch; asking again at no harm. Raises Refused if somebody asked already."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at:
        raise Refused(undone_already(batch))
    if batch.undo_asked_by not in ("", by):
        told = said("%(name)s asked for it already. Confirm that, or refuse it first.", name=batch.undo_asked_by)
        raise Refused(told)
    if not batch.undo_asked_by:
        batch.undo_asked_by, batch.undo_asked_at = by, timezone.now()
        batch.save(update_fields=["undo_asked_by", "undo_asked_at"])
    return batch


@one_transaction
def drop_undo(batch: Batch) -> Batch:
    """Take the request off the batch: who asked withdraws it, a second person refuses it."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at:
        raise Refused(undone_already(batch))
    batch.undo_asked_by, batch.undo_asked_at = "", None
    batch.save(update_fields=["undo_asked_by", "undo_asked_at"])
    return batch
