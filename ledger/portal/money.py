"""To do with money: record a payment, reverse one, refund held credit."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from ledger import actions
from ledger.actions import KeyReused, Refused
from ledger.approving import do_or_ask, paid_by, to_pay, to_reverse
from ledger.forms import new_key
from ledger.models import Approval, Payment
from ledger.money import format_money, smallest
from ledger.portal.forms import RecordForm, RefundForm, ReverseForm, channels_offered, first_record
from ledger.portal.pages import ASK, StaffRequest, book_page, draw, go_to
from ledger.portal.requests import waits_now
from ledger.preview import preview_payment
from ledger.seconding import is_above, limit_of
from ledger.views import open_balances, spread_of

INCOMPLETE = gettext_lazy("The form came back incomplete, and nothing was recorded. Check it and send it again.")


@book_page("ledger.add_payment", methods=ASK)
def pay(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Ask, then show what would happen (step=preview), then record it (step=confirm); step=edit asks again."""
    step = request.POST.get("step", "")
    if request.method == "POST" and step == "confirm":
        return _confirm(request, customer)
    if request.method == "POST" and step != "edit":
        return _preview(request, customer)
    balances = open_balances(customer)
    asked = {name: request.GET.get(name, "") for name in ("year", "month")}
    initial = first_record(balances, request.lender.today(), **asked)
    return _ask(request, customer, RecordForm(balances=balances, initial=initial | request.POST.dict()))


def _preview(request: StaffRequest, customer: Customer) -> HttpResponse:
    form = RecordForm(request.POST, balances=open_balances(customer))
    if not form.is_valid():
        return _ask_again(request, customer, form)
    payment = form.payment(customer, request.user.get_username())
    if first := Payment.objects.of(customer).filter(key=payment.key).first():
        used = _("This form was already used, for payment %(number)s.") % {"number": first.pk}
        return _start_afresh(request, customer, used, first)
    try:
        preview = preview_payment(payment)
    except Refused as refused:
        form.add_error(None, refused)
        return _ask_again(request, customer, form)
    hidden = RecordForm(initial=form.cleaned_data)
    return draw(request, "preview", customer, payment=payment, preview=preview, form=hidden)


def _confirm(request: StaffRequest, customer: Customer) -> HttpResponse:
    form = RecordForm(request.POST, balances=open_balances(customer))
    if not form.is_valid():
        return _ask_again(request, customer, form)
    try:
        payment = actions.record_payment(form.payment(customer, request.user.get_username()))
    except KeyReused as reused:
        return _start_afresh(request, customer, reused.sentence, reused.first)
    except Refused as refused:
        form.add_error(None, refused)
        return _ask_again(request, customer, form)
    return go_to("customer_receipt", customer, payment.pk)


def _ask(request: StaffRequest, customer: Customer, form: RecordForm, status: int = 200, **more: Any) -> HttpResponse:
    return draw(request, "record", customer, status, form=form, channels=channels_offered(), **more)


def _ask_again(request: StaffRequest, customer: Customer, form: RecordForm) -> HttpResponse:
    """The same form with its errors; a key that was lost or cut is replaced, or no retry could ever pass."""
    problem = ""
    if "key" in form.errors:
        form.data, problem = {**request.POST.dict(), "key": new_key()}, str(INCOMPLETE)
    return _ask(request, customer, form, 422, problem=problem)


def _start_afresh(request: StaffRequest, customer: Customer, problem: str, first: Payment) -> HttpResponse:
    """A new form with a new key, under the reason why the last one was not taken."""
    balances = open_balances(customer)
    form = RecordForm(balances=balances, initial=first_record(balances, request.lender.today()))
    return _ask(request, customer, form, 422, problem=problem, first=first)


@book_page("ledger.reverse_payment", methods=ASK)
def reverse_payment(request: StaffRequest, customer: Customer, payment: int) -> HttpResponse:
    """Show what would be open again, then reverse it for a reason."""
    row = get_object_or_404(Payment.objects.of(customer), pk=payment)
    form = ReverseForm(request.POST or None)
    try:
        actions.refuse_irreversible([row])
        if request.method == "POST" and form.is_valid():
            done = do_or_ask(to_reverse(row, request.user.get_username(), form.cleaned_data["reason"]))
            if isinstance(done, Approval):
                return waits_now(request, customer, done)
            messages.success(request, _("Payment %(number)s is reversed.") % {"number": row.pk})
            return go_to("customer_book", customer)
    except Refused as refused:
        return _reversal(request, customer, row, 422, problem=refused.sentence)
    return _reversal(request, customer, row, 422 if form.is_bound else 200, form=form)


def _reversal(request: StaffRequest, customer: Customer, row: Payment, status: int, **more: Any) -> HttpResponse:
    spread, limit = spread_of(customer, [row])[row.pk], limit_of("reverse", request.lender)
    told = {"payment": row, "spread": spread, "limit": limit, "seconded": is_above(abs(row.amount), limit)}
    return draw(request, "reverse", customer, status, **told, **more)


@book_page("ledger.refund_credit", methods=ASK)
def refund(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Hand held credit back; the key in the form makes two clicks one refund."""
    held = Payment.objects.of(customer).held()
    form = RefundForm(request.POST or None, initial={"amount": held.quantize(smallest())} if held else None)
    if request.method == "POST" and form.is_valid():
        try:
            done = do_or_ask(to_pay("refund", form.payment(customer, request.user.get_username())))
            if isinstance(done, Approval):
                return waits_now(request, customer, done)
            refunded = {"amount": format_money(form.cleaned_data["amount"])}
            messages.success(request, _("%(amount)s is refunded. Hand it over now.") % refunded)
            return go_to("customer_receipt", customer, paid_by(done).pk)
        except Refused as refused:
            form.add_error(None, refused)
    if "key" in form.errors:
        form.data = {**request.POST.dict(), "key": new_key()}
    told = {"form": form, "held": held, "limit": limit_of("refund", request.lender)}
    return draw(request, "refund", customer, 422 if form.is_bound else 200, **told)
