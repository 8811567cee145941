"""Customers who owe, the longest first: the rows behind the portfolio at risk."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from ledger.ageing import days_past_due
from ledger.models import Standing
from ledger.overview import RISKS
from ledger.portal.pages import LOOK, READ, StaffRequest

PAGE = 50


@require_http_methods(LOOK)
@permission_required(READ, raise_exception=True)
def owing(request: StaffRequest) -> HttpResponse:
    """?risk=30 narrows it to customers with a due more than 30 days late."""
    today = request.lender.today()
    risk = request.GET.get("risk", "")
    days = int(risk) if risk in map(str, RISKS) else None
    found = Standing.objects.select_related("customer").order_by("oldest_due_on", "customer_id")
    if days is not None:
        found = found.filter(oldest_due_on__lt=today - datetime.timedelta(days))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(standing, days_past_due(standing.oldest_due_on, today)) for standing in page.object_list]
    context = {"page": page, "rows": rows, "days": days, "risks": RISKS, "asked": f"risk={days}&" if days else ""}
    return render(request, "ledger/portal/owing.html", context)


def owing_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    return [path("", guard(owing), name="customers_owing")]
