"""Today's worklist: which customers to contact, what is at stake with each, and who works on it.

Ten queries or so for a page of fifty customers, however many there are.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Case as If
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Customer, Lender, User
from ledger.ageing import BUCKETS, bucket_days, days_past_due
from ledger.models import BALANCE, Case, Due, Payment, Promise, Standing, total
from ledger.money import ZERO
from ledger.portal.pages import LOOK, READ
from ledger.portal.views import digits

PAGE = 50
State = Case.State
TO_BE_DONE = (State.OPEN, State.IN_PROGRESS, State.BROKEN_PROMISE)
NO_CASE = "none"


def how_late() -> list[tuple[str, str]]:
    named = [(name, gettext("%(days)s days") % {"days": name}) for name in reversed(BUCKETS) if name != "current"]
    return [("", pgettext("customers", "all")), *named, ("current", gettext("not late"))]


class WorklistForm(forms.Form):
    """What to narrow the list to; a choice that is not one is passed over."""

    bucket = forms.ChoiceField(label=_("How late"), required=False, choices=how_late)
    clerk = forms.ChoiceField(
        label=pgettext_lazy("a clerk", "With"),
        required=False,
        choices=[("", _("everybody")), ("mine", _("me")), ("nobody", _("nobody"))],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a customer in arrears", "Case"),
        required=False,
        choices=[
            ("", _("to contact today")),
            *(State.choices[:-1]),
            (NO_CASE, _("no case")),
            ("all", _("all, put off too")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


@dataclass(frozen=True)
class Row:
    """One customer to contact."""

    customer: Any
    days: int
    late: Decimal
    case: Case | None
    promise: Promise | None
    paid: dict[str, Any]

    @property
    def dialled(self) -> str:
        return digits(self.customer.phone)


@require_http_methods(LOOK)
@permission_required((*READ, "ledger.view_case"), raise_exception=True)
def worklist(request: HttpRequest) -> HttpResponse:
    """?bucket=31-60&clerk=mine&state=broken_promise&page=2"""
    today = Lender.load().today()
    form = WorklistForm(request.GET)
    chosen = form.chosen()
    found = narrowed(customers(today, chosen["state"]), chosen, request.user, today)  # type: ignore[arg-type]
    page = Paginator(by_stake(found), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": rows_of(list(page.object_list), today), "today": today}
    return render(request, "ledger/portal/worklist.html", context | {"narrowed": any(chosen.values())})


def customers(today: datetime.date, state: str = "") -> QuerySet[Any]:
    """Who is late, has broken a promise, or is to be contacted by now; with a state, whose case is in it as well.

    Each with since (the day of the oldest open due), owed, state, next_on and clerk_id; None where there is none.
    """
    late = Standing.objects.filter(oldest_due_on__lt=today).order_by().values("customer_id")
    asked = Q(state=State.BROKEN_PROMISE) | Q(next_action_on__lte=today) | Q(state=state)
    asked |= Q() if state != "all" else ~Q(state=State.RESOLVED)
    worked = Case.objects.unresolved().filter(asked).order_by().values("customer_id")
    return Customer.objects.annotate(
        stand=FilteredRelation("standing"),
        open_case=FilteredRelation("case", condition=~Q(case__state=State.RESOLVED)),
        since=F("stand__oldest_due_on"),
        owed=F("stand__outstanding"),
        state=F("open_case__state"),
        next_on=F("open_case__next_action_on"),
        clerk_id=F("open_case__clerk_id"),
    ).filter(pk__in=late.union(worked))


def narrowed(found: QuerySet[Any], chosen: dict[str, str], user: User, today: datetime.date) -> QuerySet[Any]:
    """By how late, whose, and which state; where no state is asked for, without those who were put off."""
    found = found.filter(of_bucket(chosen["bucket"], today)) if chosen["bucket"] else found
    if chosen["clerk"]:
        found = found.filter(clerk_id=user.pk) if chosen["clerk"] == "mine" else found.filter(clerk_id__isnull=True)
    if chosen["state"] == NO_CASE:
        return found.filter(state__isnull=True)
    if not chosen["state"]:
        return found.filter(to_contact(today))
    return found if chosen["state"] == "all" else found.filter(state=chosen["state"])


def to_contact(today: datetime.date) -> Q:
    """Not: the next action is on a later day, or a promise waits or hardship holds and no day was set."""
    no_case = Q(state__isnull=True)
    return no_case | Q(next_on__lte=today) | Q(next_on__isnull=True, state__in=TO_BE_DONE)


def of_bucket(name: str, today: datetime.date) -> Q:
    first, last = bucket_days(name, today)
    days = (Q(since__gte=first) if first else Q()) & (Q(since__lte=last) if last else Q())
    return days if last else days | Q(since__isnull=True)


def by_stake(found: QuerySet[Any]) -> QuerySet[Any]:
    """Broken promises first, then who is longest late, then who owes most."""
    broken = If(When(state=State.BROKEN_PROMISE, then=Value(0)), default=Value(1))
    return found.order_by(broken, F("since").asc(nulls_last=True), F("owed").desc(nulls_last=True), "id")


def rows_of(found: list[Customer], today: datetime.date) -> list[Row]:
    late, paid = late_amounts(found, today), last_payments(found)
    cases = {case.customer_id: case for case in cases_of(found)}
    promises = latest_promises(cases.values())
    return [
        Row(
            customer=customer,
            days=days_past_due(customer.since, today) if customer.since else 0,  # type: ignore[attr-defined]
            late=late.get(customer.pk, ZERO),
            case=cases.get(customer.pk),
            promise=promises.get(customer.pk),
            paid=paid[customer.pk],
        )
        for customer in found
    ]


def late_amounts(found: list[Customer], today: datetime.date) -> dict[int, Decimal]:
    sums = Due.objects.filter(customer__in=found).overdue(today).order_by().values("customer_id")
    return dict(sums.annotate(left=total(BALANCE)).values_list("customer_id", "left"))


def last_payments(found: list[Customer]) -> dict[int, dict[str, Any]]:
    """Of each customer a dict: day, amount; both None where nothing was paid yet."""
    mine = Payment.objects.filter(customer=OuterRef("pk"), kind=Payment.Kind.RECEIPT, reversed=False)
    last = mine.order_by("-received_on", "-id")
    rows = Customer.objects.filter(pk__in=[customer.pk for customer in found]).values("pk")
    asked = rows.annotate(day=Subquery(last.values("received_on")[:1]), amount=Subquery(last.values("amount")[:1]))
    return {row["pk"]: dict(row) for row in asked}


def cases_of(found: list[Customer]) -> QuerySet[Case]:
    return Case.objects.unresolved().filter(customer__in=found).select_related("clerk__manager")


def latest_promises(cases: Iterable[Case]) -> dict[int, Promise]:
    """By customer, the last one given in each of these cases."""
    cases = list(cases)
    owned, numbers = [case.customer_id for case in cases], [case.pk for case in cases]
    rows = Promise.objects.filter(customer__in=owned, case__in=numbers).exclude(state=Promise.State.WITHDRAWN)
    return {promise.customer_id: promise for promise in rows.order_by("id")}
