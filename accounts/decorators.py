"""Which pages are for whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User

View = Callable[..., HttpResponseBase]


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


def wrong_door(request: HttpRequest, people: str) -> HttpResponse:
    """The 403 page that names whose page this is."""
    return render(request, "accounts/wrong_door.html", {"people": people}, status=403)
