"""Endpoints for debt given up: charge off a due, or all that is late, and take the money that comes after all."""

from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Amount, Id, Money, Number
from ledger.actions import record_recovery
from ledger.api.customer import Key
from ledger.api.second import MoneyMoved, Waiver, let_off, money_moved, of_staff
from ledger.api.shapes import PaymentOut, payment_shape
from ledger.api.staff import MoneyIn
from ledger.approving import do_or_ask, to_pay
from ledger.models import Payment
from ledger.portal.pages import READ
from ledger.views import spread_of

router = Router(tags=["Staff"])
giving_up = Access(*READ, "ledger.charge_off_due", scope="forgive")


class ChargeOffAll(Waiver):
    amount: Annotated[Amount, Field(description="All that is overdue, as the summary tells it.")]


class Recovered(Schema):
    """recovered: the part of the money that was charged off before; the rest is spread like any payment."""

    payment: PaymentOut
    recovered: Money


@router.post(
    "/customers/{int:customer_id}/dues/{int:due_id}/charge-off",
    response={201: MoneyMoved, 202: MoneyMoved},
    auth=giving_up,
    summary="Charge off a part of a due",
)
def charge_off_due(request: ApiRequest, customer_id: Number, due_id: Id, told: Waiver, key: Key) -> Any:
    """It is given up as a loss; no money moves. The same key with the same body is one charge-off."""
    return let_off(request, customer_id, due_id, of_staff(request, customer_id, key, Payment.Kind.CHARGE_OFF, told))


@router.post(
    "/customers/{int:customer_id}/charge-off",
    response={201: MoneyMoved, 202: MoneyMoved},
    auth=giving_up,
    summary="Charge off all that is overdue",
)
def charge_off_all(request: ApiRequest, customer_id: Number, told: ChargeOffAll, key: Key) -> Any:
    """Refused (409) where another amount is overdue by now, so that nobody gives up more than was seen."""
    owner = customer_of(request, customer_id)
    payment = of_staff(request, owner.pk, key, Payment.Kind.CHARGE_OFF, told)
    return money_moved(do_or_ask(to_pay("charge_off", payment)), request.user)


@router.post(
    "/customers/{int:customer_id}/recovery",
    response={201: Recovered},
    auth=Access(*READ, "ledger.add_payment", scope="record"),
    summary="Record what came for debt that was charged off",
)
def recover(request: ApiRequest, customer_id: Number, told: MoneyIn, key: Key) -> Any:
    """It fills the dues that were charged off, the oldest first. The same key with the same body is one payment."""
    owner, by = customer_of(request, customer_id), request.user.get_username()
    row = record_recovery(Payment(customer=owner, key=key, recorded_by=by, **told.model_dump()))
    shape = payment_shape(row, spread_of(owner, [row])[row.pk], request.user)
    return Status(201, {"payment": shape, "recovered": row.recovered})
