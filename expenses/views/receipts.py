"""The receipt of an entry: attach, look at, take off; and one receipt split over several categories."""

from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.attachments import served
from accounts.seeing import see_other
from accounts.transactions import Refused
from expenses import receipts, splitting
from expenses.forms import KeyForm, ReceiptForm, ShareForm, new_key
from expenses.models import Expense, Receipt
from expenses.recent import categories_of
from expenses.splitting import MOST_PARTS, Share
from expenses.views.pages import ACT, ASK, OwnerRequest, owner_of, owners_page

Shares = formset_factory(ShareForm, extra=4, max_num=MOST_PARTS, absolute_max=MOST_PARTS)


def _entry(request: OwnerRequest, number: int) -> Expense:
    mine = Expense.objects.of(owner_of(request)).kept().select_related("category")
    return get_object_or_404(mine, pk=number)


@owners_page(*ASK)
def receipt(request: OwnerRequest, number: int) -> HttpResponse:
    """The file itself; by POST another one in its place."""
    owner, entry = owner_of(request), _entry(request, number)
    if request.method != "POST":
        row = Receipt.objects.of(owner).filter(expense=entry).first()
        if row is None:
            raise Http404(_("This entry has no receipt."))
        return served(bytes(row.content), row.kind, f"receipt-{entry.day}")
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "expenses/receipt.html", {"form": form, "entry": entry}, status=422)
    kind, content = form.cleaned_data["receipt"]
    receipts.attach(owner, entry.pk, kind, content)
    messages.success(request, _("The receipt is kept with the entry."))
    return see_other("edit_expense", entry.pk)


@owners_page(*ACT)
def delete_receipt(request: OwnerRequest, number: int) -> HttpResponse:
    entry = _entry(request, number)
    receipts.take_off(owner_of(request), entry.pk)
    messages.info(request, _("The receipt is deleted."))
    return see_other("edit_expense", entry.pk)


@owners_page(*ASK)
def split_expense(request: OwnerRequest, number: int) -> HttpResponse:
    owner, entry = owner_of(request), _entry(request, number)
    first = {"amount": entry.amount, "category": entry.category.name}
    shares = Shares(request.POST or None, initial=None if request.POST else [first])
    key = KeyForm(request.POST)
    if request.method == "POST" and not key.is_valid():
        return _splitting(
            request, entry, shares, _("The form came back incomplete, and nothing was split. Send it again.")
        )
    if request.method == "POST" and shares.is_valid():
        told = [Share(row["category"], row["amount"]) for row in shares.cleaned_data if row.get("amount")]
        try:
            splitting.split(owner, entry.pk, told, key.cleaned_data["key"])
        except Refused as refused:
            return _splitting(request, entry, shares, refused.sentence)
        messages.success(request, _("Split. The parts are entries of their own now."))
        return see_other("edit_expense", entry.pk)
    return _splitting(request, entry, shares)


def _splitting(request: OwnerRequest, entry: Expense, shares: Any, problem: str = "") -> HttpResponse:
    context = {"entry": entry, "shares": shares, "problem": problem, "categories": categories_of(owner_of(request))}
    wrong = bool(problem) or (shares.is_bound and not shares.is_valid())
    sent = KeyForm(request.POST)
    key = sent.cleaned_data["key"] if sent.is_valid() else new_key()
    return render(request, "expenses/split.html", context | {"key": key}, status=422 if wrong else 200)


@owners_page(*ACT)
def join_expense(request: OwnerRequest, number: int) -> HttpResponse:
    """Undo a split."""
    entry = _entry(request, number)
    parts = splitting.parts_of(owner_of(request), entry)
    splitting.join(owner_of(request), entry.pk)
    messages.info(request, _("The parts are one entry again."))
    return see_other("edit_expense", parts[0].pk if parts else entry.pk)
