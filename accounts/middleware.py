"""For every request: the lender, the lender's own time zone, and who acts."""

import datetime
from collections.abc import Callable
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.actor import API, PORTAL, WEB, acting
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


def actor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whatever the request records was done by its user, through the door that its path leads to."""

    def middleware(request: HttpRequest) -> HttpResponse:
        door = next((door for path, door in DOORS if request.path_info.startswith(path)), WEB)
        with acting(lambda: request.user.get_username(), door):
            return get_response(request)

    return middleware
