"""Endpoints for loans: look at one, settle it early, take it back; an approved request for credit gives one."""

import datetime
from typing import Annotated, Any, Literal

from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Amount, Before, Day, Id, Limit, Listed, Money, Month, Number, Year, slice_of
from ledger.actions import settle_early
from ledger.api.customer import Key
from ledger.api.shapes import PaymentOut, SecondPersonOut, payment_shape, request_shape
from ledger.api.staff import MoneyIn, ReversalReason
from ledger.approving import do_or_ask, to_take_back
from ledger.loans import Instalment, sheet_of
from ledger.models import Approval, Disbursement, Payment
from ledger.portal.loans import VIEW, loan_of
from ledger.portal.pages import READ
from ledger.views import spread_of

router = Router(tags=["Loans"])
looking = Access(*READ, VIEW)


class LoanOut(Schema):
    """Money given out. reversed: it was taken back, and its dues with it."""

    id: Id
    customer_id: Number
    amount: Money
    paid_on: datetime.date
    reference: str
    channel: str
    note: str
    recorded_by: str
    recorded_at: datetime.datetime
    reversed: bool


class InstalmentOut(Schema):
    year: Year
    month: Month
    due_on: datetime.date
    principal: Money
    interest: Money
    amount: Money
    paid: Money
    forgiven: Money
    balance: Money


class SettlementOut(Schema):
    """What settles the loan on this day: the principal, and the interest that has fallen due by then."""

    on: datetime.date
    amount: Money
    let_off: Annotated[Money, Field(description="The interest that is not asked for any more.")]


class LoanSheetOut(LoanOut):
    instalments: list[InstalmentOut]
    settlement: SettlementOut


class SettlingMoney(MoneyIn):
    amount: Annotated[Amount, Field(description="What settles the loan on received_on.")]


class TakenBack(Schema):
    """`done`; or `waiting`: above the lender's amount for reversals a second person confirms the request."""

    state: Literal["done", "waiting"]
    loan: LoanOut
    request: SecondPersonOut | None


@router.get("/customers/{int:customer_id}/loans", response=Listed[LoanOut], auth=looking, summary="A customer's loans")
def loans(request: ApiRequest, customer_id: Number, before: Before = None, limit: Limit = 25) -> Any:
    """Also those that were taken back."""
    mine = Disbursement.objects.of(customer_of(request, customer_id)).filter(reverses=None)
    rows, following = slice_of(mine, before, limit)
    return {"items": rows, "next": following}


@router.get(
    "/customers/{int:customer_id}/loans/{int:loan_id}",
    response=LoanSheetOut,
    auth=looking,
    summary="One loan, its instalments, and what settles it",
)
def loan(request: ApiRequest, customer_id: Number, loan_id: Id, on: Day | None = None) -> Any:
    """on: the day for which the settlement is told, else today."""
    return _sheet(loan_of(customer_of(request, customer_id), loan_id), on or request.lender.today())


@router.post(
    "/customers/{int:customer_id}/loans/{int:loan_id}/settlement",
    response={201: PaymentOut},
    auth=Access(*READ, "ledger.add_payment", "ledger.waive_due", VIEW, scope="record forgive"),
    summary="Settle a loan early",
)
def settle_loan(request: ApiRequest, customer_id: Number, loan_id: Id, told: SettlingMoney, key: Key) -> Any:
    """Records the money, and lets off the interest that has not fallen due. Refused (409) where another amount settles
    it on that day. The same key with the same body is one payment."""
    row = loan_of(customer_of(request, customer_id), loan_id)
    body = told.model_dump() | {"note": told.note or "early settlement"}
    payment = Payment(customer=row.customer, key=key, recorded_by=request.user.get_username(), **body)
    payment = settle_early(row, payment)
    return Status(201, payment_shape(payment, spread_of(row.customer, [payment])[payment.pk], request.user))


@router.post(
    "/customers/{int:customer_id}/loans/{int:loan_id}/take-back",
    response={201: TakenBack, 202: TakenBack},
    auth=Access(*READ, "ledger.reverse_payment", VIEW, scope="reverse"),
    summary="Take back a loan given by mistake",
)
def take_back_loan(request: ApiRequest, customer_id: Number, loan_id: Id, told: ReversalReason) -> Any:
    """By its mirror, and its dues are withdrawn; only while nothing of it is paid. 202 where it takes a second
    person."""
    row = loan_of(customer_of(request, customer_id), loan_id)
    done = do_or_ask(to_take_back(row, request.user.get_username(), told.reason))
    if isinstance(done, Approval):
        return Status(202, {"state": "waiting", "loan": row, "request": request_shape(done)})
    row.reread("reversed")
    return Status(201, {"state": "done", "loan": row, "request": None})


def _sheet(row: Disbursement, day: datetime.date) -> dict[str, Any]:
    sheet = sheet_of(row, day)
    told = {"on": day, "amount": sheet.settlement.amount, "let_off": sheet.settlement.let_off}
    plain = {name: getattr(row, name) for name in LoanOut.model_fields}
    return {**plain, "instalments": [_instalment(one) for one in sheet.instalments], "settlement": told}


def _instalment(row: Instalment) -> dict[str, Any]:
    names = ("due_on", "principal", "interest", "amount", "paid", "forgiven", "balance")
    return {name: getattr(row, name) for name in names} | {"year": row.month.year, "month": row.month.month}
