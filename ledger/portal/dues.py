"""To do with what is owed: look at a month's dues and at one due, correct it, waive it, charge it off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from ledger.actions import Refused
from ledger.approving import Done, do_or_ask, to_change, to_pay
from ledger.models import Allocation, Approval, Due, Payment
from ledger.money import format_money, smallest
from ledger.months import month_from
from ledger.portal.due_forms import ChangeDueForm, LetOffForm, first_change
from ledger.portal.pages import ASK, StaffRequest, book_page, draw, go_to
from ledger.portal.requests import waits_now
from ledger.seconding import limit_of

DONE = {
    "waive": gettext_lazy("%(amount)s is waived."),
    "charge_off": gettext_lazy("%(amount)s is charged off."),
}


@book_page()
def month(request: StaffRequest, customer: Customer, year: int, month: int) -> HttpResponse:
    """The dues of one month, each a link to its page."""
    try:
        first = month_from(year, month)
    except ValueError as error:
        raise Http404(str(error)) from None
    dues = list(Due.objects.of(customer).filter(month=first).order_by("due_on", "id"))
    return draw(request, "month", customer, month=first, dues=dues, today=request.lender.today())


@book_page()
def due(request: StaffRequest, customer: Customer, due: int) -> HttpResponse:
    """One due: its figures, what filled it, and the requests about it."""
    row = due_of(customer, due)
    rows = Allocation.objects.of(customer).filter(due=row).select_related("payment").order_by("-id")
    asked = Approval.objects.of(customer).filter(due=row.pk)
    return draw(request, "due", customer, due=row, allocations=rows[:200], requests=asked, today=request.lender.today())


@book_page("ledger.change_due", methods=ASK)
def change(request: StaffRequest, customer: Customer, due: int) -> HttpResponse:
    """Another amount or day; a lower amount may take a second person, for it lets off like a waiver."""
    row = due_of(customer, due)
    form = ChangeDueForm(request.POST or None, initial=first_change(row))
    if request.method == "POST" and form.is_valid():
        told = {name: form.cleaned_data[name] for name in form.changed_data}
        by, reason = request.user.get_username(), form.cleaned_data["reason"]
        try:
            done = do_or_ask(to_change(row, told.get("amount"), told.get("due_on"), by, reason))
        except Refused as refused:
            form.add_error(None, refused)
        else:
            return _after(request, row, done, _("The due is changed."))
    return _ask(request, "due_change", row, form, limit=limit_of("lower", request.lender))


@book_page("ledger.waive_due", methods=ASK)
def waive(request: StaffRequest, customer: Customer, due: int) -> HttpResponse:
    return _let_off(request, due_of(customer, due), "waive", Payment.Kind.WAIVER)


@book_page("ledger.charge_off_due", methods=ASK)
def charge_off(request: StaffRequest, customer: Customer, due: int) -> HttpResponse:
    return _let_off(request, due_of(customer, due), "charge_off", Payment.Kind.CHARGE_OFF)


def _let_off(request: StaffRequest, row: Due, act: str, kind: str) -> HttpResponse:
    form = LetOffForm(request.POST or None, initial={"amount": row.balance.quantize(smallest())})
    if request.method == "POST" and form.is_valid():
        payment = form.payment(row.customer, kind, request.user.get_username())
        try:
            done = do_or_ask(to_pay(act, payment, row))
        except Refused as refused:
            form.add_error(None, refused)
        else:
            return _after(request, row, done, DONE[act] % {"amount": format_money(payment.amount)})
    return _ask(request, "let_off", row, form, act=act, limit=limit_of(act, request.lender))


def _ask(request: StaffRequest, template: str, row: Due, form: Any, **more: Any) -> HttpResponse:
    if isinstance(form, LetOffForm) and form.is_bound:
        form.renew_key()
    return draw(request, template, row.customer, 422 if form.is_bound else 200, due=row, form=form, **more)


def _after(request: StaffRequest, row: Due, done: Done | Approval, said: str) -> HttpResponse:
    if isinstance(done, Approval):
        return waits_now(request, row.customer, done)
    messages.success(request, said)
    return go_to("customer_due", row.customer, row.pk)


def due_of(customer: Customer, number: int) -> Due:
    """The customer's own due, with the customer on it."""
    row = get_object_or_404(Due.objects.of(customer), pk=number)
    row.customer = customer
    return row


def months_at(customer: Customer) -> str:
    """Where the months of the book's grid lead; a year and a month follow."""
    whole = reverse("admin:customer_month", args=[customer.pk, 1970, 1])
    return whole.removesuffix("1970/1/")
