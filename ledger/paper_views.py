"""The customer's papers to take home: the statement of any days, and the receipt of a payment."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.decorators import customer_required
from accounts.models import Customer
from accounts.paper import as_file
from accounts.transactions import Refused
from ledger.models import Payment
from ledger.papers import receipt_pdf, statement_pdf
from ledger.portal.forms import RangeForm, range_asked
from ledger.views import CustomerRequest, private


@private
@require_safe
@customer_required
def choose_days(request: CustomerRequest) -> HttpResponse:
    """Any days at all; this year stands there."""
    return _ask(request, range_asked({}, request.lender.today()))


@private
@require_safe
@customer_required
def statement(request: CustomerRequest) -> HttpResponse:
    """?year=2025, or ?from=2025-01-01&to=2025-06-30; this year where nothing is asked for."""
    form = range_asked(request.GET, request.lender.today())
    return statement_file(cast(Customer, request.user.customer), form) or _ask(request, form, 422)


@private
@require_safe
@customer_required
def receipt(request: CustomerRequest, number: int) -> HttpResponse:
    mine = Payment.objects.of(cast(Customer, request.user.customer)).select_related("customer")
    payment = get_object_or_404(mine, pk=number)
    return as_file(receipt_pdf(payment), f"payment-{payment.pk}")


def statement_file(customer: Customer, form: RangeForm) -> HttpResponse | None:
    """None where the days are none, or too many; the form then says why."""
    if not form.is_valid():
        return None
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    try:
        return as_file(statement_pdf(customer, first, last), f"statement-{customer.pk}-{first}-{last}")
    except Refused as refused:
        form.add_error(None, refused)
        return None


def _ask(request: CustomerRequest, form: RangeForm, status: int = 200) -> HttpResponse:
    return render(request, "ledger/statement.html", {"form": form}, status=status)
