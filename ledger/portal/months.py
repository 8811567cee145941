"""Months closed and reopened: what is closed, what would be, and who moved it."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.decorators import papers_a_minute
from accounts.models import Lender
from accounts.paper import as_file
from accounts.seeing import see_other
from accounts.transactions import Refused
from ledger import closing
from ledger.models import Closing, Tally, total
from ledger.money import ZERO
from ledger.month_papers import month_report
from ledger.months import add_months, last_day, month_from, month_of
from ledger.portal.pages import ASK, LOOK, READ, StaffRequest
from ledger.templatetags.money import month_name

VIEW = ("accounts.view_lender", "ledger.view_closing")
ACT = "accounts.close_month"
OFFERED, LAST_CHANGES = 24, 20
FIGURES = (Tally.Figure.RAISED.value, Tally.Figure.RECEIVED.value)
EVERYTHING = "all"


class CloseForm(forms.Form):
    through = forms.ChoiceField(label=gettext_lazy("Close through"))

    def __init__(self, *args: Any, months: list[datetime.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["through"].choices = [(f"{last_day(day)}", month_name(day)) for day in months]  # type: ignore[attr-defined]

    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.cleaned_data["through"])


class ReopenForm(forms.Form):
    reopen = forms.ChoiceField(label=gettext_lazy("Reopen from"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("It stands beside the change.")
    )

    def __init__(self, *args: Any, months: list[datetime.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{last_day(add_months(day, -1))}", month_name(day)) for day in months]
        self.fields["reopen"].choices = [*choices, (EVERYTHING, _("everything"))]  # type: ignore[attr-defined]

    def day(self) -> datetime.date | None:
        """The last day that stays closed."""
        chosen = self.cleaned_data["reopen"]
        return None if chosen == EVERYTHING else datetime.date.fromisoformat(chosen)


@require_http_methods(ASK)
@permission_required(VIEW, raise_exception=True)
def months(request: HttpRequest) -> HttpResponse:
    """GET shows; POST does one of close, reopen, confirm, refuse and withdraw."""
    lender = Lender.load()
    shut = CloseForm(months=to_close(lender))
    back = ReopenForm(months=to_reopen(lender))
    status = 200
    if request.method == "POST":
        if not request.user.has_perm(ACT):
            raise PermissionDenied
        act = request.POST.get("act", "")
        shut = CloseForm(request.POST, months=to_close(lender)) if act == "close" else shut
        back = ReopenForm(request.POST, months=to_reopen(lender)) if act == "reopen" else back
        try:
            if said := _move(request, act, shut, back):
                messages.success(request, said)
                return see_other("admin:months")
        except Refused as refused:
            messages.error(request, refused.sentence)
        status, lender = 422, Lender.load()
    return _draw(request, lender, shut, back, status)


@require_http_methods(LOOK)
@permission_required((*VIEW, *READ), raise_exception=True)
@papers_a_minute
def report(request: StaffRequest) -> HttpResponse:
    """?month=2025-03; without one it is the last month that is over."""
    this = month_of(request.lender.today())
    month = _named(request.GET["month"]) if "month" in request.GET else add_months(this, -1)
    if month is None or month > this:
        raise Http404
    return as_file(month_report(month, request.lender).pdf(), f"report-{month:%Y-%m}")


def _named(text: str) -> datetime.date | None:
    """2025-03, as the page writes it."""
    year, _dash, month = text.partition("-")
    if not (text.isascii() and year.isdigit() and month.isdigit() and len(text) == len("2025-03")):
        return None
    try:
        return month_from(int(year), int(month))
    except ValueError:
        return None


def _move(request: HttpRequest, act: str, shut: CloseForm, back: ReopenForm) -> str:
    """What was done; "" when the form has an error to show."""
    by = request.user.get_username()
    if act == "close":
        return _said(closing.close_books(shut.day(), by)) if shut.is_valid() else ""
    if act == "reopen":
        return _said(closing.reopen_books(back.day(), by, back.cleaned_data["reason"])) if back.is_valid() else ""
    if act not in ("confirm", "refuse", "withdraw"):
        raise Refused(_("Nothing was changed. Use the buttons of this page."))
    asked = request.POST.get("closing", "")
    row = get_object_or_404(Closing, pk=int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else 0)
    decisions: dict[str, Callable[[], Closing]] = {
        "confirm": lambda: closing.confirm_reopening(row, by),
        "refuse": lambda: closing.refuse_reopening(row, by, request.POST.get("note", "")[:300]),
        "withdraw": lambda: closing.withdraw_reopening(row, by),
    }
    return _said(decisions[act]())


def _said(row: Closing) -> str:
    if row.state != Closing.State.DONE:
        told = {"state": row.get_state_display(), "day": row.before}
        return _("The request to reopen is %(state)s. The books stay closed through %(day)s.") % told
    return _("The books are closed through %(day)s.") % {"day": row.after} if row.after else _("No month is closed.")


def _draw(request: HttpRequest, lender: Lender, shut: CloseForm, back: ReopenForm, status: int) -> HttpResponse:
    context = {
        "closed_through": lender.closed_through,
        "reopen_alone": lender.reopen_alone,
        "close_form": shut,
        "reopen_form": back,
        "open_months": figures_of(to_close(lender)[:12]),
        "reports": [add_months(month_of(lender.today()), -count) for count in range(OFFERED)],
        "waiting": Closing.objects.waiting().first(),
        "changes": Closing.objects.order_by("-id")[:LAST_CHANGES],
        "may": request.user.has_perm(ACT),
        "me": request.user.get_username(),
    }
    return render(request, "ledger/portal/months.html", context, status=status)


def to_close(lender: Lender) -> list[datetime.date]:
    """The months that are over and not closed, the oldest with an entry first; at most two years of them."""
    if lender.closed_through:
        first = add_months(month_of(lender.closed_through), 1)
        if lender.closed_through != last_day(lender.closed_through):
            first = month_of(lender.closed_through)
    else:
        first = month_of(_first_entry() or lender.today())
    this = month_of(lender.today())
    found: list[datetime.date] = []
    while first < this and len(found) < OFFERED:
        found.append(first)
        first = add_months(first, 1)
    return found


def to_reopen(lender: Lender) -> list[datetime.date]:
    """The closed months, the newest first; at most two years of them."""
    if not lender.closed_through:
        return []
    last = month_of(lender.closed_through)
    return [add_months(last, -count) for count in range(OFFERED)]


def figures_of(months: list[datetime.date]) -> list[dict[str, Any]]:
    """What fell due and what came in each month, from the tallies: no count over the books."""
    if not months:
        return []
    days = (months[0], last_day(months[-1]))
    rows = Tally.objects.filter(figure__in=FIGURES, day__range=days).annotate(month=TruncMonth("day"))
    sums = {
        (row["month"], row["figure"]): row["sum"]
        for row in rows.values("month", "figure").annotate(sum=total("amount")).order_by()
    }
    return [{"month": month} | {name: sums.get((month, name), ZERO) for name in FIGURES} for month in months]


def _first_entry() -> datetime.date | None:
    days = [Tally.objects.of(figure).aggregate(day=Min("day"))["day"] for figure in FIGURES]
    return min((day for day in days if day), default=None)
