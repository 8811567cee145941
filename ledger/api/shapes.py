"""What the endpoints of the books answer with, and how it is made of nouns."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from accounts.api.fields import Id, Money, Month, Number, Year
from accounts.models import Customer, User
from ledger.models import Approval, Due, Notice, Payment
from ledger.preview import MonthChange
from ledger.views import spread_of

Spread = Sequence[tuple[datetime.date, Decimal]]
YearMonth = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2025-03"])]


class PartOut(Schema):
    """How much of a payment went to one month; negative where it was taken back."""

    year: Year
    month: Month
    amount: Money


class PaymentOut(Schema):
    """A payment as it stands in the books. held is the part that waits as credit."""

    id: Id
    customer_id: Number
    kind: Annotated[str, Field(examples=["receipt"])]
    amount: Money
    held: Money
    received_on: datetime.date
    starting: YearMonth | None
    channel: str
    reference: str
    note: Annotated[str, Field(description="The staff's own; empty for customers.")]
    recorded_by: Annotated[str, Field(description="A sign-in name; empty for customers.")]
    recorded_at: datetime.datetime
    reversed: bool
    reverses: int | None
    distribution: list[PartOut]


class NoticeOut(Schema):
    """A payment that the customer tells of; the lender's staff confirms or refuses it."""

    id: Id
    state: Literal["waiting", "confirmed", "refused"]
    amount: Money
    paid_on: datetime.date
    starting: YearMonth | None
    channel: str
    reference: str
    reason: str
    payment_id: int | None


class ChangeOut(PartOut):
    """One month that the money would touch."""

    paid_before: Money
    paid_after: Money
    balance_after: Money


class DueOut(Schema):
    id: Id
    customer_id: Number
    year: Year
    month: Month
    due_on: datetime.date
    kind: str
    reference: str
    amount: Money
    paid: Money
    forgiven: Money
    balance: Money


class SecondPersonOut(Schema):
    """A request for a second person."""

    id: Id
    act: str
    state: str
    amount: Money
    asked_by: str
    reason: str


def payment_shape(payment: Payment, spread: Spread, reader: User) -> dict[str, Any]:
    """What the staff wrote for itself is not for a customer, as on the web."""
    return {
        **{name: getattr(payment, name) for name in PLAIN},
        **{name: getattr(payment, name) if reader.customer_id is None else "" for name in INTERNAL},
        "starting": year_month(payment.starting),
        "reverses": payment.reverses_id,
        "distribution": parts_shape(spread),
    }


PLAIN = (
    "id", "customer_id", "kind", "amount", "held", "received_on", "channel", "reference", "recorded_at",
    "reversed",
)  # fmt: skip
INTERNAL = ("note", "recorded_by")


def payment_shapes(customer: Customer, rows: list[Payment], reader: User) -> list[dict[str, Any]]:
    """One query for the spread of all."""
    spread = spread_of(customer, rows)
    return [payment_shape(row, spread[row.pk], reader) for row in rows]


def parts_shape(spread: Spread) -> list[dict[str, Any]]:
    return [{"year": day.year, "month": day.month, "amount": amount} for day, amount in spread]


def change_shapes(changes: Iterable[MonthChange]) -> list[dict[str, Any]]:
    return [
        {
            "year": one.month.year,
            "month": one.month.month,
            "amount": one.part,
            "paid_before": one.paid_before,
            "paid_after": one.paid_after,
            "balance_after": one.balance_after,
        }
        for one in changes
    ]


def notice_shape(notice: Notice) -> dict[str, Any]:
    names = ("id", "state", "amount", "paid_on", "channel", "reference", "reason")
    told = {name: getattr(notice, name) for name in names}
    return {**told, "starting": year_month(notice.starting), "payment_id": notice.payment}


def due_shape(due: Due) -> dict[str, Any]:
    names = ("id", "customer_id", "due_on", "kind", "reference", "amount", "paid", "forgiven", "balance")
    return {name: getattr(due, name) for name in names} | {"year": due.month.year, "month": due.month.month}


def request_shape(asked: Approval) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in ("id", "act", "state", "amount", "asked_by", "reason")}


def year_month(day: datetime.date | None) -> str | None:
    return f"{day:%Y-%m}" if day else None
