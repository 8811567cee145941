"""For every request: the lender and its time zone, who reads in what language, who acts, a lacking second factor."""

import datetime
from collections.abc import Callable
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from accounts.actor import API, PORTAL, WEB, acting
from accounts.languages import read_in
from accounts.models import Lender


class LenderZone(datetime.tzinfo):
    """The lender's time zone, read when the first instant is shown: an answer without one costs no query."""

    def __init__(self, lender: Any) -> None:
        self._lender = lender

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self._lender.time_zone)

    def utcoffset(self, when: datetime.datetime | None) -> datetime.timedelta | None:
        return self.zone.utcoffset(when)

    def dst(self, when: datetime.datetime | None) -> datetime.timedelta | None:
        return self.zone.dst(when)

    def tzname(self, when: datetime.datetime | None) -> str | None:
        return self.zone.tzname(when)

    def fromutc(self, when: datetime.datetime) -> datetime.datetime:
        return self.zone.fromutc(when.replace(tzinfo=self.zone))

    def __str__(self) -> str:
        return str(self.zone)  # the name that databases are given


DOORS = (("/admin/", PORTAL), ("/api/", API))


def lender(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put the lender on the request, read at most once and when first asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.lender = SimpleLazyObject(Lender.load)  # type: ignore[attr-defined]
        timezone.activate(LenderZone(request.lender))  # type: ignore[attr-defined]
        try:
            return get_response(request)
        finally:
            timezone.deactivate()  # the next request of this thread starts from the settings

    return middleware


def language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in the language of who asks (accounts.languages)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        spoken = read_in(request)
        with translation.override(spoken):
            response = get_response(request)
        response.headers.setdefault("Content-Language", spoken)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return middleware


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whatever the request records was done by its user, through the door that its path leads to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        door = next((door for path, door in DOORS if request.path_info.startswith(path)), WEB)
        with acting(lambda: request.user.get_username(), door):
            return get_response(request)

    return middleware


# What stays open to staff who must set up a second factor first; the pages of setting up are named mfa_ too.
OPEN = frozenset({
    "landing", "logo", "healthz", "readyz", "account_logout", "admin:logout", "account_reauthenticate",
    "account_change_password", "admin:password_change", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
})  # fmt: skip


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Where the lender asks it of the staff, lead who has none to set one up, from every page but those in OPEN. The
    API asks by itself (accounts.api.access): a cookie counts for nothing there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if (
            name in OPEN
            or name.startswith("mfa_")
            or request.path_info.startswith("/api/")
            or not lacks_second_factor(request)
        ):
            return None
        return redirect("mfa_index")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def lacks_second_factor(request: Any) -> bool:
    user = request.user
    asked = user.is_authenticated and user.is_staff and request.lender.staff_second_factor
    return asked and not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
