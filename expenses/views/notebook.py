"""The notebook's pages, for its owner alone: anybody else's entry is not found."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.seeing import see_other
from expenses import actions
from expenses.forms import EntryForm, ReceiptForm
from expenses.models import Expense, Receipt
from expenses.recent import categories_of
from expenses.splitting import parts_of
from expenses.views.months import month_context
from expenses.views.pages import ACT, ASK, LOOK, OwnerRequest, owner_of, owners_page
from expenses.views.quick import quick_expense


@owners_page(*ASK)
def notebook(request: OwnerRequest) -> HttpResponse:
    """One month: the form for a new entry, totals by category, and the entries."""
    if request.method == "POST":
        return quick_expense(request)
    return render(request, "expenses/month.html", month_context(request))


@owners_page(*ASK)
def edit_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner, today = owner_of(request), request.lender.today()
    entry = get_object_or_404(Expense.objects.of(owner).kept().select_related("category"), pk=number)
    if request.method == "POST":
        form = EntryForm(request.POST, today=today)
        if form.is_valid():
            changed = actions.change(form.entry(owner, entry.pk), form.cleaned_data["category"])
            messages.success(request, _("Changed."))
            return see_other(f"{reverse('expenses')}?month={changed.day:%Y-%m}&changed={changed.pk}")
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
    return see_other(f"{reverse('expenses')}?month={entry.day:%Y-%m}&deleted={entry.pk}")


@owners_page(*ACT)
def restore_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner = owner_of(request)
    entry = get_object_or_404(Expense.objects.of(owner), pk=number)
    back = actions.take_out(owner, entry.pk, timezone.now())
    messages.info(request, _("It is back in your notebook.") if back else _("It was in your notebook already."))
    return see_other(f"{reverse('expenses')}?month={entry.day:%Y-%m}")


@owners_page(*LOOK)
def expenses_trash(request: OwnerRequest) -> HttpResponse:
    mine = Expense.objects.of(owner_of(request)).in_trash(timezone.now())
    rows = mine.select_related("category").order_by("-trashed_at")[:500]
    return render(request, "expenses/trash.html", {"rows": rows})
