"""A customer's own data: taken along as a zip, and the wish to be erased. He shows first that it is he."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.decorators import customer_required
from accounts.handing_out import hand_out
from accounts.models import Customer, Erasure
from accounts.seeing import see_other
from accounts.transactions import Refused
from ledger.actions.erasing import ask_to_erase, own_obstacles, put_away


def as_zip(customer: Customer, *, own: bool) -> StreamingHttpResponse:
    """Sent as it is made; nobody keeps a copy on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="customer-{customer.pk}.zip"',
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(hand_out(customer, own=own), content_type="application/zip", headers=headers)


@never_cache
@customer_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponseBase:
    """POST with do=download, ask or withdraw."""
    customer: Customer = request.user.customer  # type: ignore[union-attr, assignment]
    match request.POST.get("do", ""):
        case "download":
            return as_zip(customer, own=True)
        case "ask" | "withdraw" as wanted:
            return _wish(request, customer, wanted)
    return _page(request, customer, 422 if request.method == "POST" else 200)


def _wish(request: HttpRequest, customer: Customer, wanted: str) -> HttpResponse:
    by, waits = f"c{customer.pk}", Erasure.objects.of(customer).waiting().first()
    try:
        if wanted == "ask":
            ask_to_erase(customer, by)
            kept = _("Your wish is kept. It is done once it was looked at, and you can withdraw it.")
            messages.success(request, kept)
        elif waits:
            put_away(waits, by)
            messages.success(request, _("Your wish is withdrawn. Nothing is erased."))
    except Refused as refused:
        return _page(request, customer, 422, refused=refused.sentence)
    return see_other("my_data")


def _page(request: HttpRequest, customer: Customer, status: int, **more: Any) -> HttpResponse:
    wishes = Erasure.objects.of(customer)
    waits, last = wishes.waiting().first(), wishes.order_by("-id").first()
    context: dict[str, Any] = {"waits": waits, "own": waits and waits.asked_by == f"c{customer.pk}"}
    context |= {"answer": last if last and last.state == Erasure.State.REFUSED else None}
    context |= {"obstacles": [] if waits else own_obstacles(customer), **more}
    return render(request, "ledger/my_data.html", context, status=status)
