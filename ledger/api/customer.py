"""Endpoints about one customer's own books: his alone for a customer, anybody's for the staff."""

import datetime
from typing import Annotated, Any, Literal

from ninja import Header, Router, Schema, Status
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Amount, Before, Body, Id, Limit, Listed, Money, Month, Number, Year, slice_of
from accounts.api.problems import not_found
from accounts.models import Customer
from ledger.actions import record_payment
from ledger.api.shapes import (
    ChangeOut,
    DueOut,
    NoticeOut,
    PartOut,
    PaymentOut,
    change_shapes,
    due_shape,
    notice_shape,
    payment_shape,
    payment_shapes,
)
from ledger.models import Due, Notice, Payment
from ledger.months import month_from
from ledger.noticing import give_notice
from ledger.portal.pages import READ
from ledger.preview import preview_payment
from ledger.tables import figures, year_of
from ledger.views import spread_of

router = Router(tags=["Customer"])
own = Access(*READ, customers=True)
paying = Access(*READ, "ledger.add_payment", scope="record", customers=True)
KeyText = Annotated[str, Field(min_length=16, max_length=100, pattern=r"^[\x21-\x7e]{16,100}$")]
KEY_HEADER = Header(
    alias="Idempotency-Key",
    description="Made by you for one request, such as a UUID. The same key and body again: the same answer.",
    examples=["8f14e45f-ceea-467f-a0e6-1f2c3d4e5f60"],
)
Key = Annotated[KeyText, KEY_HEADER]


class Summary(Schema):
    """The figures of the dashboard."""

    customer_id: Number
    name: str
    currency: Annotated[str, Field(examples=["USD"])]
    total_credit: Annotated[Money, Field(description="All that was ever due.")]
    paid: Money
    forgiven: Money
    balance: Annotated[Money, Field(description="What is still open.")]
    held: Annotated[Money, Field(description="PaidOut, and waiting for a due.")]
    overdue: Money
    overdue_since: datetime.date | None


class MonthOut(Schema):
    month: Month
    due_on: datetime.date | None
    amount: Money
    paid: Money
    forgiven: Money
    balance: Money
    state: Literal["paid", "forgiven", "part", "overdue", "open", "none"]


class YearOut(Schema):
    """Twelve months, January first, and their sums."""

    customer_id: Number
    year: Year
    months: Annotated[list[MonthOut], Field(min_length=12, max_length=12)]
    amount: Money
    paid: Money
    forgiven: Money
    balance: Money


class Wish(Body):
    """A payment: the first month to fill, and how much."""

    year: Year
    month: Month
    amount: Amount
    customer_id: Annotated[Number | None, Field(description="For the staff; a customer pays for himself.")] = None


class PaymentPreview(Schema):
    """What the payment would do. Nothing is stored."""

    distribution: list[ChangeOut]
    held: Money


class PaidOut(Schema):
    """`recorded`: it stands in the books, and distribution says where it went. `waiting`: this lender's staff has to
    see the money first, and distribution is empty until then."""

    state: Literal["recorded", "waiting"]
    payment: PaymentOut | None
    notice: NoticeOut | None
    distribution: list[PartOut]
    held: Money


@router.get("/customer/summary/{int:customer_id}", response=Summary, auth=own, summary="A customer's figures")
def customer_summary(request: ApiRequest, customer_id: Number) -> Any:
    customer = customer_of(request, customer_id)
    sums = figures(Due.objects.of(customer).yearly(request.lender.today()))
    return {
        "customer_id": customer.pk,
        "name": customer.name,
        "currency": request.lender.currency,
        "total_credit": sums.amount,
        "paid": sums.paid,
        "forgiven": sums.forgiven,
        "balance": sums.balance,
        "held": Payment.objects.of(customer).held(),
        "overdue": sums.overdue,
        "overdue_since": sums.overdue_since,
    }


@router.get(
    "/customer/data/{int:customer_id}/{int:year}", response=YearOut, auth=own, summary="The twelve months of a year"
)
def customer_data(request: ApiRequest, customer_id: Number, year: Year) -> Any:
    customer = customer_of(request, customer_id)
    table = year_of(customer, year, request.lender.today())
    months = [
        {**{name: getattr(row, name) for name in MonthOut.model_fields if name != "month"}, "month": row.month.month}
        for row in table.months
    ]
    sums = {name: getattr(table, name) for name in ("amount", "paid", "forgiven", "balance")}
    return {"customer_id": customer.pk, "year": year, "months": months, **sums}


@router.post("/customer/payment/preview", response=PaymentPreview, auth=paying, summary="What a payment would do")
def preview(request: ApiRequest, told: Wish) -> Any:
    found = preview_payment(payment_of(request, told))
    return {"distribution": change_shapes(found.months), "held": found.held}


@router.post("/customer/payment", response={201: PaidOut, 202: PaidOut}, auth=paying, summary="Pay")
def pay(request: ApiRequest, told: Wish, key: Key) -> Any:
    """201 with the distribution; 202 where the lender confirms payments of customers first. The same key with the same
    body pays once, and answers with that payment as it stands now; with another body it is refused (422
    `key_reused`)."""
    payment = payment_of(request, told, key)
    if _waits(request, payment):
        notice = give_notice(_notice_of(payment))
        return Status(202, _answer("waiting", notice=notice_shape(notice)))
    payment = record_payment(payment)
    spread = spread_of(payment.customer, [payment])[payment.pk]
    return Status(201, _answer("recorded", payment_shape(payment, spread, request.user)))


def _waits(request: ApiRequest, payment: Payment) -> bool:
    """Whether it is a notice, as the lender chose; what the key was used for before stays what it is."""
    if request.user.customer_id is None:
        return False
    if request.lender.payments_post_at_once:
        return Notice.objects.of(payment.customer).filter(key=payment.key).exists()
    return not Payment.objects.of(payment.customer).filter(key=payment.key).exists()


def payment_of(request: ApiRequest, told: Wish, key: str = "") -> Payment:
    """Unsaved; the act completes it."""
    return Payment(
        customer=customer_of(request, told.customer_id),
        amount=told.amount,
        starting=month_from(told.year, told.month),
        key=key,
        channel="api",
        recorded_by=request.user.get_username(),
    )


def _notice_of(payment: Payment) -> Notice:
    names = ("customer", "amount", "starting", "key", "channel")
    return Notice(**{name: getattr(payment, name) for name in names})


def _answer(state: str, payment: dict[str, Any] | None = None, notice: dict[str, Any] | None = None) -> dict[str, Any]:
    money = {"distribution": payment["distribution"], "held": payment["held"]} if payment else NOTHING_YET
    return {"state": state, "payment": payment, "notice": notice, **money}


NOTHING_YET = {"distribution": [], "held": 0}


@router.get("/customer/payments/{int:customer_id}", response=Listed[PaymentOut], auth=own, summary="Payments")
def customer_payments(request: ApiRequest, customer_id: Number, before: Before = None, limit: Limit = 25) -> Any:
    """Newest first, each with its distribution."""
    customer = customer_of(request, customer_id)
    rows, following = slice_of(Payment.objects.of(customer), before, limit)
    return {"items": payment_shapes(customer, rows, request.user), "next": following}


@router.get(
    "/customer/payments/{int:customer_id}/{int:payment_id}", response=PaymentOut, auth=own, summary="One payment"
)
def customer_payment(request: ApiRequest, customer_id: Number, payment_id: Id) -> Any:
    customer = customer_of(request, customer_id)
    payment = payment_with(customer, payment_id)
    return payment_shape(payment, spread_of(customer, [payment])[payment.pk], request.user)


def payment_with(customer: Customer, number: int) -> Payment:
    """404 for another customer's, as for one that is not there."""
    payment = Payment.objects.of(customer).filter(pk=number).first()
    if payment is None:
        raise not_found()
    return payment


@router.get("/customer/dues/{int:customer_id}", response=Listed[DueOut], auth=own, summary="Dues")
def customer_dues(request: ApiRequest, customer_id: Number, before: Before = None, limit: Limit = 25) -> Any:
    """The latest raised first."""
    rows, following = slice_of(Due.objects.of(customer_of(request, customer_id)), before, limit)
    return {"items": [due_shape(row) for row in rows], "next": following}


@router.get("/customer/notices/{int:customer_id}", response=Listed[NoticeOut], auth=own, summary="Payments told of")
def customer_notices(request: ApiRequest, customer_id: Number, before: Before = None, limit: Limit = 25) -> Any:
    """What waits for the staff, and what became of it, where the lender confirms payments first."""
    rows, following = slice_of(Notice.objects.of(customer_of(request, customer_id)), before, limit)
    return {"items": [notice_shape(row) for row in rows], "next": following}
