"""Endpoints for webhooks: which addresses are told of what, what each was told, and tell it again."""

import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from ninja import Router, Schema, Status
from pydantic import Field

from accounts import hooks
from accounts.api.access import Access, ApiRequest
from accounts.api.fields import Before, Body, Id, Limit, Listed, Number, Words, slice_of, text
from accounts.models import Delivery, Endpoint
from accounts.sending import ENDED, send_again

router = Router(tags=["Webhooks"])
VIEW, CHANGE = ("accounts.view_customer", "accounts.view_endpoint"), "accounts.change_endpoint"

looking = Access(*VIEW, scope="webhooks")
keeping = Access(*VIEW, CHANGE, just_signed_in=True)
JUST_SIGNED_IN = ("make_webhook", "change_webhook", "new_webhook_secret")
EventName = Literal["payment.recorded", "payment.reversed", "due.overdue", "decision.made"]
Events = Annotated[list[EventName], Field(min_length=1, max_length=4)]
Address = text(500, 1, examples=["https://books.example/webhooks"])


class WebhookOut(Schema):
    """The address of a program, and what it is told of. before_until: how long the secret of before signs, too."""

    id: Id
    url: str
    events: list[EventName]
    is_on: bool
    before_until: datetime.datetime | None
    made_by: str
    made_at: datetime.datetime


class NewWebhook(Body):
    url: Address  # type: ignore[valid-type]
    events: Events


class WebhookChange(Body):
    """What is left out stays. What happens while it is off is not told later."""

    url: Address | None = None  # type: ignore[valid-type]
    events: Events | None = None
    is_on: bool | None = None


class WebhookSecret(Schema):
    """secret signs what it is told. It is shown this once."""

    webhook: WebhookOut
    secret: Annotated[str, Field(examples=["whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="])]


class DeliveryOut(Schema):
    """One event. message_id: the header `webhook-id`; status: of the last answer; told: the body."""

    id: Id
    customer_id: Number
    message_id: str
    kind: EventName
    state: Literal["waiting", "sent", "dropped", "dead"]
    tries: int
    status: int | None
    reason: Words
    made_at: datetime.datetime
    next_at: datetime.datetime
    sent_at: datetime.datetime | None
    told: dict[str, Any]


@router.get("/webhooks", response=Listed[WebhookOut], auth=looking, summary="Addresses that are told")
def webhooks(request: ApiRequest, before: Before = None, limit: Limit = 25) -> Any:
    """For personal tokens with the scope `webhooks`, as are the deliveries and sending one again."""
    rows, following = slice_of(Endpoint.objects.all(), before, limit)
    return {"items": rows, "next": following}


@router.post("/webhooks", response={201: WebhookSecret}, auth=keeping, summary="Add an address")
@sensitive_variables("secret")
def make_webhook(request: ApiRequest, told: NewWebhook) -> Any:
    """For who signed in a few minutes ago (403 `sign_in_again`), not for a personal token. The secret is shown once."""
    endpoint, secret = hooks.make_endpoint(told.url, told.events, request.user.get_username())
    return Status(201, {"webhook": endpoint, "secret": secret})


@router.get("/webhooks/{int:webhook_id}", response=WebhookOut, auth=looking, summary="One address")
def webhook(request: ApiRequest, webhook_id: Id) -> Any:
    return get_object_or_404(Endpoint, pk=webhook_id)


@router.patch("/webhooks/{int:webhook_id}", response=WebhookOut, auth=keeping, summary="Change it, or switch it off")
def change_webhook(request: ApiRequest, webhook_id: Id, told: WebhookChange) -> Any:
    """As for adding one."""
    row = get_object_or_404(Endpoint, pk=webhook_id)
    hooks.change_endpoint(row, told.url, told.events, told.is_on)
    row.refresh_from_db()
    return row


@router.post(
    "/webhooks/{int:webhook_id}/secret", response={201: WebhookSecret}, auth=keeping, summary="Make a new secret"
)
@sensitive_variables("secret")
def new_webhook_secret(request: ApiRequest, webhook_id: Id) -> Any:
    """As for adding one. The secret of before signs for a day beside it."""
    row = get_object_or_404(Endpoint, pk=webhook_id)
    secret = hooks.new_secret(row)
    row.refresh_from_db()
    return Status(201, {"webhook": row, "secret": secret})


@router.get(
    "/webhooks/{int:webhook_id}/deliveries", response=Listed[DeliveryOut], auth=looking, summary="What it was told"
)
def deliveries(
    request: ApiRequest,
    webhook_id: Id,
    state: Literal["waiting", "sent", "dropped", "dead"] | None = None,
    before: Before = None,
    limit: Limit = 25,
) -> Any:
    """state=dead: what was given up."""
    found = Delivery.objects.filter(endpoint=get_object_or_404(Endpoint, pk=webhook_id))
    rows, following = slice_of(found.filter(state=state) if state else found, before, limit)
    return {"items": [_told(row) for row in rows], "next": following}


@router.post(
    "/webhooks/{int:webhook_id}/deliveries/{int:customer_id}/{int:delivery_id}/again",
    response={202: DeliveryOut},
    auth=Access(*VIEW, CHANGE, scope="webhooks"),
    summary="Tell it again",
)
def tell_again(request: ApiRequest, webhook_id: Id, customer_id: Number, delivery_id: Id) -> Any:
    """By the worker, with the same `webhook-id` and body. What waits already goes on waiting."""
    row = get_object_or_404(Delivery, customer=customer_id, pk=delivery_id, endpoint=webhook_id)
    send_again(row, ENDED)
    row.reread()
    return Status(202, _told(row))


def _told(row: Delivery) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in DeliveryOut.model_fields if name != "message_id"}
    return plain | {"message_id": row.lasting_name}
