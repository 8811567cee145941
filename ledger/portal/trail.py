"""To look at what was done: the history of one customer, and the audit trail of everybody."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import AuditEntry, Customer, HouseEntry, Lender, User
from ledger.months import FIRST_YEAR, LAST_YEAR
from ledger.portal.forms import DayField
from ledger.portal.pages import StaffRequest, book_page, draw, whole
from ledger.portal.trail_words import ACTS, DOORS, Told, act_words, door_words, told

PAGE = 50
LARGEST_ID = 2**63 - 1
CUSTOMERS, HOUSE = "c", "h"  # where entries of the same instant stand: the customers' first

Entry = AuditEntry | HouseEntry


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it. `customer` is None for the house's, and `name` is "" for who was taken out."""

    entry: Entry
    act: str
    facts: list[Told]
    by: str
    door: str
    customer: int | None
    name: str


def every_act() -> list[tuple[str, str]]:
    return [
        ("", gettext("Everything")),
        *sorted(((act, str(told)) for act, told in ACTS.items()), key=lambda it: it[1]),
    ]


class TrailForm(forms.Form):
    """What to look for in everybody's trail."""

    by = forms.CharField(
        label=_("Who (sign-in name)"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    act = forms.ChoiceField(
        label=_("What"),
        required=False,
        choices=every_act,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    door = forms.ChoiceField(
        label=_("Door"),
        required=False,
        choices=[("", _("Every door")), *DOORS.items()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    day = DayField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )

    def clean_day(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["day"]
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(gettext("Ask for a day between %(first)s and %(last)s.") % years)
        return day


@book_page("accounts.view_auditentry")
def customer_trail(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Newest first; ?before=57 goes on below entry 57."""
    entries = AuditEntry.objects.filter(customer=customer).order_by("-number")
    before = whole(request.GET.get("before", ""))
    if before:
        entries = entries.filter(number__lt=before)
    rows = list(entries[: PAGE + 1])
    older = f"?before={rows[PAGE - 1].number}" if len(rows) > PAGE else ""
    ways: dict[str, Any] = {"older": older, "first": not before, "newest": request.path}
    return draw(request, "customer_trail", customer, lines=lines_of(rows[:PAGE]), **ways)


@require_GET
@permission_required(("accounts.view_auditentry", "accounts.view_houseentry"), raise_exception=True)
def trail(request: HttpRequest) -> HttpResponse:
    """Both the customers' and the house's; ?after=... goes on below that place."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        return render(request, "ledger/portal/trail.html", {"form": form}, status=422)
    asked = _asked(form.cleaned_data, request.lender)  # type: ignore[attr-defined]
    place = request.GET.get("after", "")
    rows = list(islice(_newest(asked, place), PAGE + 1))
    shown = rows[:PAGE]
    older = _address(request.GET, shown[-1]) if len(rows) > PAGE else ""
    ways = {"older": older, "first": not place, "newest": _address(request.GET, None)}
    context = {"form": form, "lines": lines_of(shown), "narrowed": bool(asked), **ways}
    return render(request, "ledger/portal/trail.html", context)


def trail_urls(guard: Callable[[Any], Any]) -> list[URLPattern]:
    """The page behind the admin's own door."""
    return [path("", guard(trail), name="trail")]


def _asked(wanted: dict[str, Any], lender: Lender) -> Q:
    asked = Q(**{name: wanted[name] for name in ("by", "act", "door") if wanted[name]})
    if day := wanted["day"]:
        start = datetime.datetime.combine(day, datetime.time.min, ZoneInfo(lender.time_zone))
        asked &= Q(at__gte=start, at__lt=start + datetime.timedelta(1))
    return asked


def _newest(asked: Q, place: str) -> Iterable[Entry]:
    """The next entries of both kinds, merged; each kind brings no more than a page and one."""
    found: list[Entry] = []
    for kind, model in ((CUSTOMERS, AuditEntry), (HOUSE, HouseEntry)):
        rows = _below(model.objects.filter(asked), kind, place).order_by("-at", "-id")
        found += rows[: PAGE + 1]
    return sorted(found, key=_order, reverse=True)


def _order(entry: Entry) -> tuple[datetime.datetime, bool, int]:
    return entry.at, isinstance(entry, AuditEntry), entry.pk


def _below(rows: QuerySet[Any], kind: str, place: str) -> QuerySet[Any]:
    """Those that come after the place, an "instant,kind,id" as _place writes it; all where there is none."""
    try:
        at, at_kind, at_id = place.split(",")
        instant, last = datetime.datetime.fromisoformat(at).replace(tzinfo=datetime.UTC), min(int(at_id), LARGEST_ID)
    except ValueError:
        return rows
    if kind == at_kind:
        return rows.filter(Q(at__lt=instant) | Q(at=instant, id__lt=last))
    return rows.filter(at__lte=instant) if kind == HOUSE else rows.filter(at__lt=instant)


def _place(entry: Entry) -> str:
    kind = CUSTOMERS if isinstance(entry, AuditEntry) else HOUSE
    return f"{entry.at.astimezone(datetime.UTC).replace(tzinfo=None).isoformat()},{kind},{entry.pk}"


def _address(asked: QueryDict, last: Entry | None) -> str:
    """The same question from the newest on, or below an entry."""
    query = asked.copy()
    query.pop("after", None)
    if last:
        query["after"] = _place(last)
    return f"?{query.urlencode()}"


def lines_of(entries: Sequence[Entry]) -> list[Line]:
    """In two queries, however many there are: the names of who acted, and of whose books it was."""
    people = _people({entry.by for entry in entries})
    owned = {entry.customer_id for entry in entries if isinstance(entry, AuditEntry)}
    names = dict(Customer.objects.filter(pk__in=owned).values_list("pk", "name"))
    return [_line(entry, people.get(entry.by, entry.by), names) for entry in entries]


def _line(entry: Entry, by: str, names: dict[int, str]) -> Line:
    number = entry.customer_id if isinstance(entry, AuditEntry) else None
    name = names.get(number or 0, "")
    return Line(entry, act_words(entry.act), told(entry.facts), by, door_words(entry.door), number, name)


def _people(usernames: set[str]) -> dict[str, str]:
    users = User.objects.filter(username__in=usernames)
    return {user.username: f"{user.get_full_name()} ({user.username})" for user in users}
