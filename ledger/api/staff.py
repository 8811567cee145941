"""Endpoints for the staff: find customers, raise dues, record and reverse payments, the worklist."""

import datetime
from decimal import Decimal
from typing import Any, Literal

from django.core.paginator import Paginator
from ninja import Router, Schema, Status

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import (
    Amount,
    Before,
    Body,
    Day,
    Id,
    Limit,
    Listed,
    Money,
    Month,
    Number,
    PageNumber,
    Year,
    YearMonth,
    slice_of,
    text,
)
from accounts.models import Customer
from ledger.actions import add_due, record_payment, refuse_irreversible
from ledger.api.customer import Key, payment_with
from ledger.api.shapes import DueOut, PaymentOut, SecondPersonOut, due_shape, payment_shape, request_shape
from ledger.approving import do_or_ask, paid_by, to_reverse
from ledger.models import Approval, Due, Payment
from ledger.months import month_from
from ledger.portal import worklist as portal
from ledger.portal.pages import READ
from ledger.portal.views import matching
from ledger.views import spread_of

router = Router(tags=["Staff"])
looking = Access(*READ)


class CustomerOut(Schema):
    id: Number
    name: str
    email: str
    phone: str
    age: int | None
    credit_limit: Money | None
    created_at: datetime.datetime


class NewDue(Body):
    """due_on: the last day of the month, where it is left out."""

    year: Year
    month: Month
    amount: Amount
    due_on: Day | None = None
    kind: Literal["principal", "interest", "fee", "penalty"] = "principal"
    reference: text(100) = ""  # type: ignore[valid-type]


class MoneyIn(Body):
    """Money received. received_on: else today."""

    amount: Amount
    received_on: Day | None = None
    channel: text(40) = "api"  # type: ignore[valid-type]
    reference: text(100) = ""  # type: ignore[valid-type]
    note: text(300) = ""  # type: ignore[valid-type]


class NewPayment(MoneyIn):
    """Money received. starting: the first month to fill, else the oldest that is open; received_on: else today."""

    starting: YearMonth | None = None


class ReversalReason(Body):
    reason: text(300, 1, examples=["The cheque bounced."])  # type: ignore[valid-type]


class Reversed(Schema):
    """`done`, with what reverses it; or `waiting`: above the lender's amount a second person confirms the request."""

    state: Literal["done", "waiting"]
    reversal: PaymentOut | None
    request: SecondPersonOut | None


class WorkOut(Schema):
    """A customer to contact."""

    customer_id: Number
    name: str
    phone: str
    days_late: int
    late: Money
    owed: Money
    case: str | None
    clerk: str | None
    next_action_on: datetime.date | None
    last_paid_on: datetime.date | None
    last_paid: Money | None


class WorkPage(Schema):
    items: list[WorkOut]
    page: int
    pages: int
    customers: int


@router.get("/customers", response=Listed[CustomerOut], auth=looking, summary="Find customers")
def customers(request: ApiRequest, search: text(100) = "", before: Before = None, limit: Limit = 25) -> Any:  # type: ignore[valid-type]
    """search: a part of the name, phone or e-mail address. The highest numbers first."""
    found = matching(search) if search else Customer.objects.all()
    rows, following = slice_of(found, before, limit)
    return {"items": rows, "next": following}


@router.get("/customers/{int:customer_id}", response=CustomerOut, auth=looking, summary="One customer")
def customer(request: ApiRequest, customer_id: Number) -> Any:
    return customer_of(request, customer_id)


@router.post(
    "/customers/{int:customer_id}/dues",
    response={201: DueOut},
    auth=Access(*READ, "ledger.add_due", scope="record"),
    summary="Raise a due",
)
def raise_due(request: ApiRequest, customer_id: Number, told: NewDue) -> Any:
    """Refused (409) where the month has one of this kind and reference already, so that twice is as good as once."""
    named: dict[str, Any] = told.model_dump(exclude={"year", "month"})
    due = Due(customer=customer_of(request, customer_id), month=month_from(told.year, told.month), **named)
    return Status(201, due_shape(add_due(due)))


@router.post(
    "/customers/{int:customer_id}/payments",
    response={201: PaymentOut},
    auth=Access(*READ, "ledger.add_payment", scope="record"),
    summary="Record a payment",
)
def record(request: ApiRequest, customer_id: Number, told: NewPayment, key: Key) -> Any:
    """The same key with the same body is one payment, however often it is sent."""
    payment = record_payment(_payment_of(request, customer_of(request, customer_id), told, key))
    return Status(201, payment_shape(payment, spread_of(payment.customer, [payment])[payment.pk], request.user))


def _payment_of(request: ApiRequest, owner: Customer, told: NewPayment, key: str) -> Payment:
    """Unsaved; the act completes it."""
    return Payment(customer=owner, key=key, recorded_by=request.user.get_username(), **told.model_dump())


@router.post(
    "/customers/{int:customer_id}/payments/{int:payment_id}/reversal",
    response={201: Reversed, 202: Reversed},
    auth=Access(*READ, "ledger.reverse_payment", scope="reverse"),
    summary="Reverse a payment",
)
def reverse(request: ApiRequest, customer_id: Number, payment_id: Id, told: ReversalReason) -> Any:
    """By its mirror; nothing is deleted. 202 where it takes a second person: the request waits in the portal."""
    owner = customer_of(request, customer_id)
    payment = payment_with(owner, payment_id)
    refuse_irreversible([payment])
    done = do_or_ask(to_reverse(payment, request.user.get_username(), told.reason))
    if isinstance(done, Approval):
        return Status(202, {"state": "waiting", "reversal": None, "request": request_shape(done)})
    twin = paid_by(done)
    shape = payment_shape(twin, spread_of(owner, [twin])[twin.pk], request.user)
    return Status(201, {"state": "done", "reversal": shape, "request": None})


Bucket = Literal["", "current", "1-30", "31-60", "61-90", "90+"]
State = Literal["", "open", "in_progress", "promise", "broken_promise", "hardship", "none", "all"]


@router.get("/worklist", response=WorkPage, auth=Access(*READ, "ledger.view_case"), summary="Whom to contact")
def worklist(
    request: ApiRequest,
    bucket: Bucket = "",
    clerk: Literal["", "mine", "nobody"] = "",
    state: State = "",
    page: PageNumber = 1,
) -> Any:
    """As the portal's page has it: broken promises first, then who is longest late, then who owes most."""
    today = request.lender.today()
    chosen: dict[str, str] = {"bucket": bucket, "clerk": clerk, "state": state}
    found = portal.narrowed(portal.customers(today, state), chosen, request.user, today)
    at = Paginator(portal.by_stake(found), portal.PAGE).get_page(page)
    items = [_work(row) for row in portal.rows_of(list(at.object_list), today)]
    return {"items": items, "page": at.number, "pages": at.paginator.num_pages, "customers": at.paginator.count}


def _work(row: portal.Row) -> dict[str, Any]:
    case = row.case
    return {
        "customer_id": row.customer.pk,
        "name": row.customer.name,
        "phone": row.customer.phone,
        "days_late": row.days,
        "late": row.late,
        "owed": row.customer.owed or Decimal(0),
        "case": case.state if case else None,
        "clerk": case.clerk.get_username() if case and case.clerk else None,
        "next_action_on": case.next_action_on if case else None,
        "last_paid_on": row.paid["day"],
        "last_paid": row.paid["amount"],
    }
