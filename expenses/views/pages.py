"""What every page of the notebook shares: for its owner alone, kept by no cache, named in no log and no mail."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.datastructures import MultiValueDict
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.decorators import customer_required
from accounts.models import Customer, Lender, User
from expenses.quiet import NotebookFault, quietly

View = Callable[..., HttpResponseBase]
LOOK = ("GET", "HEAD")
ASK = (*LOOK, "POST")
ACT = ("POST",)
ADDRESSES = ("QUERY_STRING", "RAW_URI", "REQUEST_URI", "HTTP_REFERER")  # where a search text would stand


class OwnerRequest(HttpRequest):
    """What customer_required lets through."""

    user: User
    lender: Lender


def owners_page(*methods: str) -> Callable[[View], Any]:
    """A page of the notebook's owner."""

    def decorate(view: View) -> Any:
        return private(require_http_methods(list(methods))(customer_required(view)))

    return decorate


def private(view: View) -> View:
    """Around every view of the notebook: an error loses its words, and the request what was sent with it."""
    quiet = quietly(view, Http404, PermissionDenied)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = quiet(request, *args, **kwargs)
        except NotebookFault:
            _forget(request)
            raise
        patch_cache_control(response, private=True, no_store=True)
        return response

    page.keeps_quiet = True  # type: ignore[attr-defined]
    return sensitive_post_parameters()(page)


def _forget(request: Any) -> None:
    """A report of the error writes down the request: its fields, the names of its files, its address."""
    request.GET, request._post, request._files = QueryDict(), QueryDict(), MultiValueDict()
    for name in ADDRESSES:
        request.META.pop(name, None)


def owner_of(request: OwnerRequest) -> Customer:
    return cast(Customer, request.user.customer)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
