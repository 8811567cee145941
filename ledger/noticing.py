"""Notices of payment: a customer gives one, the staff confirms it into the books or refuses it."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import attachments
from accounts.audit import Entry, Fact, fact, record
from accounts.messages import put
from accounts.models import Lender
from accounts.transactions import Refused, lock, one_transaction
from ledger.actions import checked_amount, record_payment
from ledger.actions.refusing import not_a_first_day, refuse_date
from ledger.models import Notice, NoticePhoto, Payment
from ledger.months import month_of

LARGEST_PHOTO = 2 * 1024 * 1024  # bytes
MOST_WAITING = 20  # of one customer
BODY = ("amount", "paid_on", "starting", "channel", "reference", "note")
State = Notice.State


@one_transaction
def give_notice(notice: Notice, photo: bytes = b"") -> Notice:
    """Keep what the customer tells, with the picture of a slip. The same key and body again return the first."""
    lender = Lender.load()
    lock([notice.customer_id])
    mine = Notice.objects.filter(customer=notice.customer_id)
    if first := mine.filter(key=notice.key).first():
        told = BODY if notice.paid_on else [name for name in BODY if name != "paid_on"]
        if any(getattr(first, name) != getattr(notice, name) for name in told):
            used = _("This form was already used, with other figures. Look at your payments, then start afresh.")
            raise Refused(used, code="key_reused")
        return first
    notice.amount = checked_amount(notice.amount)
    notice.paid_on = notice.paid_on or lender.today()
    refuse_date(notice.paid_on, lender)
    if notice.starting and notice.starting != month_of(notice.starting):
        raise Refused(not_a_first_day(notice.starting))
    if mine.waiting().count() >= MOST_WAITING:
        wait = _("%(number)s of your notices wait already. Let them be looked at first.")
        raise Refused(wait % {"number": MOST_WAITING})
    notice.state = State.WAITING
    notice.save(force_insert=True)
    _tell(notice, "give_notice")
    if photo:
        NoticePhoto.objects.create(customer_id=notice.customer_id, notice=notice, kind=kind_of(photo), content=photo)
    return notice


def kind_of(photo: bytes) -> str:
    """image/jpeg or image/png, by the first bytes and never by a name. Raises Refused for anything else."""
    if len(photo) > LARGEST_PHOTO:
        raise Refused(_("The photo is larger than 2 MB. Take a smaller one."))
    kind = attachments.kind_of(photo, NoticePhoto.Kind.values)
    if kind is None:
        raise Refused(_("The photo is neither JPEG nor PNG. Take another, or go on without."))
    return kind


@one_transaction
def confirm_notice(notice: Notice, by: str, received_on: datetime.date | None = None) -> Notice:
    """Record the payment exactly once, on the day told or on the one that the staff found. Raises Refused."""
    row = _waiting(notice)
    payment = record_payment(
        Payment(
            customer_id=row.customer_id,
            amount=row.amount,
            received_on=received_on or row.paid_on,
            starting=row.starting,
            channel=row.channel,
            reference=row.reference,
            note=row.note,
            recorded_by=by,
            key=f"notice-{row.pk}",
        )
    )
    return _decide(row, state=State.CONFIRMED, decided_by=by, payment=payment.pk)


@one_transaction
def refuse_notice(notice: Notice, by: str, reason: str) -> Notice:
    row = _waiting(notice)
    if not reason.strip():
        raise Refused(_("Say why: the customer reads it."))
    put("refused_notice", row.customer_id, row.pk)
    return _decide(row, state=State.REFUSED, decided_by=by, reason=reason)


def _waiting(notice: Notice) -> Notice:
    """The notice as it is now, under its customer's lock. Raises Refused for one that is decided."""
    lock([notice.customer_id])
    row = Notice.objects.get(customer=notice.customer_id, pk=notice.pk)
    if row.state != State.WAITING:
        told = {"state": row.get_state_display(), "name": row.decided_by}
        raise Refused(_("This notice is already %(state)s, by %(name)s.") % told)
    return row


def _decide(row: Notice, **told: Any) -> Notice:
    told["decided_at"] = timezone.now()
    Notice.objects.filter(customer=row.customer_id, pk=row.pk).update(**told)
    for name, value in told.items():
        setattr(row, name, value)
    _tell(row, f"{row.state}_notice", reason=row.reason, payment=row.payment)
    return row


def _tell(notice: Notice, act: str, **more: Fact) -> None:
    named: dict[str, Fact] = {"notice": notice.pk, "amount": fact(notice.amount), "paid_on": fact(notice.paid_on)}
    record([Entry(notice.customer_id, act, named | more)])
