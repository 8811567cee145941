"""Endpoints of lending: ask for credit, look what was decided and why, withdraw."""

import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import WHOLE, Amount, Before, Body, Id, Limit, Listed, Money, Month, Number, Year, slice_of
from accounts.api.problems import Problem, not_found
from accounts.models import Customer, User
from credit.actions import ask, withdraw
from credit.giving import loans_of
from credit.limits import WAIT, said_too_often, too_often
from credit.models import CreditRequest, Decision
from credit.models.policies import LONGEST_TERM
from credit.wording import kept_change_words, reason_words
from ledger.api.customer import KEY_HEADER, KeyText
from ledger.months import month_from
from ledger.portal.pages import READ

router = Router(tags=["Credit"])
LOOKING = (*READ, "credit.view_creditrequest", "credit.view_decision")
own = Access(*LOOKING, customers=True)
asking = Access(*LOOKING, "credit.add_creditrequest", scope="record", customers=True)
Key = Annotated[KeyText | None, KEY_HEADER]


class Wanted(Body):
    """What is asked for, and by which of the lender's methods it is to be judged."""

    year: Year
    month: Month
    amount: Amount
    method: Literal["percentage", "model"]
    instalments: Annotated[int, Field(ge=1, le=LONGEST_TERM), WHOLE] = 1
    customer_id: Annotated[Number | None, Field(description="For the staff; a customer asks for himself.")] = None


class ReasonOut(Schema):
    text: Annotated[str, Field(examples=["Of $300.00 that fell due, $150.00 is paid: 50 %. 80 % is needed."])]


class FlipOut(Schema):
    """What would turn a decline."""

    text: str
    pay: str | None
    ask: str | None


class DecisionOut(Schema):
    """score and threshold: percent paid (0 to 100) by `percentage`, the chance of repaying (0 to 1) by the others."""

    id: Id
    verdict: Literal["approved", "declined", "referred"]
    method: Literal["percentage", "model", "average"]
    score: Annotated[str | None, Field(examples=["92.5"])]
    threshold: Annotated[str, Field(examples=["80"])]
    reasons: list[ReasonOut]
    changes: list[FlipOut]
    decided_at: datetime.datetime
    overridden_by: Annotated[str, Field(description="Empty where the rule itself decided, and for customers.")]


class RequestOut(Schema):
    """A request and what was decided last."""

    id: Id
    customer_id: Number
    state: Literal["waiting", "approved", "declined", "withdrawn"]
    year: Year
    month: Month
    amount: Money
    instalments: int
    asked_at: datetime.datetime
    verdict: Literal["approved", "declined", "referred"]
    score: str | None
    reasons: list[str]
    loan_id: Annotated[int | None, Field(description="The loan that it gave; null where nothing was lent.")]
    decision: DecisionOut


@router.post("/customer/credit-request", response={201: RequestOut}, auth=asking, summary="Ask for credit")
def request_credit(request: ApiRequest, told: Wanted, key: Key = None) -> Any:
    """The decision falls at once; an approval lends at once. `referred`: a manager decides. With an Idempotency-Key the
    same request sent twice is one; without it an approved one sent twice lends twice."""
    wanted = CreditRequest(
        customer=customer_of(request, told.customer_id),
        month=month_from(told.year, told.month),
        amount=told.amount,
        method=told.method,
        instalments=told.instalments,
        key=key or "",
        asked_by=request.user.get_username(),
    )
    if request.user.customer_id is not None and too_often(wanted):
        raise Problem("too_many_requests", said_too_often(), Retry_After=WAIT)
    return Status(201, _told(ask(wanted).request, request.user))


@router.get(
    "/customer/credit-requests/{int:customer_id}", response=Listed[RequestOut], auth=own, summary="Requests for credit"
)
def credit_requests(request: ApiRequest, customer_id: Number, before: Before = None, limit: Limit = 25) -> Any:
    customer = customer_of(request, customer_id)
    rows, following = slice_of(CreditRequest.objects.of(customer), before, limit)
    return {"items": shapes(customer, rows, request.user), "next": following}


@router.get(
    "/customer/credit-requests/{int:customer_id}/{int:request_id}",
    response=RequestOut,
    auth=own,
    summary="One request and its decision",
)
def credit_request(request: ApiRequest, customer_id: Number, request_id: Id) -> Any:
    return _told(_request_of(customer_of(request, customer_id), request_id), request.user)


@router.post(
    "/customer/credit-requests/{int:customer_id}/{int:request_id}/withdraw",
    response=RequestOut,
    auth=asking,
    summary="Withdraw a request that waits",
)
def withdraw_request(request: ApiRequest, customer_id: Number, request_id: Id) -> Any:
    row = _request_of(customer_of(request, customer_id), request_id)
    return _told(withdraw(row, request.user.get_username()), request.user)


def _request_of(customer: Customer, number: int) -> CreditRequest:
    row = CreditRequest.objects.of(customer).filter(pk=number).first()
    if row is None:
        raise not_found()
    return row


def _told(row: CreditRequest, reader: User) -> dict[str, Any]:
    return shapes(row.customer, [row], reader)[0]


def shapes(customer: Customer, rows: list[CreditRequest], reader: User) -> list[dict[str, Any]]:
    return _with(Decision.objects.of(customer), rows, reader)


def of_customers(rows: list[CreditRequest], reader: User) -> list[dict[str, Any]]:
    """The same of requests of several customers."""
    return _with(Decision.objects.filter(customer__in={row.customer_id for row in rows}), rows, reader)


def _with(decisions: QuerySet[Decision], rows: list[CreditRequest], reader: User) -> list[dict[str, Any]]:
    """One query for the decisions of all, and one for the loans."""
    decided: dict[int, list[Decision]] = {row.pk: [] for row in rows}
    for decision in decisions.filter(request__in=rows).order_by("id"):
        decided[decision.request_id].append(decision)
    given = loans_of(rows)
    return [shape(row, decided[row.pk], reader) | {"loan_id": given.get(row.pk)} for row in rows]


def shape(row: CreditRequest, decisions: list[Decision], reader: User) -> dict[str, Any]:
    told = decision_shape(decisions[0], decisions[-1], reader)
    return {
        **{name: getattr(row, name) for name in ("id", "customer_id", "state", "amount", "instalments", "asked_at")},
        "year": row.month.year,
        "month": row.month.month,
        "verdict": told["verdict"],
        "score": told["score"],
        "reasons": [reason["text"] for reason in told["reasons"]],
        "decision": told,
    }


def decision_shape(first: Decision, latest: Decision, reader: User) -> dict[str, Any]:
    """The latest; where that is a manager's, with his reason, and with what the rule had found."""
    return {
        **{name: getattr(latest, name) for name in ("id", "verdict", "method", "decided_at")},
        "score": _number(first.score),
        "threshold": _number(latest.threshold),
        "reasons": [{"text": latest.reason}]
        if latest.decided_by
        else [{"text": reason_words(reason)} for reason in first.reasons],
        "changes": [one | {"text": kept_change_words(one)} for one in first.changes]
        if latest.verdict == Decision.Verdict.DECLINED
        else [],
        "overridden_by": latest.decided_by if reader.customer_id is None else "",
    }


def _number(number: Decimal | None) -> str | None:
    return None if number is None else f"{Decimal(number).normalize():f}"
