"""Entering in seconds: the one line, the four fields, and what waited on a phone for the network."""

import datetime
from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Customer
from accounts.seeing import see_other
from accounts.telling import told
from expenses import actions
from expenses.forms import EntryForm, new_entry, new_key
from expenses.models import Expense
from expenses.quick import Known, NotClear, read_line
from expenses.recent import Shelf, shelf_of
from expenses.sealing import NotOpened, Unreadable, opened
from expenses.views.pages import ACT, ASK, OwnerRequest, owner_of, owners_page

OLDEST_WAITING = datetime.timedelta(days=90)  # an older clock on the phone is a wrong one
Sent = QueryDict | dict[str, str]


@owners_page(*ASK)
def quick_expense(request: OwnerRequest) -> HttpResponse:
    """A page with nothing but the new entry, where the installed notebook opens."""
    owner, today = owner_of(request), request.lender.today()
    if request.method != "POST":
        return render(request, "expenses/quick.html")
    form, problem = _form(owner, request.POST, today)
    if problem or not form.is_valid():
        return _not_entered(request, form, problem)
    try:
        entry = _enter(owner, form, request.POST)
    except (actions.KeyReused, actions.InTrash) as reused:
        return _not_entered(request, *_under_a_new_key(form, request.POST, reused.sentence))
    if "again" in request.POST:
        return see_other(f"{reverse('quick_expense')}?entered={entry.pk}")
    return see_other(f"{reverse('expenses')}?month={entry.day:%Y-%m}&entered={entry.pk}")


def _not_entered(request: OwnerRequest, form: EntryForm | None, problem: str) -> HttpResponse:
    context = {"form": form, "line": request.POST.get("line", ""), "problem": problem}
    return render(request, "expenses/quick.html", context, status=422)


def _enter(owner: Customer, form: EntryForm, sent: Sent) -> Expense:
    return actions.enter(form.entry(owner), form.cleaned_data["category"], of_line="line" in sent)


def _under_a_new_key(form: EntryForm, sent: QueryDict, problem: str) -> tuple[EntryForm | None, str]:
    """To be sent once more, if it is another entry. The page gives the line its key."""
    if "line" in sent:
        return None, problem
    form.data = {**sent.dict(), "key": new_key()}
    form.add_error(None, problem)
    return form, ""


def _form(owner: Customer, sent: Sent, today: datetime.date) -> tuple[EntryForm, str]:
    """The form of an entry, filled from the fields or from the line; and what is not clear in the line."""
    if "line" not in sent:
        return EntryForm(sent, today=today), ""
    shelf = shelf_of(owner)
    try:
        return EntryForm(_fields(sent, shelf, today), today=today), ""
    except NotClear as reason:
        return new_entry(today, shelf.last_category()), told(reason)
    except ValidationError as reason:
        return new_entry(today, shelf.last_category()), reason.messages[0]


def _fields(sent: Sent, shelf: Shelf, today: datetime.date) -> dict[str, Any]:
    """The fields that the line stands for. Raises NotClear."""
    line = forms.CharField(max_length=300, required=False).clean(sent["line"])
    reading = read_line(line, Known(today, settings.CURRENCY, shelf.categories))
    told = asdict(reading) | {"category": shelf.category_for(reading), "day": reading.day or today}
    return told | {"key": sent.get("key", "")}


@owners_page(*ACT)
def waiting_expense(request: OwnerRequest) -> JsonResponse:
    """An entry that was sealed on a phone; its key makes a second try the same entry.

    200 it stands in the notebook, or stood there until its owner deleted it, 409 it is somebody else's and stays
    sealed, 422 with the line that is not clear, or without one where nothing can be read.
    """
    owner = owner_of(request)
    try:
        sent = opened(owner, request.POST.get("sealed", ""))
    except Unreadable:
        return JsonResponse({"problem": _("It cannot be read any more. Enter it again."), "fields": {}}, status=422)
    except NotOpened:
        return JsonResponse({"problem": _("This entry was kept for another notebook.")}, status=409)
    form, problem = _form(owner, sent, _written_on(sent, request.lender.today()))
    if problem or not form.is_valid():
        return JsonResponse({"problem": problem or _first_error(form), "fields": sent}, status=422)
    try:
        _enter(owner, form, sent)
    except actions.KeyReused as reused:
        return JsonResponse({"problem": reused.sentence, "fields": sent}, status=422)
    except actions.InTrash:
        pass  # it was entered, and its owner deleted it: nothing is left to send
    return JsonResponse({"entered": True})


def _written_on(sent: Sent, today: datetime.date) -> datetime.date:
    """The day by the phone's clock, where that is believable: "yesterday" is counted from it."""
    try:
        day = datetime.date.fromisoformat(sent.get("today", "") or "")
    except ValueError:
        return today
    return day if today - OLDEST_WAITING <= day <= today + datetime.timedelta(days=1) else today


def _first_error(form: EntryForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{form[name].label}{_(':')} {errors[0]}"


# What the browser keeps for the time without a network. Nothing in it is anybody's own.


@require_GET
def quick_offline(request: HttpRequest) -> HttpResponse:
    """Drawn without the request, so that nobody's name or token is in it. The worker, which keeps it, asks for it
    without cookies, and so says in what language."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
        return HttpResponse(render_to_string("expenses/offline.html"))


@require_GET
def notebook_worker(request: HttpRequest) -> HttpResponse:
    script = render_to_string("expenses/worker.js", {"language": translation.get_language()})
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
def notebook_manifest(request: HttpRequest) -> HttpResponse:
    words = {"name": _("My notebook"), "short": _("Notebook"), "description": _("What I spend, for my eyes only.")}
    return HttpResponse(render_to_string("expenses/manifest.json", words), content_type="application/manifest+json")
