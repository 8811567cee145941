"""Find entries, at an address that can be kept; and exactly what was found as a file."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.seeing import see_other
from accounts.sheets import as_csv
from expenses.currencies import by_currency
from expenses.models import Expense
from expenses.searching import SearchForm
from expenses.sums import elsewhere
from expenses.views.pages import LOOK, OwnerRequest, owner_of, owners_page

COLUMNS = ["date", "kind", "amount", "category", "note", "currency"]
ROWS = 50


@owners_page(*LOOK)
def expenses_search(request: OwnerRequest) -> HttpResponse:
    form = SearchForm(request.GET, owner=owner_of(request))
    if not form.is_valid():
        return render(request, "expenses/search.html", {"form": form}, status=422)
    rows = form.rows()
    context: dict[str, Any] = {
        "form": form,
        "page": Paginator(rows.order_by("-day", "-id"), ROWS).get_page(request.GET.get("page")),
        "sums": _named(rows.counted().by_kind()),
        "others": by_currency(elsewhere(rows)),
        "asked": form.address,
    }
    return render(request, "expenses/search.html", context)


def _named(sums: dict[str, Decimal]) -> list[tuple[str, Decimal]]:
    return [(str(kind.label), sums[kind.value]) for kind in Expense.Kind if kind.value in sums]


@owners_page(*LOOK)
def expenses_csv(request: OwnerRequest) -> HttpResponseBase:
    """The whole notebook, or what the search of the same address finds; never more than was asked for."""
    form = SearchForm(request.GET, owner=owner_of(request))
    if not form.is_valid():
        return see_other(f"{reverse('expenses_search')}?{request.GET.urlencode()}")
    rows = form.rows().order_by("day", "id").iterator(2_000)
    response = StreamingHttpResponse(as_csv(COLUMNS, _cells(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notebook.csv"'
    return response


def _cells(rows: Iterable[Expense]) -> Iterator[list[Any]]:
    """Money out has a minus, as in a bank's file."""
    for row in rows:
        signed = row.amount if row.kind in ("income", "refund") else -row.amount
        yield [row.day, row.kind, signed, row.category.name, row.note, row.currency or settings.CURRENCY]
