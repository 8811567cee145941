"""What every page of the notebook shares: for its owner alone, kept in no cache, and seen anew after a change."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.decorators import customer_required
from accounts.models import Customer, Lender, User

private = cache_control(private=True, no_store=True)
LOOK = ("GET", "HEAD")
ASK = (*LOOK, "POST")
ACT = ("POST",)


class OwnerRequest(HttpRequest):
    """What customer_required lets through."""

    user: User
    lender: Lender


def owners_page(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Any]:
    """A page of the notebook's owner; what he posts stands in no report of a fault."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Any:
        @private
        @sensitive_post_parameters()
        @require_http_methods(list(methods))
        @customer_required
        @wraps(view)
        def page(request: OwnerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        return page

    return decorate


def owner_of(request: OwnerRequest) -> Customer:
    return cast(Customer, request.user.customer)


def see(address: str) -> HttpResponse:
    """The browser is to GET it, never to post again."""
    response = redirect(address)
    response.status_code = 303
    return response


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
