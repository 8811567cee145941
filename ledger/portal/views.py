"""To look at: find a customer, the book, a receipt, a statement."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import LARGEST_NUMBER, Customer, Erasure
from ledger.actions import charged_off
from ledger.forms import new_key
from ledger.models import Approval, Disbursement, Due, Notice, Payment
from ledger.portal.case_summary import case_summary
from ledger.portal.dues import months_at
from ledger.portal.forms import RecordForm, SearchForm, channels_offered, first_record, range_asked
from ledger.portal.pages import READ, StaffRequest, address, book_page, draw, go_to
from ledger.portal.statements import ageing_now, statement_of
from ledger.tables import chart_of, chosen_year, figures, year_of
from ledger.views import open_balances, spread_of

MATCHES, PAGE, LOANS = 20, 25, 12


@require_GET
@permission_required(READ, raise_exception=True)
def search(request: HttpRequest) -> HttpResponse:
    """A number leads straight to its book; anything else lists who it may be."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    if customer := numbered(asked):
        return go_to("customer_book", customer)
    found = list(matching(asked)[: MATCHES + 1]) if asked else []
    context = {"searched": asked, "found": found[:MATCHES], "more": len(found) > MATCHES, "most": MATCHES}
    return render(request, "ledger/portal/search.html", context)


def numbered(asked: str) -> Customer | None:
    is_number = asked.isascii() and asked.isdigit() and int(asked) <= LARGEST_NUMBER
    return Customer.objects.filter(pk=int(asked)).first() if is_number else None


def matching(asked: str) -> QuerySet[Customer]:
    like = Q(name__icontains=asked) | Q(phone__icontains=asked) | Q(email__icontains=asked)
    return Customer.objects.filter(like).order_by("name", "id")


@book_page()
def book(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The same few queries for a dozen dues and for thousands."""
    today, balances = request.lender.today(), open_balances(customer)
    yearly = list(Due.objects.of(customer).yearly(today))
    number = chosen_year(request.GET.get("year", ""), yearly, today)
    year = year_of(customer, number, today) if number else None
    may_record = request.user.has_perm("ledger.add_payment")
    context: dict[str, Any] = {
        "figures": figures(yearly),
        "held": Payment.objects.of(customer).held(),
        "ageing": ageing_now(customer, today),
        "years": [row["year"] for row in reversed(yearly)],
        "year": year,
        "chart": chart_of(year) if year else None,
        "pay_at": address("customer_pay", customer),
        "no_paying": not may_record,
        "form": RecordForm(balances=balances, initial=first_record(balances, today)) if may_record else None,
        "channels": channels_offered(),
        "login": getattr(customer, "login", None),
        "invite_key": new_key(),
        "dialled": digits(customer.phone),
        "dues_at": months_at(customer),
        "loans": Disbursement.objects.of(customer).standing()[:LOANS],
        "given_up": charged_off(customer.pk),
        "requests": Approval.objects.of(customer).waiting(),
        "notices": Notice.objects.of(customer).waiting(),
        "erasure": Erasure.objects.of(customer).waiting().first(),
    }
    context |= case_summary(customer) if request.user.has_perm("ledger.view_case") else {}
    return draw(request, "book", customer, **context, **history(customer, request.GET.get("page")))


def history(customer: Customer, number: str | None) -> dict[str, Any]:
    page = Paginator(Payment.objects.of(customer).order_by("-received_on", "-id"), PAGE).get_page(number)
    rows = list(page.object_list)
    spread = spread_of(customer, rows)
    return {"page": page, "rows": [(row, spread[row.pk]) for row in rows]}


def digits(phone: str) -> str:
    """+254 700 000-101 as a telephone dials it: +254700000101."""
    return "".join(sign for sign in phone if sign.isascii() and (sign.isdigit() or sign == "+"))


@book_page()
def receipt(request: StaffRequest, customer: Customer, payment: int) -> HttpResponse:
    row = get_object_or_404(Payment.objects.of(customer), pk=payment)
    asked = Approval.objects.of(customer).filter(Q(payment=row.pk) | Q(made=row.pk))
    spread = spread_of(customer, [row])[row.pk]
    return draw(request, "receipt", customer, payment=row, spread=spread, requests=asked)


@book_page()
def statement(request: StaffRequest, customer: Customer) -> HttpResponse:
    """?year=2025, or ?first=2025-01-01&last=2025-06-30; this year where nothing is asked for."""
    today = request.lender.today()
    form = range_asked(request.GET, today)
    if not form.is_valid():
        return draw(request, "statement", customer, 422, form=form)
    days = form.cleaned_data
    told = statement_of(customer, days["first"], days["last"], today)
    return draw(request, "statement", customer, form=form, statement=told, today=today)
