"""The notebook's pages, for its owner alone: anybody else's entry is not found."""

import csv
import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import customer_required
from accounts.models import Customer, Lender, User
from expenses import actions
from expenses.forms import EntryForm, new_entry
from expenses.models import DEFAULT_CATEGORIES, Category, Expense
from expenses.shares import shares, totals

private = cache_control(private=True, no_store=True)
COLUMNS = ["date", "kind", "amount", "category", "note"]
LIVE = tuple("=+-@\t\r\n＝＋－＠'")


class OwnerRequest(HttpRequest):
    """What customer_required lets through."""

    user: User
    lender: Lender


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def notebook(request: OwnerRequest) -> HttpResponse:
    """One month: the form for a new entry, totals by category, and the entries."""
    owner, today = _owner(request), request.lender.today()
    if request.method == "POST":
        form = EntryForm(request.POST, today=today)
        if form.is_valid():
            entry = actions.enter(form.entry(owner), form.cleaned_data["category"])
            messages.success(request, "Entered.")
            return _see(f"{reverse('expenses')}?month={entry.day:%Y-%m}")
        return render(request, "expenses/month.html", _month(request, form), status=422)
    last = Expense.objects.of(owner).kept().select_related("category").order_by("-id").first()
    form = new_entry(today, last.category.name if last else "")
    return render(request, "expenses/month.html", _month(request, form))


def _month(request: OwnerRequest, form: EntryForm) -> dict[str, Any]:
    owner, today = _owner(request), request.lender.today()
    month = _first_of(request.GET.get("month", ""), today)
    mine = Expense.objects.of(owner)
    rows = list(mine.kept().in_month(month).select_related("category").order_by("-day", "-id"))
    spent = totals((row.category.name, row.kind, row.amount) for row in rows)
    deleted = request.GET.get("deleted", "")
    return {
        "form": form,
        "month": month,
        "before": (month - datetime.timedelta(days=1)).replace(day=1) if month > datetime.date(1970, 1, 1) else None,
        "after": (month + datetime.timedelta(days=32)).replace(day=1) if month < today else None,
        "rows": rows,
        "shares": shares(spent),
        "spent": sum(spent.values(), Decimal(0)),
        "income": sum((row.amount for row in rows if row.kind == Expense.Kind.INCOME), Decimal(0)),
        "categories": _categories(owner),
        "undo": mine.in_trash(timezone.now()).filter(pk=int(deleted)).first() if _is_number(deleted) else None,
    }


def _categories(owner: Customer) -> list[str]:
    own = Category.objects.of(owner).order_by("name").values_list("name", flat=True)
    return list(dict.fromkeys([*own, *DEFAULT_CATEGORIES]))


def _first_of(text: str, today: datetime.date) -> datetime.date:
    try:
        month = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if 1970 <= month.year <= today.year + 1 else today.replace(day=1)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def edit_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner, today = _owner(request), request.lender.today()
    entry = get_object_or_404(Expense.objects.of(owner).kept().select_related("category"), pk=number)
    if request.method == "POST":
        form = EntryForm(request.POST, today=today)
        if form.is_valid():
            changed = actions.change(form.entry(owner, entry.pk), form.cleaned_data["category"])
            messages.success(request, "Changed.")
            return _see(f"{reverse('expenses')}?month={changed.day:%Y-%m}")
    else:
        names = ("key", "amount", "day", "kind", "note")
        initial = {name: getattr(entry, name) for name in names} | {"category": entry.category.name}
        form = EntryForm(today=today, initial=initial)
    context = {"form": form, "entry": entry, "categories": _categories(owner)}
    return render(request, "expenses/edit.html", context, status=422 if form.errors else 200)


@private
@require_POST
@customer_required
def delete_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner = _owner(request)
    entry = get_object_or_404(Expense.objects.of(owner), pk=number)
    actions.put_in_trash(owner, entry.pk, timezone.now())
    return _see(f"{reverse('expenses')}?month={entry.day:%Y-%m}&deleted={entry.pk}")


@private
@require_POST
@customer_required
def restore_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner = _owner(request)
    entry = get_object_or_404(Expense.objects.of(owner), pk=number)
    back = actions.take_out(owner, entry.pk, timezone.now())
    messages.info(request, "It is back in your notebook." if back else "It was in your notebook already.")
    return _see(f"{reverse('expenses')}?month={entry.day:%Y-%m}")


@private
@require_GET
@customer_required
def expenses_trash(request: OwnerRequest) -> HttpResponse:
    mine = Expense.objects.of(_owner(request)).in_trash(timezone.now())
    rows = mine.select_related("category").order_by("-trashed_at")[:500]
    return render(request, "expenses/trash.html", {"rows": rows})


@private
@require_GET
@customer_required
def expenses_csv(request: OwnerRequest) -> HttpResponseBase:
    rows = Expense.objects.of(_owner(request)).kept().select_related("category").order_by("day", "id").iterator(2_000)
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notebook.csv"'
    return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterable[Expense]) -> Iterator[str]:
    """Money out has a minus, as in a bank's file; a text that a spreadsheet would run begins with an apostrophe."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for row in rows:
        signed = row.amount if row.kind in ("income", "refund") else -row.amount
        yield writer.writerow([row.day, row.kind, signed, _safe(row.category.name), _safe(row.note)])


def _safe(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(LIVE) else text


def _see(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def _owner(request: OwnerRequest) -> Customer:
    return cast(Customer, request.user.customer)
