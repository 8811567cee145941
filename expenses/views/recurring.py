"""What recurs: the list, what three months suggest, one of them, and what becomes of each day."""

import datetime
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.seeing import see_other
from accounts.transactions import Refused
from expenses import planning
from expenses.coming import planned
from expenses.left import USUAL
from expenses.models import Expense, Recurring
from expenses.planning_forms import RecurringForm, SameForm, SettleForm, new_recurring, suggested
from expenses.recent import categories_of
from expenses.recurrence import Seen, days_of, same_text, suggestions
from expenses.views.pages import ACT, ASK, OwnerRequest, owner_of, owners_page
from ledger.months import add_months, last_day

ASKED_AT_ONCE = 5
LOOKED_AT = 5_000  # entries of three months, the latest first
AHEAD = datetime.timedelta(days=366)
State = Recurring.State
SAID = {
    (False, True): gettext_lazy("Counted once."),
    (False, False): gettext_lazy("Counted as two."),
    (True, True): gettext_lazy("It is borrowed money, and no income."),
    (True, False): gettext_lazy("It is income."),
}


@owners_page(*ASK)
def expenses_recurring(request: OwnerRequest) -> HttpResponse:
    """The list. A POST begins one, or declines what we suggested."""
    owner, today = owner_of(request), request.lender.today()
    form = RecurringForm(request.POST, today=today) if request.method == "POST" else new_recurring(today)
    if form.is_bound and form.is_valid():
        wanted, declined = form.recurring(owner), request.POST.get("act") == "decline"
        wanted.state = State.DECLINED if declined else State.RUNNING
        planning.start_recurring(wanted, form.cleaned_data["category"])
        messages.success(request, _("It will not be suggested again.") if declined else _("It recurs from now on."))
        return see_other(reverse("expenses_recurring"))
    context = {"form": form, **_list(owner, today)}
    return render(request, "expenses/recurring.html", context, status=422 if form.errors else 200)


def _list(owner: Customer, today: datetime.date) -> dict[str, Any]:
    known = list(Recurring.objects.of(owner).select_related("category").order_by("state", "first_on", "id"))
    month = today.replace(day=1)
    return {
        "rows": [(one, _next(one, today)) for one in known if one.state != State.DECLINED],
        "this_month": planned(owner, month),
        "month": month,
        "suggestions": _suggested(owner, known, month),
        "categories": categories_of(owner),
    }


def _next(one: Recurring, today: datetime.date) -> datetime.date | None:
    """Its next day from today on; none where it has ended or is paused."""
    if one.state != State.RUNNING:
        return None
    start = max(today, one.first_on)
    return next(days_of(one.every, one.first_on, one.ends_on, start, start + AHEAD), None)


def _suggested(owner: Customer, known: list[Recurring], month: datetime.date) -> list[dict[str, Any]]:
    rows = Expense.objects.of(owner).counted().filter(day__gte=add_months(month, -USUAL), day__lt=month)
    fields = ("kind", "category__name", "note", "day", "amount")
    entries = [Seen(*row) for row in rows.order_by("-day", "-id").values_list(*fields)[:LOOKED_AT]]
    said = {(one.kind, same_text(one.category.name, one.note)) for one in known}
    found = (one for one in suggestions(entries, month) if (one.kind, same_text(one.category, one.note)) not in said)
    return [suggested(one, _in_month(one.day, month)) for one in islice(found, ASKED_AT_ONCE)]


def _in_month(day: datetime.date, month: datetime.date) -> datetime.date:
    return month.replace(day=min(day.day, last_day(month).day))


@owners_page(*ASK)
def expenses_recurring_one(request: OwnerRequest, number: int) -> HttpResponse:
    """Change it, give it an end, pause it."""
    owner, today = owner_of(request), request.lender.today()
    mine = Recurring.objects.of(owner).exclude(state=State.DECLINED).select_related("category")
    one = get_object_or_404(mine, pk=number)
    act = request.POST.get("act")
    if request.method == "POST" and act in ("pause", "resume"):
        planning.set_state(owner, number, State.PAUSED if act == "pause" else State.RUNNING)
        messages.success(request, _("It is paused.") if act == "pause" else _("It runs again."))
        return see_other(reverse("expenses_recurring"))
    names = ("key", "amount", "kind", "every", "first_on", "ends_on", "note")
    initial = {name: getattr(one, name) for name in names} | {"category": one.category.name}
    form = RecurringForm(request.POST if request.method == "POST" else None, today=today, initial=initial)
    if form.is_valid():
        planning.change_recurring(form.recurring(owner, number), form.cleaned_data["category"])
        messages.success(request, _("Changed."))
        return see_other(reverse("expenses_recurring"))
    context = {"form": form, "one": one, "categories": categories_of(owner)}
    return render(request, "expenses/recurring_one.html", context, status=422 if form.errors else 200)


@owners_page(*ACT)
def expenses_recurring_day(request: OwnerRequest, number: int) -> HttpResponse:
    """Enter that day, skip it, open it again, or say which entry it is."""
    owner, form = owner_of(request), SettleForm(request.POST)
    get_object_or_404(Recurring.objects.of(owner), pk=number)
    try:
        if not form.is_valid():
            raise planning.NOT_ITS_DAY
        messages.success(request, _settle(owner, number, **form.cleaned_data))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return see_other(reverse("expenses" if form.cleaned_data.get("month") else "expenses_recurring"))


def _settle(owner: Customer, number: int, day: datetime.date, act: str, entry: int | None, month: bool) -> str:
    if act == "enter":
        planning.enter_day(owner, number, day)
        return _("Entered.")
    if act == "is":
        planning.is_entry(owner, number, day, entry or 0)
        return _("That entry counts for it.")
    if act == "skip":
        planning.skip_day(owner, number, day)
        return _("Skipped this once. You can take it back under Recurring.")
    planning.open_again(owner, number, day)
    return _("It is still to come again.")


@owners_page(*ACT)
def expenses_same_payment(request: OwnerRequest) -> HttpResponse:
    """Keep the answer whether an entry and a payment are the same money."""
    form = SameForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Nothing was changed. Use the buttons on this page."))
        said = form.cleaned_data | {"same": form.cleaned_data["same"] == "yes"}
        planning.answer_same(owner_of(request), **said)
        messages.success(request, SAID[said["is_loan"], said["same"]])
    except Refused as refused:
        messages.error(request, refused.sentence)
    return see_other(reverse("expenses"))
