"""The grid: a page of customers by the twelve months of a year, due and paid in each cell with its state."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import LARGEST_NUMBER, Customer
from ledger.bulk.grid import grid as grid_lines
from ledger.models import Due, Tally
from ledger.months import FIRST_YEAR, LAST_YEAR, months_of
from ledger.portal.pages import LOOK, READ, StaffRequest
from ledger.portal.views import matching, numbered
from ledger.tables import years_of

PAGE = 25
STATES = {
    "": pgettext_lazy("customers", "all"),
    "open": _("with something open"),
    "overdue": _("with something overdue"),
}


@require_http_methods(LOOK)
@permission_required(READ, raise_exception=True)
def grid(request: StaffRequest) -> HttpResponse:
    """?year=2025&q=asha&state=overdue&after=125, where `after` is the last customer of the page before."""
    today = request.lender.today()
    year, asked, state = _year(request, today), request.GET.get("q", "").strip(), request.GET.get("state", "")
    after = request.GET.get("after", "")
    found = list(_customers(year, asked, state, today).filter(pk__gt=_number(after)).order_by("pk")[: PAGE + 1])
    shown = found[:PAGE]
    tables = years_of([customer.pk for customer in shown], year, today)
    context: dict[str, Any] = {
        "rows": [(customer, tables[customer.pk]) for customer in shown],
        "months": months_of(year),
        "year": year,
        "years": _years(year),
        "asked": asked,
        "state": state,
        "states": STATES,
        "after": after,
        "next": shown[-1].pk if len(found) > PAGE else None,
    }
    return render(request, "ledger/portal/grid.html", context)


@require_http_methods(LOOK)
@permission_required(READ, raise_exception=True)
def grid_csv(request: StaffRequest) -> StreamingHttpResponse:
    """The whole year as the import of dues reads it."""
    year = _year(request, request.lender.today())
    named = {"Content-Disposition": f'attachment; filename="grid-{year}.csv"'}
    return StreamingHttpResponse(grid_lines(year), content_type="text/csv; charset=utf-8", headers=named)


def _customers(year: int, asked: str, state: str, today: datetime.date) -> QuerySet[Customer]:
    """Who has a due in the year, of the state asked for; by number, or a part of the name, phone or e-mail."""
    dues = Due.objects.filter(customer=OuterRef("pk")).in_year(year)
    dues = dues.unpaid() if state == "open" else dues.overdue(today) if state == "overdue" else dues
    exact = numbered(asked)
    people = Customer.objects.filter(pk=exact.pk) if exact else matching(asked) if asked else Customer.objects.all()
    return people.filter(Exists(dues))


def _year(request: StaffRequest, today: datetime.date) -> int:
    asked = _number(request.GET.get("year", ""))
    return asked if FIRST_YEAR <= asked <= LAST_YEAR else today.year


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(LARGEST_NUMBER)) else 0


def _years(shown: int) -> list[int]:
    """From the first due to the last, newest first; by the sums by day, for no index leads with a due's day alone."""
    ends = Tally.objects.of(Tally.Figure.RAISED).aggregate(first=Min("day"), last=Max("day"))
    known = {day.year for day in ends.values() if day} | {shown}
    return list(range(max(known), min(known) - 1, -1))


def grid_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    return [path("", guard(grid), name="grid"), path("csv/", guard(grid_csv), name="grid_csv")]
