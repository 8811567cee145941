"""Endpoints for acts that may take a second person: change and waive dues, refund; and what waits for one."""

import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Amount, Before, Body, Day, Id, Limit, Listed, Number, slice_of, text
from accounts.api.problems import Problem
from accounts.models import User
from ledger.api.customer import Key
from ledger.api.shapes import DueOut, PaymentOut, SecondPersonOut, due_shape, payment_shape, request_shape
from ledger.approving import Done, do_or_ask, paid_by, to_change, to_pay
from ledger.models import Approval, Payment
from ledger.portal.dues import due_of
from ledger.portal.pages import READ
from ledger.portal.requests import VIEW, decide
from ledger.views import spread_of

router = Router(tags=["Staff"])
Outcome = Literal["done", "waiting", "confirmed", "refused", "withdrawn"]


class DueChange(Body):
    """What is left out stays. reason: for the colleague who has to confirm a lower amount."""

    amount: Amount | None = None
    due_on: Day | None = None
    reason: text(300) = ""  # type: ignore[valid-type]


class Waiver(Body):
    amount: Amount
    reason: text(300, 1, pattern=r"^[^\u0000]*\S[^\u0000]*$", examples=["Goodwill."])  # type: ignore[valid-type]


class Refund(Body):
    """At most what is held as credit."""

    amount: Amount
    reference: text(100) = ""  # type: ignore[valid-type]


class DueChanged(Schema):
    """`done`; or `waiting`: a second person confirms the request."""

    state: Outcome
    due: DueOut
    request: SecondPersonOut | None


class MoneyMoved(Schema):
    """`done`, with what was written; or the state of the request that a second person confirms or refuses."""

    state: Outcome
    payment: PaymentOut | None
    request: SecondPersonOut | None


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


class Word(Body):
    """Who asked withdraws; another confirms, or refuses and says why."""

    decision: Literal["confirm", "refuse", "withdraw"]
    note: text(300) = ""  # type: ignore[valid-type]


@router.patch(
    "/customers/{int:customer_id}/dues/{int:due_id}",
    response={200: DueChanged, 202: DueChanged},
    auth=Access(*READ, "ledger.change_due", scope="forgive"),
    summary="Change a due",
)
def change_due(request: ApiRequest, customer_id: Number, due_id: Id, told: DueChange) -> Any:
    """Another amount or day. 202 where the amount is lowered by more than one person may let off."""
    row = due_of(customer_of(request, customer_id), due_id)
    by = request.user.get_username()
    done = do_or_ask(to_change(row, told.amount or row.amount, told.due_on or row.due_on, by, told.reason))
    row.reread()
    if isinstance(done, Approval):
        return Status(202, {"state": done.state, "due": due_shape(row), "request": request_shape(done)})
    return Status(200, {"state": "done", "due": due_shape(row), "request": None})


@router.post(
    "/customers/{int:customer_id}/dues/{int:due_id}/waive",
    response={201: MoneyMoved, 202: MoneyMoved},
    auth=Access(*READ, "ledger.waive_due", scope="forgive"),
    summary="Waive a part of a due",
)
def waive_due(request: ApiRequest, customer_id: Number, due_id: Id, told: Waiver, key: Key) -> Any:
    """No money moves. The same key with the same body waives once."""
    row = due_of(customer_of(request, customer_id), due_id)
    payment = _payment(request, row.customer_id, key, kind=Payment.Kind.WAIVER, amount=told.amount, note=told.reason)
    return _moved(do_or_ask(to_pay("waive", payment, row)), request.user)


@router.post(
    "/customers/{int:customer_id}/refunds",
    response={201: MoneyMoved, 202: MoneyMoved},
    auth=Access(*READ, "ledger.refund_credit", scope="forgive"),
    summary="Refund held credit",
)
def refund(request: ApiRequest, customer_id: Number, told: Refund, key: Key) -> Any:
    """The same key with the same body is one refund."""
    owner = customer_of(request, customer_id)
    payment = _payment(request, owner.pk, key, amount=-told.amount, reference=told.reference)
    return _moved(do_or_ask(to_pay("refund", payment)), request.user)


@router.get(
    "/approvals", response=Listed[ApprovalOut], auth=Access(*READ, VIEW), summary="Requests for a second person"
)
def approvals(
    request: ApiRequest,
    state: Literal["waiting", "confirmed", "refused", "withdrawn"] = "waiting",
    before: Before = None,
    limit: Limit = 25,
) -> Any:
    """Files to take back, erasures and months to reopen wait in the portal alone."""
    rows, following = slice_of(Approval.objects.filter(state=state), before, limit)
    return {"items": rows, "next": following}


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
        raise Problem("forbidden", "Your role does not allow this.")
    decide(row, told.decision, by, told.note)
    row.reread()
    return row


def _payment(request: ApiRequest, customer: int, key: str, **told: Any) -> Payment:
    """Unsaved; the act completes it."""
    return Payment(customer_id=customer, key=key, recorded_by=request.user.get_username(), **told)


def _moved(done: Done | Approval, reader: User) -> Any:
    if isinstance(done, Approval):
        return Status(202, {"state": done.state, "payment": None, "request": request_shape(done)})
    row = paid_by(done)
    shape = payment_shape(row, spread_of(row.customer, [row])[row.pk], reader)
    return Status(201, {"state": "done", "payment": shape, "request": None})
