"""To do with debt given up: charge off all that a customer is late with, take the money that comes after all."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Customer
from ledger.actions import Refused, charged_off, record_recovery
from ledger.approving import do_or_ask, to_pay
from ledger.models import BALANCE, Approval, Due, Payment, total
from ledger.money import format_money, smallest
from ledger.portal.due_forms import ChargeOffAllForm, RecoveryForm
from ledger.portal.forms import CHANNELS, channels_offered
from ledger.portal.pages import ASK, StaffRequest, book_page, draw, go_to
from ledger.portal.requests import waits_now
from ledger.seconding import limit_of


@book_page("ledger.charge_off_due", methods=ASK)
def charge_off_all(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The amount travels in the form, so that nobody charges off more than was on the screen."""
    late = Due.objects.of(customer).overdue(request.lender.today())
    overdue = late.aggregate(all=total(BALANCE))["all"]
    form = ChargeOffAllForm(request.POST or None, initial={"amount": overdue.quantize(smallest())})
    if request.method == "POST" and form.is_valid():
        payment = form.payment(customer, Payment.Kind.CHARGE_OFF, request.user.get_username())
        try:
            done = do_or_ask(to_pay("charge_off", payment))
        except Refused as refused:
            messages.error(request, refused.sentence)
            return go_to("customer_charge_off", customer)
        if isinstance(done, Approval):
            return waits_now(request, customer, done)
        messages.success(request, _("%(amount)s is charged off.") % {"amount": format_money(payment.amount)})
        return go_to("customer_book", customer)
    if form.is_bound:
        form.renew_key()
    told = {"dues": late.order_by("due_on", "id")[:200], "overdue": overdue}
    limit = limit_of("charge_off", request.lender)
    return draw(request, "charge_off", customer, 422 if form.is_bound else 200, form=form, limit=limit, **told)


@book_page("ledger.add_payment", methods=ASK)
def recovery(request: StaffRequest, customer: Customer) -> HttpResponse:
    """Record what came for dues that were charged off; the receipt tells what it brought back."""
    given_up = charged_off(customer.pk)
    initial = {"received_on": request.lender.today(), "channel": CHANNELS[0]}
    form = RecoveryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            payment = record_recovery(form.payment(customer, request.user.get_username()))
        except Refused as refused:
            form.add_error(None, refused)
        else:
            told = {"amount": format_money(payment.recovered)}
            messages.success(request, _("%(amount)s of what was charged off came back.") % told)
            return go_to("customer_receipt", customer, payment.pk)
    if form.is_bound:
        form.renew_key()
    status = 422 if form.is_bound else 200
    return draw(request, "recovery", customer, status, form=form, given_up=given_up, channels=channels_offered())
