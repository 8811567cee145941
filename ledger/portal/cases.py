"""The case of one customer: what was done and promised, a form for each act, and a reminder to print."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.transactions import Refused
from ledger import collecting
from ledger.ageing import days_past_due
from ledger.models import CaseNote, Due, Promise
from ledger.money import format_money, smallest
from ledger.portal.case_forms import FORMS, fresh
from ledger.portal.case_summary import case_summary, last_payment
from ledger.portal.pages import ASK, StaffRequest, book_page, draw, go_to
from ledger.portal.statements import ageing_now
from ledger.portal.views import digits
from ledger.templatetags.money import day

WORK = ("ledger.add_case", "ledger.change_case")
NOTES = 25


@book_page("ledger.view_case", methods=ASK)
def case(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Look at the case; a POST does the act it names, for those who may work on cases."""
    if request.method != "POST":
        return _page(request, customer)
    if not request.user.has_perms(WORK):
        raise PermissionDenied
    name = request.POST.get("act", "")
    if name not in FORMS:
        messages.error(request, _("Nothing was changed. Use a button on this page."))
        return go_to("customer_case", customer)
    form = FORMS[name](request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            messages.success(request, ACTS[name](request, customer, form))
            return go_to("customer_case", customer)
        except Refused as refused:
            form.add_error(None, refused)
    return _page(request, customer, 422, **{f"{name}_form": form})


def _note(request: StaffRequest, customer: Customer, form: Any) -> str:
    note = form.note(customer, request.user.get_username())
    collecting.add_note(note, next_action_on=form.cleaned_data["next_action_on"])
    return _("Noted: %(what)s.") % {"what": note.get_done_display()}


def _promise(request: StaffRequest, customer: Customer, form: Any) -> str:
    promise = collecting.take_promise(form.promise(customer, request.user.get_username()))
    told = {"amount": format_money(promise.amount), "day": day(promise.promised_on)}
    return _("%(amount)s is promised by %(day)s.") % told


def _hardship(request: StaffRequest, customer: Customer, form: Any) -> str:
    note, chosen = form.note(customer, request.user.get_username()), form.cleaned_data["next_action_on"]
    collecting.mark_hardship(note, next_action_on=chosen)
    if not chosen:
        return _("The case is in hardship. It stays off the worklist until a day for the next action is set.")
    return _("The case is in hardship. It stays off the worklist until %(day)s.") % {"day": day(chosen)}


def _resolve(request: StaffRequest, customer: Customer, form: Any) -> str:
    collecting.resolve(form.note(customer, request.user.get_username()))
    return _("The case is resolved.")


def _next(request: StaffRequest, customer: Customer, form: Any) -> str:
    chosen = form.cleaned_data["next_action_on"]
    collecting.plan_next(customer, chosen, by=request.user.get_username())
    if not chosen:
        return _("No day is set for the next action.")
    return _("Next action on %(day)s.") % {"day": day(chosen)}


def _assign(request: StaffRequest, customer: Customer, form: Any) -> str:
    collecting.assign(customer, request.user, by=request.user.get_username())
    return _("The case is yours.")


ACTS: dict[str, Callable[[StaffRequest, Customer, Any], str]] = {
    "note": _note,
    "promise": _promise,
    "hardship": _hardship,
    "resolve": _resolve,
    "next": _next,
    "assign": _assign,
}


def _page(request: StaffRequest, customer: Customer, status: int = 200, **bound: Any) -> HttpResponse:
    today, summary = request.lender.today(), case_summary(customer)
    ageing = ageing_now(customer, today)
    late = ageing.open - ageing.by_bucket["current"]
    notes = CaseNote.objects.filter(customer=customer).order_by("-id")
    context: dict[str, Any] = {
        "ageing": ageing,
        "late": late,
        "last_payment": last_payment(customer),
        "promises": Promise.objects.filter(customer=customer).order_by("-id")[:NOTES],
        "page": Paginator(notes, NOTES).get_page(request.GET.get("page")),
        "dialled": digits(customer.phone),
        "may_work": request.user.has_perms(WORK),
        "note_form": fresh("note", done=asked_for(request)),
        "promise_form": fresh("promise", amount=late.quantize(smallest()) if late else None),
        "hardship_form": fresh("hardship"),
        "resolve_form": fresh("resolve"),
        "next_form": fresh("next", next_action_on=summary["case"] and summary["case"].next_action_on),
    }
    return draw(request, "case", customer, status, **context | summary | bound)


def asked_for(request: StaffRequest) -> str:
    """?done=letter chooses what the note is about."""
    done = request.GET.get("done", "")
    return done if done in CaseNote.Done.values else CaseNote.Done.CALL


@book_page("ledger.view_case")
def letter(request: StaffRequest, customer: Customer) -> HttpResponse:
    """A polite reminder on one sheet: what is overdue, for how long, and what it comes to."""
    today = request.lender.today()
    rows = late_rows(customer, today)
    total = sum((due.balance for due, _ in rows), Decimal(0))
    return draw(request, "letter", customer, rows=rows, total=total, today=today)


def late_rows(customer: Customer, today: datetime.date) -> list[tuple[Due, int]]:
    """Each overdue due and the days it is late, oldest first."""
    dues = Due.objects.of(customer).overdue(today).order_by("due_on", "id")
    return [(due, days_past_due(due.due_on, today)) for due in dues]
