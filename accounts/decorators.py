"""Which pages are for whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User

View = Callable[..., HttpResponseBase]
PaperView = Callable[..., HttpResponse]


def customer_required(view: View) -> View:
    """Strangers are sent to the customers' door and come back here; staff is told whose page this is (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if user.customer is None:
            return wrong_door(request, "customers")
        return view(request, *args, **kwargs)

    return guarded


def papers_a_minute(view: PaperView) -> PaperView:
    """A PDF may cost half a second of a processor: who is signed in gets so many a minute, then 429."""

    @wraps(view)
    def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        too_many: HttpResponse | None = ratelimit.consume_or_429(
            request, app="allauth.account", action="papers", limit_get=True
        )
        return too_many or view(request, *args, **kwargs)

    return counted


def wrong_door(request: HttpRequest, people: str) -> HttpResponse:
    """The 403 page that names whose page this is."""
    return render(request, "accounts/wrong_door.html", {"people": people}, status=403)
