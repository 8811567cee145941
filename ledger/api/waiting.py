"""Endpoints for the second person: all that waits for one, and his word on it."""

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Before, Body, Id, Limit, Listed, Number, slice_of, text
from accounts.api.problems import Problem, not_found
from accounts.models import Erasure
from accounts.transactions import Refused
from ledger import closing
from ledger.actions.erasing import erase_customer, put_away
from ledger.api.shapes import SecondPersonOut
from ledger.models import Approval, Closing
from ledger.portal import months
from ledger.portal.data import ERASE
from ledger.portal.pages import READ
from ledger.portal.requests import VIEW, beside, decide

router = Router(tags=["Second person"])


class ApprovalOut(SecondPersonOut):
    """payment, due and loan are numbers of what it is about; made is the payment or decision it led to."""

    customer_id: Number
    title: Annotated[str, Field(examples=["Reverse payment 7"])]
    payment: int | None
    due: int | None
    loan: int | None
    asked_at: datetime.datetime
    decided_by: str
    decided_at: datetime.datetime | None
    note: str
    made: int | None


class UndoingOut(Schema):
    """A file to take back: POST /batches/<id>/undo confirms it, /batches/<id>/undo/drop refuses or withdraws it."""

    id: Id
    kind: str
    name: str
    undo_asked_by: str
    undo_asked_at: datetime.datetime


class WishOut(Schema):
    """Something asked for that another person confirms, and what became of it."""

    id: Id
    state: Literal["waiting", "done", "refused", "withdrawn"]
    asked_by: str
    asked_at: datetime.datetime
    decided_by: str
    decided_at: datetime.datetime | None
    note: str


class ErasureOut(WishOut):
    """All that is personal of a customer is to go: POST /customers/<customer_id>/erasure decides."""

    customer_id: Number


class ReopeningOut(WishOut):
    """before: the last closed day; after: the last one that stays closed, null for none. POST /reopenings/<id>."""

    before: datetime.date | None
    after: datetime.date | None
    reason: str


class Approvals(Listed[ApprovalOut]):
    """items are pages. What waits beside them stands whole on the first page of state=waiting, the oldest first."""

    files: list[UndoingOut]
    erasures: list[ErasureOut]
    reopenings: list[ReopeningOut]


class Word(Body):
    """Who asked withdraws; another confirms, or refuses and says why."""

    decision: Literal["confirm", "refuse", "withdraw"]
    note: text(300) = ""  # type: ignore[valid-type]


class ErasureWord(Word):
    """id: which wish it was read of. Without it the one that waits is decided, whoever asked for it."""

    id: Id | None = None


@router.get("/approvals", response=Approvals, auth=Access(*READ, VIEW), summary="What waits for a second person")
def approvals(
    request: ApiRequest,
    state: Literal["waiting", "confirmed", "refused", "withdrawn"] = "waiting",
    before: Before = None,
    limit: Limit = 25,
) -> Any:
    rows, following = slice_of(Approval.objects.filter(state=state), before, limit)
    found: dict[str, Any] = beside() if state == "waiting" and before is None else {}
    reopening = found.get("reopening")
    return {
        "items": rows,
        "next": following,
        "files": list(found.get("batches", ())),
        "erasures": list(found.get("erasures", ())),
        "reopenings": [reopening] if reopening else [],
    }


@router.post(
    "/customers/{int:customer_id}/approvals/{int:approval_id}",
    response=ApprovalOut,
    auth=Access(*READ, VIEW, sessions_only=True),
    summary="Confirm, refuse or withdraw a request",
)
def decide_approval(request: ApiRequest, customer_id: Number, approval_id: Id, told: Word) -> Any:
    """For who is signed in, not for a personal token. Confirming does the act, with everything looked at anew."""
    row = get_object_or_404(Approval.objects.of(customer_of(request, customer_id)), pk=approval_id)
    by = request.user.get_username()
    if by != row.asked_by and not request.user.has_perm(row.permission):
        raise Problem("forbidden", _("Your role does not allow this."))
    decide(row, told.decision, by, told.note)
    row.reread()
    return row


@router.post(
    "/customers/{int:customer_id}/erasure",
    response=ErasureOut,
    auth=Access(*READ, "accounts.export_customer", ERASE, sessions_only=True),
    summary="Confirm, refuse or withdraw an erasure",
)
def decide_erasure(request: ApiRequest, customer_id: Number, told: ErasureWord) -> Any:
    """Of the wish that waits (404 without one), or of `id`: one withdrawn since it was read is then refused. Confirming
    erases at once, for ever. Not for a personal token."""
    customer, by = customer_of(request, customer_id), request.user.get_username()
    wishes = Erasure.objects.of(customer)
    row = (wishes.filter(pk=told.id) if told.id else wishes.waiting()).first()
    if row is None:
        raise not_found()
    if told.decision == "confirm":
        return erase_customer(customer, by, wish=row)
    _refuse_wrong_person(row.asked_by == by, told.decision, row.asked_by)
    return put_away(row, by, told.note)


@router.post(
    "/reopenings/{int:closing_id}",
    response=ReopeningOut,
    auth=Access(*months.VIEW, months.ACT, sessions_only=True),
    summary="Confirm, refuse or withdraw the reopening of months",
)
def decide_reopening(request: ApiRequest, closing_id: Id, told: Word) -> Any:
    """Not for a personal token."""
    row, by = get_object_or_404(Closing, pk=closing_id), request.user.get_username()
    decisions: dict[str, Callable[[], Closing]] = {
        "confirm": lambda: closing.confirm_reopening(row, by),
        "refuse": lambda: closing.refuse_reopening(row, by, told.note),
        "withdraw": lambda: closing.withdraw_reopening(row, by),
    }
    return decisions[told.decision]()


def _refuse_wrong_person(own: bool, decision: str, asked_by: str) -> None:
    """The act itself takes either word from either person."""
    if own and decision == "refuse":
        raise Refused(_("This request is your own. Withdraw it instead."))
    if not own and decision == "withdraw":
        raise Refused(_("Only %(who)s, who asked, withdraws this request. Refuse it instead.") % {"who": asked_by})
