"""A customer's papers for the staff: what the customer can take home, from the book."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import Customer
from accounts.paper import as_file
from ledger.models import Payment
from ledger.paper_views import statement_file
from ledger.papers import receipt_pdf
from ledger.portal.forms import range_asked
from ledger.portal.pages import StaffRequest, book_page, draw


@book_page()
def statement(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The same days as the page of the statement, which is also where a mistake in them is mended."""
    form = range_asked(request.GET, request.lender.today())
    return statement_file(customer, form) or draw(request, "statement", customer, 422, form=form)


@book_page()
def receipt(request: StaffRequest, customer: Customer, payment: int) -> HttpResponse:
    row = get_object_or_404(Payment.objects.of(customer).select_related("customer"), pk=payment)
    return as_file(receipt_pdf(row), f"payment-{row.pk}")
