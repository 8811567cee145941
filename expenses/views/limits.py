"""The owner's limits by category."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.seeing import see_other
from expenses.models import Expense
from expenses.planning import set_limit
from expenses.planning_forms import LimitForm
from expenses.shares import totals
from expenses.sums import by_category
from expenses.views.months import first_of, limits_of
from expenses.views.pages import ASK, OwnerRequest, owner_of, owners_page
from ledger.months import add_months


@owners_page(*ASK)
def expenses_limits(request: OwnerRequest) -> HttpResponse:
    """Those that stand in the month; a new one stands from that month on."""
    owner, today = owner_of(request), request.lender.today()
    month = first_of(request.GET.get("month", ""), today)
    form = LimitForm(request.POST if request.method == "POST" else None, owner=owner)
    if form.is_valid():
        category, amount = form.cleaned_data["category"], form.cleaned_data["amount"]
        set_limit(owner, category.pk, month, amount)
        sentence = _("%(name)s has a limit.") if amount else _("%(name)s has no limit.")
        messages.success(request, sentence % {"name": category.name})
        return see_other(f"{reverse('expenses_limits')}?month={month:%Y-%m}")
    spent = totals(by_category(Expense.objects.of(owner).counted().in_month(month)))
    context = {
        "form": form,
        "month": month,
        "before": add_months(month, -1) if month.year > 1970 else None,
        "after": add_months(month, 1) if month.year <= today.year else None,
        "limits": limits_of(owner, month, today, spent),
    }
    return render(request, "expenses/limits.html", context, status=422 if form.errors else 200)
