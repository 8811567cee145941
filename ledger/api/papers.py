"""Endpoints that hand out papers of one customer's books: the statement of any days, the receipt of a payment."""

import datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.api.access import ApiRequest, customer_of, throttle_papers
from accounts.api.fields import Day, Id, Money, Number, a_file
from accounts.api.problems import Problem
from accounts.models import Customer
from accounts.paper import as_file
from accounts.sheets import as_csv
from ledger.api.customer import own, payment_with
from ledger.money import smallest
from ledger.papers import bounded_statement, receipt_pdf, statement_pdf
from ledger.portal.forms import range_asked

router = Router(tags=["Customer"])
COLUMNS = ("day", "words", "due", "paid", "forgiven", "balance", "payment")
First = Annotated[Day | None, Query(alias="from", description="With `to`; without both it is this year.")]
Last = Annotated[Day | None, Query(alias="to")]


class AccountLine(Schema):
    """A due on the day it falls due, or a payment on the day it was received, and the balance after it."""

    day: datetime.date
    words: Annotated[str, Field(examples=["Due for March 2025, principal"])]
    due: Money
    paid: Money
    forgiven: Money
    balance: Money
    payment: Annotated[int | None, Field(description="The number of the payment; null for a due.")]


class AgeOut(Schema):
    """What is open in one bucket of days late."""

    bucket: Annotated[str, Field(examples=["31-60"])]
    amount: Money


class StatementOfAccount(Schema):
    """closing = opening + due - paid - forgiven. A balance below zero is in the customer's favour."""

    customer_id: Number
    first: Annotated[datetime.date, Field(alias="from")]
    last: Annotated[datetime.date, Field(alias="to")]
    opening: Money
    due: Money
    paid: Money
    forgiven: Money
    closing: Money
    lines: list[AccountLine]
    aged_on: datetime.date
    open: Money
    days_late: int
    ages: list[AgeOut]


@router.get(
    "/customer/statement/{int:customer_id}", response=StatementOfAccount, by_alias=True, auth=own, summary="A statement"
)
def account_statement(request: ApiRequest, customer_id: Number, first: First = None, last: Last = None) -> Any:
    """From and to any day; at most 1,000 dues and payments, else 409."""
    asked = _asked(request, customer_id, first, last)
    told = bounded_statement(*asked, request.lender.today())
    ages = [{"bucket": name, "amount": part} for name, part in told.ageing.by_bucket.items()]
    names = ("opening", "due", "paid", "forgiven", "closing", "lines", "aged_on")
    return {
        "customer_id": asked.customer.pk,
        "from": told.first,
        "to": told.last,
        **{name: getattr(told, name) for name in names},
        "open": told.ageing.open,
        "days_late": told.ageing.days_late,
        "ages": ages,
    }


@router.get(
    "/customer/statement/{int:customer_id}.csv",
    auth=own,
    summary="A statement as CSV",
    openapi_extra=a_file("text/csv"),
)
def account_statement_csv(
    request: ApiRequest, customer_id: Number, first: First = None, last: Last = None
) -> HttpResponse:
    """The same lines, between the opening and the closing balance."""
    asked = _asked(request, customer_id, first, last)
    told = bounded_statement(*asked, request.lender.today())
    rows = as_csv(list(COLUMNS), ([_cell(getattr(line, name)) for name in COLUMNS] for line in told.whole))
    answer = HttpResponse(rows, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_name(asked)}.csv"'
    return answer


@router.get(
    "/customer/statement/{int:customer_id}.pdf",
    auth=own,
    summary="A statement as PDF",
    openapi_extra=a_file("application/pdf"),
)
def account_statement_pdf(
    request: ApiRequest, customer_id: Number, first: First = None, last: Last = None
) -> HttpResponse:
    """At most 30 papers a minute for one person, on the web and here together."""
    asked = _asked(request, customer_id, first, last)
    throttle_papers(request)
    return as_file(statement_pdf(*asked), _name(asked))


@router.get(
    "/customer/payments/{int:customer_id}/{int:payment_id}.pdf",
    auth=own,
    summary="The receipt of a payment",
    openapi_extra=a_file("application/pdf"),
)
def receipt(request: ApiRequest, customer_id: Number, payment_id: Id) -> HttpResponse:
    payment = payment_with(customer_of(request, customer_id), payment_id)
    throttle_papers(request)
    return as_file(receipt_pdf(payment), f"payment-{payment.pk}")


class Asked(NamedTuple):
    """Whose statement, of which days."""

    customer: Customer
    first: datetime.date
    last: datetime.date


def _asked(request: ApiRequest, number: int, first: datetime.date | None, last: datetime.date | None) -> Asked:
    """By the page's own form: this year where nothing is asked for."""
    customer = customer_of(request, number)
    if (first is None) != (last is None):
        raise Problem("refused", _("Send both days, from and to, or neither."))
    form = range_asked({"from": first, "to": last} if first else {}, request.lender.today())
    if not form.is_valid():
        raise Problem("refused", " ".join(str(one) for told in form.errors.values() for one in told))
    return Asked(customer, form.cleaned_data["first"], form.cleaned_data["last"])


def _cell(value: Any) -> Any:
    """Amounts with the currency's decimals, as the JSON has them; numbers still, so that a minus stays one."""
    return value.quantize(smallest()) if isinstance(value, Decimal) else value


def _name(asked: Asked) -> str:
    return f"statement-{asked.customer.pk}-{asked.first}-{asked.last}"
