"""To do with a loan: look at its instalments, settle it early, take it back."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import Customer
from ledger import actions
from ledger.actions import Refused
from ledger.approving import do_or_ask, to_take_back
from ledger.loans import sheet_of
from ledger.models import Approval, Disbursement
from ledger.money import format_money, smallest
from ledger.portal.forms import CHANNELS, DayForm, ReverseForm, channels_offered
from ledger.portal.loan_forms import SettleForm
from ledger.portal.money import INCOMPLETE
from ledger.portal.pages import ASK, StaffRequest, book_page, draw, go_to
from ledger.portal.requests import waits_now
from ledger.seconding import is_above, limit_of

VIEW = "ledger.view_disbursement"


@book_page(VIEW)
def one(request: StaffRequest, customer: Customer, loan: int) -> HttpResponse:
    """Its instalments, what is open, and what would settle it today."""
    row = loan_of(customer, loan)
    today = request.lender.today()
    asked = Approval.objects.of(customer).filter(loan=row.pk)
    return draw(request, "loan", customer, sheet=sheet_of(row, today), requests=asked, today=today)


@book_page("ledger.add_payment", "ledger.waive_due", VIEW, methods=ASK)
def settle(request: StaffRequest, customer: Customer, loan: int) -> HttpResponse:
    """?on=2025-03-31 tells the figure of another day; money is taken for today or an earlier one."""
    row = loan_of(customer, loan)
    if request.method == "POST":
        return _settle(request, row)
    return _figure(request, row, _day_asked(request))


def _settle(request: StaffRequest, row: Disbursement) -> HttpResponse:
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _figure(request, row, request.lender.today(), str(INCOMPLETE))
    payment = form.payment(row.customer, request.user.get_username())
    try:
        payment = actions.settle_early(row, payment)
    except Refused as refused:
        return _figure(request, row, payment.received_on, refused.sentence)
    told = {"number": row.pk, "amount": format_money(payment.amount)}
    messages.success(request, _("Loan %(number)s is settled with %(amount)s.") % told)
    return go_to("customer_loan", row.customer, row.pk)


def _day_asked(request: StaffRequest) -> datetime.date:
    form = DayForm(request.GET)
    return form.cleaned_data["on"] if form.is_valid() else request.lender.today()


def _figure(request: StaffRequest, row: Disbursement, day: datetime.date, problem: str = "") -> HttpResponse:
    """The figure of the day; what was refused stands above a form with the figure as it is now."""
    sheet = sheet_of(row, day)
    told = {"amount": sheet.settlement.amount.quantize(smallest()), "received_on": day, "channel": CHANNELS[0]}
    form = SettleForm(initial=told)
    context = {
        "sheet": sheet,
        "on": day,
        "form": form,
        "day_form": DayForm(initial={"on": day}),
        "channels": channels_offered(),
        "may_take": day <= request.lender.today() and sheet.settlement.amount > 0,
        "problem": problem,
    }
    return draw(request, "loan_settle", row.customer, 422 if problem else 200, **context)


@book_page("ledger.reverse_payment", VIEW, methods=ASK)
def take_back(request: StaffRequest, customer: Customer, loan: int) -> HttpResponse:
    """Take back a loan given by mistake, for a reason; above the lender's amount it is asked for."""
    row = loan_of(customer, loan)
    form = ReverseForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            done = do_or_ask(to_take_back(row, request.user.get_username(), form.cleaned_data["reason"]))
        except Refused as refused:
            problem = refused.sentence
        else:
            if isinstance(done, Approval):
                return waits_now(request, customer, done)
            messages.success(
                request, _("Loan %(number)s is taken back, and its dues are withdrawn.") % {"number": row.pk}
            )
            return go_to("customer_loan", customer, row.pk)
    limit = limit_of("take_back", request.lender)
    told = {"limit": limit, "seconded": is_above(row.amount, limit), "problem": problem}
    sheet = sheet_of(row, request.lender.today())
    return draw(request, "loan_take_back", customer, 422 if form.is_bound else 200, sheet=sheet, form=form, **told)


def loan_of(customer: Customer, number: int) -> Disbursement:
    """The customer's own loan, with the customer on it; a mirror has no page."""
    row = get_object_or_404(Disbursement.objects.of(customer), pk=number, reverses=None)
    row.customer = customer
    return row
