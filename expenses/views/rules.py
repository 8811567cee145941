"""The owner's rules: which text in a note means which category."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.seeing import see_other
from expenses import sorting_rules
from expenses.forms import RuleForm
from expenses.models import Rule
from expenses.recent import categories_of
from expenses.views.pages import ACT, ASK, OwnerRequest, owner_of, owners_page


@owners_page(*ASK)
def expense_rules(request: OwnerRequest) -> HttpResponse:
    owner = owner_of(request)
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sorting_rules.keep_rule(owner, form.cleaned_data["text"], form.cleaned_data["category"])
        messages.success(request, _("The rule is kept, and new entries follow it."))
        return see_other("expense_rules")
    rules = Rule.objects.of(owner).select_related("category").order_by("text")[:500]
    context = {"rules": rules, "form": form, "categories": categories_of(owner)}
    return render(request, "expenses/rules.html", context, status=422 if form.errors else 200)


@owners_page(*ACT)
def delete_rule(request: OwnerRequest, number: int) -> HttpResponse:
    sorting_rules.drop_rule(owner_of(request), number)
    messages.info(request, _("The rule is gone; the entries stay as they are."))
    return see_other("expense_rules")


@owners_page(*ACT)
def decline_rule(request: OwnerRequest) -> HttpResponse:
    """No rule from these corrections."""
    sorting_rules.decline_rule(owner_of(request), request.POST.get("category", "").replace("\x00", ""))
    return see_other("expenses")
