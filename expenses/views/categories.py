"""The owner's categories: add, rename, merge, archive."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Customer
from accounts.seeing import see_other
from accounts.transactions import Refused
from expenses import sorting
from expenses.models import Category, Expense
from expenses.planning_forms import MergeForm, NameForm
from expenses.views.pages import ASK, OwnerRequest, owner_of, owners_page


@owners_page(*ASK)
def expenses_categories(request: OwnerRequest) -> HttpResponse:
    owner, form = owner_of(request), NameForm()
    if request.method == "POST" and request.POST.get("act") == "usual":
        added = sorting.add_usual_categories(owner)
        messages.success(request, _added(added))
        return see_other(reverse("expenses_categories"))
    if request.method == "POST":
        form = NameForm(request.POST)
        if form.is_valid():
            category = sorting.add_category(owner, form.cleaned_data["name"])
            messages.success(request, _("%(name)s is one of your categories.") % {"name": category.name})
            return see_other(reverse("expenses_categories"))
    context = {"form": form, **_all_of(owner)}
    return render(request, "expenses/categories.html", context, status=422 if form.errors else 200)


def _added(number: int) -> str:
    if not number:
        return _("You have or had all of them already.")
    return ngettext("%(n)s added.", "%(n)s added.", number) % {"n": number}


def _all_of(owner: Customer) -> dict[str, Any]:
    counts = dict(Expense.objects.of(owner).kept().order_by().values_list("category").annotate(rows=Count("id")))
    known = [(one, counts.get(one.pk, 0)) for one in Category.objects.of(owner).unmerged().order_by("name")]
    return {
        "offered": [pair for pair in known if not pair[0].archived],
        "archived": [pair for pair in known if pair[0].archived],
    }


@owners_page(*ASK)
def expenses_category(request: OwnerRequest, number: int) -> HttpResponse:
    """One category; a POST does the act it names."""
    owner = owner_of(request)
    category = get_object_or_404(Category.objects.of(owner).unmerged(), pk=number)
    forms = {
        "rename": NameForm(initial={"name": category.name}, auto_id="rename_%s"),
        "merge": MergeForm(owner=owner, number=number),
    }
    if request.method == "POST":
        try:
            if said := _do(request, owner, category, forms):
                messages.success(request, said)
                return see_other(reverse("expenses_categories"))
        except Refused as refused:
            messages.error(request, refused.sentence)
            return see_other(reverse("expenses_category", args=[number]))
    rows = Expense.objects.of(owner).filter(category=category)
    counted = rows.aggregate(kept=Count("id", filter=Q(trashed_at__isnull=True)), trashed=Count("trashed_at"))
    context = {"category": category, **forms, **counted}
    return render(request, "expenses/category.html", context, status=422 if request.method == "POST" else 200)


def _do(request: OwnerRequest, owner: Customer, category: Category, forms: dict[str, Any]) -> str | None:
    """What was done, or nothing where the form has errors."""
    act = request.POST.get("act", "")
    if act == "rename":
        forms["rename"] = form = NameForm(request.POST, auto_id="rename_%s")
        return _rename(owner, category, form) if form.is_valid() else None
    if act == "merge":
        forms["merge"] = merging = MergeForm(request.POST, owner=owner, number=category.pk)
        return _merge(owner, category, merging.cleaned_data["into"]) if merging.is_valid() else None
    if act in ("archive", "offer"):
        sorting.archive_category(owner, category.pk, archived=act == "archive")
        sentence = _("%(name)s is archived.") if act == "archive" else _("%(name)s is offered again.")
        return sentence % {"name": category.name}
    return None


def _rename(owner: Customer, category: Category, form: NameForm) -> str:
    sorting.rename_category(owner, category.pk, form.cleaned_data["name"])
    return _("%(old)s is now called %(new)s.") % {"old": category.name, "new": form.cleaned_data["name"]}


def _merge(owner: Customer, category: Category, into: Category) -> str:
    moved = sorting.merge_category(owner, category.pk, into.pk)
    sentence = ngettext(
        "%(name)s is merged into %(into)s; %(n)s entries moved.",
        "%(name)s is merged into %(into)s; %(n)s entries moved.",
        moved,
    )
    return sentence % {"name": category.name, "into": into.name, "n": moved}
