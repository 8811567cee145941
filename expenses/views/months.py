"""What the month page shows, and the page of twelve months."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from expenses.currencies import by_currency
from expenses.left import USUAL, Sums, days_left, middle, per_day
from expenses.models import Category, Expense, Limit
from expenses.shares import Share, shares, totals
from expenses.sums import by_category, by_month, elsewhere
from expenses.this_month import this_month
from expenses.views.pages import LOOK, OwnerRequest, is_number, owner_of, owners_page
from ledger.charts import Chart, Pair, draw
from ledger.money import ZERO, MoneyFormField
from ledger.months import add_months, last_day

ROWS = 50
FIRST = datetime.date(1970, 1, 1)


class InstalmentForm(forms.Form):
    instalment = MoneyFormField(label=_("If I paid an instalment of"), required=False)


def month_context(request: OwnerRequest) -> dict[str, Any]:
    """A fixed number of queries, however many entries, categories and dues there are."""
    owner, today = owner_of(request), request.lender.today()
    month = first_of(request.GET.get("month", ""), today)
    rows = Expense.objects.of(owner).in_month(month)
    sums = by_category(rows.counted())
    spent = totals(sums)
    known = list(Category.objects.of(owner).order_by("name"))
    ordered = rows.kept().select_related("category").order_by("-day", "-id")
    return {
        "month": month,
        "last_day": last_day(month),
        "before": add_months(month, -1) if month > FIRST else None,
        "after": add_months(month, 1) if month < today else None,
        "page": Paginator(ordered, ROWS).get_page(request.GET.get("page")),
        "asked": f"month={month:%Y-%m}&",
        "shares": _with_numbers(shares(spent), known),
        "spent": sum(spent.values(), ZERO),
        "income": sum((amount for _, kind, amount in sums if kind == Expense.Kind.INCOME), ZERO),
        "others": by_currency(elsewhere(rows)),
        "limits": limits_of(owner, month, today, spent),
        "undo": _deleted(request, owner),
        **(_beside_dues(request, owner, today) if month == today.replace(day=1) else {}),
    }


def _with_numbers(found: list[Share], known: list[Category]) -> list[tuple[Share, int]]:
    numbers = {category.name: category.pk for category in known}
    return [(share, numbers[share.name]) for share in found]


def _beside_dues(request: OwnerRequest, owner: Customer, today: datetime.date) -> dict[str, Any]:
    this = this_month(owner, today)
    form = InstalmentForm(request.GET if "instalment" in request.GET else None)
    asked = form.cleaned_data["instalment"] if form.is_bound and form.is_valid() else None
    if asked is None:
        return {"this": this, "instalment_form": form}
    left, a_day = this.left.with_instalment(asked)
    usual = None if this.usual is None else this.usual - asked
    return {"this": this, "instalment_form": form, "tried": asked, "then": left, "then_a_day": a_day, "usual": usual}


@dataclass(frozen=True)
class Kept:
    """How a limit stands."""

    category: Category
    limit: Decimal
    spent: Decimal
    a_day: Decimal | None

    @property
    def left(self) -> Decimal:
        return self.limit - self.spent

    @property
    def over(self) -> Decimal:
        return -self.left

    @property
    def part(self) -> str:
        """Of the limit, 0 to 100, for the bar; numbers as text, which no locale rewrites."""
        return f"{min(max(self.spent, ZERO) / self.limit, Decimal(1)) * 100:.1f}"


def limits_of(owner: Customer, month: datetime.date, today: datetime.date, spent: dict[str, Decimal]) -> list[Kept]:
    days = days_left(today) if month == today.replace(day=1) else 0
    kept = []
    for limit in Limit.objects.of(owner).standing_in(month):
        used, most = spent.get(limit.category.name, ZERO), limit.amount or ZERO
        kept.append(Kept(limit.category, most, used, per_day(most - used, days) if days else None))
    return sorted(kept, key=lambda one: one.category.name)


def _deleted(request: OwnerRequest, owner: Customer) -> Expense | None:
    number = request.GET.get("deleted", "")
    mine = Expense.objects.of(owner).in_trash(timezone.now())
    return mine.filter(pk=int(number)).first() if is_number(number) else None


def first_of(text: str, today: datetime.date) -> datetime.date:
    """The month of an address; this month where it names none."""
    try:
        month = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if 1970 <= month.year <= today.year + 1 else today.replace(day=1)


@dataclass(frozen=True)
class Compared:
    """This month's first days against the same days before; none where there is not enough to compare with."""

    until: int
    now: Decimal
    last: Decimal | None
    usual: Decimal | None


@owners_page(*LOOK)
def expenses_trend(request: OwnerRequest) -> HttpResponse:
    """Twelve months up to this one, and this one against its like."""
    owner, today = owner_of(request), request.lender.today()
    month = today.replace(day=1)
    months = by_month(owner, add_months(month, -11), month)
    rows = [(first, sums) for first, sums in months.items()]
    context = {
        "rows": list(reversed(rows)),
        "any": any(sums for _, sums in rows),
        "chart": _chart(rows),
        "compared": _compared(owner, month, today),
        "middle": middle([sums.spent if sums else None for _, sums in rows[-1 - USUAL : -1]]),
    }
    return render(request, "expenses/trend.html", context)


def _chart(rows: Sequence[tuple[datetime.date, Sums | None]]) -> Chart:
    """What came in stands behind what was spent."""
    return draw(
        [Pair(month, sums.came_in, sums.spent) if sums else Pair(month, ZERO, ZERO) for month, sums in rows], slim=True
    )


def _compared(owner: Customer, month: datetime.date, today: datetime.date) -> Compared:
    until = 31 if today == last_day(month) else today.day
    months = by_month(owner, add_months(month, -USUAL), month, until)
    now, before = months.pop(month) or Sums(), list(months.values())
    last = before[-1]
    return Compared(
        today.day, now.spent, last.spent if last else None, middle([sums.spent if sums else None for sums in before])
    )
