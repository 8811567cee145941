"""Close months and open them again: forward by one person, back for a reason and, if the lender asks so, by two."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import fact, record_house
from accounts.models import Lender
from accounts.transactions import Refused, one_transaction
from ledger.models import Closing
from ledger.money import apart
from ledger.months import last_day
from ledger.templatetags.money import day, month_name

State = Closing.State


@one_transaction
def close_books(through: datetime.date, by: str) -> Closing:
    """Close the books up to and including a month's last day. Raises Refused for a month that is not over."""
    lender = hold_lender()
    _refuse_part(through)
    if through >= lender.today():
        told = {"month": month_name(through)}
        raise Refused(_("%(month)s is not over yet. A month is closed when it is.") % told)
    if lender.closed_through and through <= lender.closed_through:
        told = {"day": day(lender.closed_through)}
        raise Refused(_("The books are closed through %(day)s already. To go back, reopen them.") % told)
    return _move(lender, Closing(before=lender.closed_through, after=through, asked_by=by))


@one_transaction
def reopen_books(through: datetime.date | None, by: str, reason: str) -> Closing:
    """Open again all after this last day of a month (None: everything), at once or as a request that waits."""
    lender = hold_lender()
    if lender.closed_through is None:
        raise Refused(_("No month is closed."))
    if through is not None:
        _refuse_part(through)
        if through >= lender.closed_through:
            told = {"day": day(lender.closed_through)}
            raise Refused(_("The books are closed through %(day)s. Reopening goes back from there.") % told)
    if not reason.strip():
        raise Refused(_("Say why: the reason stands beside what is reopened."))
    if first := Closing.objects.waiting().first():
        waits = _("A request by %(name)s to reopen months waits already. Decide on that one first.")
        raise Refused(waits % {"name": first.asked_by})
    closing = Closing(before=lender.closed_through, after=through, asked_by=by, reason=reason)
    if lender.reopen_alone:
        return _move(lender, closing)
    closing.state = State.WAITING
    closing.save(force_insert=True)
    _tell(closing, "ask_to_reopen", reason)
    return closing


@one_transaction
def confirm_reopening(closing: Closing, by: str) -> Closing:
    """Reopen what another person asked for, once. Raises Refused when months were closed or opened meanwhile."""
    lender = hold_lender()
    row = _waiting(closing)
    if by == row.asked_by:
        raise Refused(_("Nobody confirms a request of his own. Ask a colleague."))
    if row.before != lender.closed_through:
        raise Refused(_("Months were closed or opened since this was asked. Refuse it and ask anew."))
    _decide(row, State.DONE, by)
    return _move(lender, row)


@one_transaction
def refuse_reopening(closing: Closing, by: str, note: str) -> Closing:
    hold_lender()
    row = _waiting(closing)
    if by == row.asked_by:
        raise Refused(_("This request is your own. Withdraw it instead."))
    if not note.strip():
        raise Refused(_("Say why, so that the person who asked knows."))
    return _decide(row, State.REFUSED, by, note)


@one_transaction
def withdraw_reopening(closing: Closing, by: str) -> Closing:
    hold_lender()
    row = _waiting(closing)
    if by != row.asked_by:
        only = _("Only %(name)s, who asked, withdraws this request. Refuse it instead.")
        raise Refused(only % {"name": row.asked_by})
    return _decide(row, State.WITHDRAWN, by)


def hold_lender() -> Lender:
    """The lender's row, locked: whoever closes or opens waits here. On SQLite the transaction is the lock."""
    return Lender.objects.select_for_update().get(pk=Lender.load().pk)


def _refuse_part(through: datetime.date) -> None:
    if through != last_day(through):
        raise Refused(_("A month is closed whole: name its last day, not %(day)s.") % {"day": apart(through)})


def _move(lender: Lender, closing: Closing) -> Closing:
    closing.state = State.DONE
    closing.save()
    Lender.objects.filter(pk=lender.pk).update(closed_through=closing.after)
    _tell(closing, "move_closed_months", closing.reason)
    return closing


def _waiting(closing: Closing) -> Closing:
    row = Closing.objects.get(pk=closing.pk)
    if row.state != State.WAITING:
        told = {"state": row.get_state_display(), "name": row.decided_by}
        raise Refused(_("This request is already %(state)s, by %(name)s.") % told)
    return row


def _decide(row: Closing, state: str, by: str, note: str = "") -> Closing:
    told: dict[str, Any] = {"state": state, "decided_by": by, "decided_at": timezone.now(), "note": note}
    for name, value in told.items():
        setattr(row, name, value)
    row.save(update_fields=list(told))
    _tell(row, f"{state}_reopening", note)
    return row


def _tell(closing: Closing, act: str, note: str) -> None:
    days = {"closed_through_was": fact(closing.before), "closed_through": fact(closing.after)}
    record_house(act, {**days, "asked_by": closing.asked_by, "note": note})
