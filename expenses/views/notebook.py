"""The notebook's pages, for its owner alone: anybody else's entry is not found."""

import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.sheets import as_csv
from expenses import actions
from expenses.currencies import by_currency
from expenses.forms import EntryForm, ReceiptForm
from expenses.models import Expense, Receipt
from expenses.recent import categories_of
from expenses.shares import shares, totals
from expenses.splitting import parts_of
from expenses.views.pages import ACT, ASK, LOOK, OwnerRequest, is_number, owner_of, owners_page, see
from expenses.views.quick import quick_expense

COLUMNS = ["date", "kind", "amount", "category", "note", "currency"]


@owners_page(*ASK)
def notebook(request: OwnerRequest) -> HttpResponse:
    """One month: the form for a new entry, totals by category, and the entries."""
    if request.method == "POST":
        return quick_expense(request)
    return render(request, "expenses/month.html", _month(request))


def _month(request: OwnerRequest) -> dict[str, Any]:
    owner, today = owner_of(request), request.lender.today()
    month = _first_of(request.GET.get("month", ""), today)
    mine = Expense.objects.of(owner)
    rows = list(mine.kept().in_month(month).select_related("category").order_by("-day", "-id"))
    spent = totals((row.category.name, row.kind, row.amount) for row in rows if not row.currency)
    deleted = request.GET.get("deleted", "")
    return {
        "month": month,
        "before": (month - datetime.timedelta(days=1)).replace(day=1) if month > datetime.date(1970, 1, 1) else None,
        "after": (month + datetime.timedelta(days=32)).replace(day=1) if month < today else None,
        "rows": rows,
        "shares": shares(spent),
        "spent": sum(spent.values(), Decimal(0)),
        "income": sum((row.amount for row in rows if row.kind == "income" and not row.currency), Decimal(0)),
        "others": by_currency((row.currency, row.kind, row.amount) for row in rows if row.currency),
        "undo": mine.in_trash(timezone.now()).filter(pk=int(deleted)).first() if is_number(deleted) else None,
    }


def _first_of(text: str, today: datetime.date) -> datetime.date:
    try:
        month = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if 1970 <= month.year <= today.year + 1 else today.replace(day=1)


@owners_page(*ASK)
def edit_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner, today = owner_of(request), request.lender.today()
    entry = get_object_or_404(Expense.objects.of(owner).kept().select_related("category"), pk=number)
    if request.method == "POST":
        form = EntryForm(request.POST, today=today)
        if form.is_valid():
            changed = actions.change(form.entry(owner, entry.pk), form.cleaned_data["category"])
            messages.success(request, "Changed.")
            return see(f"{reverse('expenses')}?month={changed.day:%Y-%m}&changed={changed.pk}")
    else:
        names = ("key", "amount", "currency", "day", "kind", "note")
        initial = {name: getattr(entry, name) for name in names} | {"category": entry.category.name}
        form = EntryForm(today=today, initial=initial)
    context = {"form": form, "entry": entry, "categories": categories_of(owner), "parts": parts_of(owner, entry)}
    context["receipt"] = Receipt.objects.of(owner).filter(expense=entry).defer("content").first()
    context["receipt_form"] = ReceiptForm()
    return render(request, "expenses/edit.html", context, status=422 if form.errors else 200)


@owners_page(*ACT)
def delete_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner = owner_of(request)
    entry = get_object_or_404(Expense.objects.of(owner), pk=number)
    actions.put_in_trash(owner, entry.pk, timezone.now())
    return see(f"{reverse('expenses')}?month={entry.day:%Y-%m}&deleted={entry.pk}")


@owners_page(*ACT)
def restore_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner = owner_of(request)
    entry = get_object_or_404(Expense.objects.of(owner), pk=number)
    back = actions.take_out(owner, entry.pk, timezone.now())
    messages.info(request, "It is back in your notebook." if back else "It was in your notebook already.")
    return see(f"{reverse('expenses')}?month={entry.day:%Y-%m}")


@owners_page(*LOOK)
def expenses_trash(request: OwnerRequest) -> HttpResponse:
    mine = Expense.objects.of(owner_of(request)).in_trash(timezone.now())
    rows = mine.select_related("category").order_by("-trashed_at")[:500]
    return render(request, "expenses/trash.html", {"rows": rows})


@owners_page(*LOOK)
def expenses_csv(request: OwnerRequest) -> HttpResponseBase:
    rows = Expense.objects.of(owner_of(request)).kept().select_related("category").order_by("day", "id").iterator(2_000)
    response = StreamingHttpResponse(as_csv(COLUMNS, map(_cells, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notebook.csv"'
    return response


def _cells(row: Expense) -> list[Any]:
    """Money out has a minus, as in a bank's file."""
    signed = row.amount if row.kind in ("income", "refund") else -row.amount
    return [row.day, row.kind, signed, row.category.name, row.note, row.currency or settings.CURRENCY]
