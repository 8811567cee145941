"""Endpoints of lending for the staff: what waits for a manager, decide on it, and how well the models tell."""

import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.api.access import Access, ApiRequest, customer_of
from accounts.api.fields import Before, Body, Id, Limit, Listed, Number, slice_of, text
from credit.api.asking import LOOKING, RequestOut, of_customers, shapes
from credit.models import CreditRequest, ScoringModel
from credit.portal.deciding import DECIDE, act_on
from credit.portal.trainings import LOOKING as MODELS
from ledger.api.shapes import SecondPersonOut, request_shape
from ledger.portal.pages import READ

router = Router(tags=["Credit"])
State = Literal["waiting", "approved", "declined", "withdrawn"]


class Verdict(Body):
    """seen: the id of the decision that it answers, so that nobody decides on what he has not seen."""

    decision: Literal["approve", "decline"]
    reason: text(300, 1, pattern=r"^[^\u0000]*\S[^\u0000]*$", examples=["Known for years."])  # type: ignore[valid-type]
    seen: Id


class Decided(Schema):
    """`done`; or `waiting`: above the policy's amount a second manager confirms the approval."""

    state: Literal["done", "waiting"]
    credit_request: RequestOut
    request: SecondPersonOut | None


class ScoringModelOut(Schema):
    """A trained model. metrics: what five-fold cross-validation found, by name."""

    id: Id
    kind: Literal["scorecard", "boosting"]
    active: bool
    rows: int
    bad: int
    first_as_of: datetime.date
    last_as_of: datetime.date
    trained_by: str
    trained_at: datetime.datetime
    metrics: dict[str, Any]


class ScoringReport(ScoringModelOut):
    report: Annotated[dict[str, Any], Field(description="The figures and tables of the portal's report page.")]


@router.get(
    "/credit-requests", response=Listed[RequestOut], auth=Access(*LOOKING), summary="Requests for credit of all"
)
def all_credit_requests(request: ApiRequest, state: State = "waiting", before: Before = None, limit: Limit = 25) -> Any:
    """Those that wait for a manager, or those that were decided."""
    rows, following = slice_of(CreditRequest.objects.filter(state=state), before, limit)
    return {"items": of_customers(rows, request.user), "next": following}


@router.post(
    "/customers/{int:customer_id}/credit-requests/{int:request_id}/decision",
    response={200: Decided, 202: Decided},
    auth=Access(*LOOKING, DECIDE, sessions_only=True),
    summary="Approve or decline a request",
)
def decide_credit(request: ApiRequest, customer_id: Number, request_id: Id, told: Verdict) -> Any:
    """For who is signed in, not for a personal token. An approval lends at once; the customer reads the reason."""
    owner = customer_of(request, customer_id)
    row = get_object_or_404(CreditRequest.objects.of(owner).select_related("customer"), pk=request_id)
    asked = act_on(row, told.decision, str(told.seen), request.user.get_username(), told.reason)
    row.reread("state")
    shape = shapes(owner, [row], request.user)[0]
    if asked:
        return Status(202, {"state": "waiting", "credit_request": shape, "request": request_shape(asked)})
    return Status(200, {"state": "done", "credit_request": shape, "request": None})


@router.get(
    "/reports/scoring-models", response=Listed[ScoringModelOut], auth=Access(*READ, MODELS), summary="Trained models"
)
def scoring_models(request: ApiRequest, before: Before = None, limit: Limit = 25) -> Any:
    rows, following = slice_of(ScoringModel.objects.defer("card", "report"), before, limit)
    return {"items": rows, "next": following}


@router.get(
    "/reports/scoring-models/{int:model_id}",
    response=ScoringReport,
    auth=Access(*READ, MODELS),
    summary="How well a model tells",
)
def scoring_model(request: ApiRequest, model_id: Id) -> Any:
    return get_object_or_404(ScoringModel.objects.defer("card"), pk=model_id)
