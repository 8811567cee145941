"""The lender's time zone holds for one request, and costs a query only where an instant is shown."""

import datetime
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import middleware
from accounts.models import Customer, Lender

pytestmark = pytest.mark.django_db
LATE = datetime.datetime(2026, 3, 1, 22, 30, tzinfo=datetime.UTC)


@pytest.fixture
def in_nairobi(lender: Lender) -> None:
    Lender.objects.update(time_zone="Africa/Nairobi")


def show(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("{{ when|date:'j M H:i' }}").render({"when": LATE}))


def answer(view: object) -> HttpResponse:
    return middleware.lender(view)(RequestFactory().get("/"))  # type: ignore[arg-type]


def test_an_instant_is_shown_on_the_lenders_clock(in_nairobi: None) -> None:
    assert answer(show).content == b"2 Mar 01:30"


def test_without_the_middleware_it_would_be_the_settings_clock(in_nairobi: None) -> None:
    assert show(RequestFactory().get("/")).content == b"1 Mar 22:30"


def test_the_zone_is_gone_after_the_request_even_after_a_failure(in_nairobi: None) -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    answer(show)
    with pytest.raises(RuntimeError):
        answer(fail)
    assert timezone.get_current_timezone_name() == "UTC"


def test_without_deactivating_it_would_stay(in_nairobi: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware.timezone, "deactivate", lambda: None)
    answer(show)
    try:
        assert timezone.get_current_timezone_name() == "Africa/Nairobi"
    finally:
        monkeypatch.undo()
        timezone.deactivate()


def test_the_lender_is_read_at_most_once(in_nairobi: None) -> None:
    def much(request: HttpRequest) -> HttpResponse:
        show(request)
        return HttpResponse(f"{request.lender.name} {timezone.localtime(LATE)}")  # type: ignore[attr-defined]

    with CaptureQueriesContext(connection) as seen:
        answer(much)
    assert len(seen) == 1


@pytest.mark.parametrize("path", ["/healthz", "/static/css/duebook.css"])
def test_health_and_files_ask_nothing(in_nairobi: None, path: str) -> None:
    served = override_settings(WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True)
    with served, CaptureQueriesContext(connection) as seen, closing(Client().get(path)) as found:
        assert found.status_code == 200
    assert [query["sql"] for query in seen] == []


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("name", ["Africa/Nairobi", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_the_lazy_zone_tells_the_same_time_as_the_real_one(lender: Lender, name: str, hour: int) -> None:
    lender.time_zone = name
    lazy, real = middleware.LenderZone(lender), ZoneInfo(name)
    for day in (datetime.date(2026, 3, 8), datetime.date(2026, 4, 5), datetime.date(2026, 11, 1)):  # clocks change
        instant = datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)
        assert instant.astimezone(lazy).isoformat() == instant.astimezone(real).isoformat()
        wall = datetime.datetime.combine(day, datetime.time(hour))
        assert wall.replace(tzinfo=lazy).utcoffset() == wall.replace(tzinfo=real).utcoffset()
    assert str(lazy) == name


def test_the_database_groups_by_the_lenders_days(in_nairobi: None, asha: Customer) -> None:
    Customer.objects.update(created_at=LATE)

    def days(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(Customer.objects.values_list("created_at__day", flat=True)[0]))

    assert answer(days).content == b"2"
