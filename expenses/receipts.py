"""Receipts: what may be attached to an entry, attaching it, taking it off."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.attachments import kind_of
from accounts.models import Customer
from accounts.pictures import BrokenPicture, without_metadata
from accounts.telling import told
from accounts.transactions import one_transaction
from expenses.actions import locked
from expenses.models import Expense, Receipt

LARGEST = 5 * 1024 * 1024  # bytes


def cleaned(content: bytes) -> tuple[str, bytes]:
    """(kind, content without what a camera wrote into it). Raises ValidationError."""
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 5 MB. Take a smaller picture."))
    kind = kind_of(content, Receipt.Kind.values)
    if kind is None:
        raise ValidationError(_("The file is neither a JPEG or PNG picture nor a PDF. Take another."))
    try:
        return kind, without_metadata(content, kind)
    except BrokenPicture as reason:
        sentence = _("The picture cannot be read: %(reason)s. Take it again.") % {"reason": told(reason)}
        raise ValidationError(sentence) from None


@one_transaction
def attach(owner: Customer, number: int, kind: str, content: bytes) -> None:
    """In place of the one that was there. An entry that is gone, or is another's, gets none."""
    mine = Expense.objects.filter(customer=locked(owner), pk=number).kept()
    if entry := mine.first():
        told = {"kind": kind, "content": content}
        Receipt.objects.update_or_create(customer=owner, expense=entry, defaults=told)


@one_transaction
def take_off(owner: Customer, number: int) -> None:
    Receipt.objects.filter(customer=locked(owner), expense=number).delete()
