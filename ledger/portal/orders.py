"""Statements of many customers: order them, follow the work, take the zip."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from accounts.models import LARGEST_NUMBER
from accounts.seeing import see_other
from accounts.transactions import Refused
from ledger.many_papers import KEPT_DAYS, is_there, order_statements, stop, zip_of
from ledger.models import StatementOrder
from ledger.portal.forms import RangeForm
from ledger.portal.pages import ASK, LOOK, READ, StaffRequest

LOOKING, ORDERING = "ledger.view_statementorder", "ledger.add_statementorder"
PAGE = 25


class OrderForm(RangeForm):
    """Which days, and whose."""

    from_number = forms.IntegerField(
        label=_("From customer number"), required=False, min_value=1, max_value=LARGEST_NUMBER
    )
    to_number = forms.IntegerField(
        label=_("To customer number"),
        required=False,
        min_value=1,
        max_value=LARGEST_NUMBER,
        help_text=_("Without numbers: everybody who has anything in these days or owes now."),
    )

    def order(self, by: str) -> StatementOrder:
        return StatementOrder(asked_by=by, **self.cleaned_data)


@require_http_methods(ASK)
@permission_required((*READ, LOOKING), raise_exception=True)
def orders(request: StaffRequest) -> HttpResponse:
    """All that was ordered, the newest first; POST orders anew."""
    if request.method != "POST":
        last_year = request.lender.today().year - 1
        return _list(request, OrderForm(initial={"first": f"{last_year}-01-01", "last": f"{last_year}-12-31"}))
    if not request.user.has_perm(ORDERING):
        raise PermissionDenied
    form = OrderForm(request.POST)
    if form.is_valid():
        try:
            return _go_to(order_statements(form.order(request.user.get_username())))
        except Refused as refused:
            form.add_error(None, refused)
    return _list(request, form, 422)


def _list(request: StaffRequest, form: OrderForm, status: int = 200) -> HttpResponse:
    page = Paginator(StatementOrder.objects.select_related("job"), PAGE).get_page(request.GET.get("page"))
    context = {"form": form if request.user.has_perm(ORDERING) else None, "page": page, "kept": KEPT_DAYS}
    return render(request, "ledger/portal/orders.html", context, status=status)


@require_http_methods(ASK)
@permission_required((*READ, LOOKING), raise_exception=True)
def order(request: StaffRequest, number: int) -> HttpResponse:
    """GET follows the work and leads to the zip; POST stops the work."""
    row = _row(number)
    if request.method == "POST":
        if not request.user.has_perm(ORDERING):
            raise PermissionDenied
        stop(row)
        messages.success(request, gettext("The work stops as soon as the part it is at is done."))
        return _go_to(row)
    context = {"order": row, "job": row.job, "follow": _follow(row), "there": is_there(row), "kept": KEPT_DAYS}
    return render(request, "ledger/portal/order.html", context)


@require_http_methods(LOOK)
@permission_required((*READ, LOOKING), raise_exception=True)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that asks for itself every second, until the work is over and the whole page is new."""
    row = _row(number)
    if row.job.is_over:
        return HttpResponseClientRefresh()
    return render(request, "includes/progress.html", {"job": row.job, "follow": _follow(row)})


@require_http_methods(LOOK)
@permission_required((*READ, LOOKING), raise_exception=True)
def as_zip(request: HttpRequest, number: int) -> HttpResponseBase:
    row = _row(number)
    if not is_there(row):
        raise Http404
    response = StreamingHttpResponse(zip_of(row), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="statements-{row.pk}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _row(number: int) -> StatementOrder:
    return get_object_or_404(StatementOrder.objects.select_related("job"), pk=number)


def _follow(row: StatementOrder) -> str:
    return reverse("admin:statement_order_progress", args=[row.pk])


def _go_to(row: StatementOrder) -> HttpResponse:
    return see_other("admin:statement_order", row.pk)


def order_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("", guard(orders), name="statement_orders"),
        path("<int:number>/", guard(order), name="statement_order"),
        path("<int:number>/progress/", guard(progress), name="statement_order_progress"),
        path("<int:number>/statements.zip", guard(as_zip), name="statement_order_zip"),
    ]
