"""Endpoints for acts that may take a second person: change and waive dues, refund."""

from typing import Any, Literal

from ninja import Router, Schema, Status

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Amount, Body, Day, Id, Number, text
from accounts.models import User
from ledger.api.customer import Key
from ledger.api.shapes import DueOut, PaymentOut, SecondPersonOut, due_shape, payment_shape, request_shape
from ledger.approving import Done, do_or_ask, paid_by, to_change, to_pay
from ledger.models import Approval, Payment
from ledger.portal.dues import due_of
from ledger.portal.pages import READ
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
    done = do_or_ask(to_change(row, told.amount, told.due_on, by, told.reason))
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
    return let_off(request, customer_id, due_id, of_staff(request, customer_id, key, Payment.Kind.WAIVER, told))


@router.post(
    "/customers/{int:customer_id}/refunds",
    response={201: MoneyMoved, 202: MoneyMoved},
    auth=Access(*READ, "ledger.refund_credit", scope="forgive"),
    summary="Refund held credit",
)
def refund(request: ApiRequest, customer_id: Number, told: Refund, key: Key) -> Any:
    """The same key with the same body is one refund."""
    owner = customer_of(request, customer_id)
    by = request.user.get_username()
    payment = Payment(customer=owner, key=key, recorded_by=by, amount=-told.amount, reference=told.reference)
    return money_moved(do_or_ask(to_pay("refund", payment)), request.user)


def of_staff(request: ApiRequest, customer: int, key: str, kind: str, told: Waiver) -> Payment:
    """Unsaved; the act completes it."""
    by = request.user.get_username()
    return Payment(customer_id=customer, key=key, kind=kind, amount=told.amount, note=told.reason, recorded_by=by)


def let_off(request: ApiRequest, customer_id: int, due_id: int, payment: Payment) -> Any:
    """Waive or charge off a part of one due."""
    row = due_of(customer_of(request, customer_id), due_id)
    act = Approval.Act.WAIVE if payment.kind == Payment.Kind.WAIVER else Approval.Act.CHARGE_OFF
    return money_moved(do_or_ask(to_pay(act, payment, row)), request.user)


def money_moved(done: Done | Approval, reader: User) -> Any:
    if isinstance(done, Approval):
        return Status(202, {"state": done.state, "payment": None, "request": request_shape(done)})
    row = paid_by(done)
    shape = payment_shape(row, spread_of(row.customer, [row])[row.pk], reader)
    return Status(201, {"state": "done", "payment": shape, "request": None})
