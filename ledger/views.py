"""The customer's pages: dashboard, pay, history."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import customer_required
from accounts.models import Customer, Lender, User
from accounts.seeing import see_other
from ledger.actions import KeyReused, Refused, record_payment
from ledger.bulk import exporting
from ledger.forms import Balances, ConfirmForm, PayForm, first_choice, new_key
from ledger.models import BALANCE, Allocation, Due, Notice, Payment, total
from ledger.money import ZERO
from ledger.preview import preview_payment
from ledger.tables import chart_of, chosen_year, figures, year_of

INCOMPLETE = gettext_lazy("The payment came back incomplete, and nothing was recorded. Please enter it again.")
TOLD = 5  # the latest notices on a page
# Not no-store: the browser's back button must find the first form with its key, so that it pays once.
private = cache_control(private=True, no_cache=True)


class CustomerRequest(HttpRequest):
    """What customer_required lets through."""

    user: User
    lender: Lender


@private
@require_GET
@customer_required
def dashboard(request: CustomerRequest) -> HttpResponse:
    """Six queries for any number of dues: session, user, lender, years, one year's months, held credit
    (and notices, where the lender takes them)."""
    customer, today = _customer(request), request.lender.today()
    yearly = list(Due.objects.of(customer).yearly(today))
    number = chosen_year(request.GET.get("year", ""), yearly, today)
    year = year_of(customer, number, today) if number else None
    context = {
        "customer": customer,
        "figures": figures(yearly),
        "held": Payment.objects.of(customer).held(),
        "years": [row["year"] for row in reversed(yearly)],
        "year": year,
        "chart": chart_of(year) if year else None,
        "notices": () if request.lender.payments_post_at_once else Notice.objects.of(customer)[:TOLD],
    }
    return render(request, "ledger/dashboard.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def pay(request: CustomerRequest) -> HttpResponse:
    """Ask, then show what would happen (step=preview), then record it (step=confirm)."""
    if request.method == "POST":
        return _confirm(request) if request.POST.get("step") == "confirm" else _preview(request)
    balances = open_balances(_customer(request))
    asked = {name: request.GET.get(name, "") for name in ("year", "month")}
    return _ask(request, PayForm(balances=balances, initial=first_choice(balances, **asked)))


def _preview(request: CustomerRequest) -> HttpResponse:
    customer = _customer(request)
    form = PayForm(request.POST, balances=open_balances(customer))
    if not form.is_valid():
        return _ask_again(request, form)
    payment = form.payment(customer, request.user.get_username())
    if first := Payment.objects.of(customer).filter(key=payment.key).first():
        paid = _("This form was already paid with, as payment %(number)s.") % {"number": first.pk}
        return _start_afresh(request, paid, first)
    try:
        preview = preview_payment(payment)
    except Refused as refused:
        form.add_error(None, refused)
        return _ask_again(request, form)
    context = {"payment": payment, "preview": preview, "form": ConfirmForm(initial=form.cleaned_data)}
    return render(request, "ledger/preview.html", context)


def _confirm(request: CustomerRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _start_afresh(request, str(INCOMPLETE))
    try:
        payment = record_payment(form.payment(_customer(request), request.user.get_username()))
    except KeyReused as reused:
        return _start_afresh(request, reused.sentence, reused.first)
    except Refused as refused:
        return _start_afresh(request, refused.sentence)
    return see_other("payment_receipt", payment.pk)


def _ask(request: CustomerRequest, form: PayForm, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "ledger/pay.html", {"form": form} | context, status=status)


def _ask_again(request: CustomerRequest, form: PayForm) -> HttpResponse:
    """The same form with its errors; a key that was lost or cut is replaced, or no retry could ever pass."""
    if "key" in form.errors:
        form.data = {**request.POST.dict(), "key": new_key()}
    return _ask(request, form, status=422)


def _start_afresh(request: CustomerRequest, problem: str, first: Payment | None = None) -> HttpResponse:
    """A new form with a new key, under the reason why the last one was not taken."""
    balances = open_balances(_customer(request))
    form = PayForm(balances=balances, initial=first_choice(balances))
    return _ask(request, form, status=422, problem=problem, first=first)


@private
@require_GET
@customer_required
def payments(request: CustomerRequest) -> HttpResponse:
    """The history, newest first, with each payment's months; the same few queries for every page."""
    mine = Payment.objects.of(_customer(request))
    page = Paginator(mine.order_by("-received_on", "-id"), 25).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    spread = spread_of(_customer(request), rows)
    notices = Notice.objects.of(_customer(request))[:TOLD]
    context = {"page": page, "rows": [(row, spread[row.pk]) for row in rows], "held": mine.held(), "notices": notices}
    return render(request, "ledger/payments.html", context)


@private
@require_GET
@customer_required
def payment_receipt(request: CustomerRequest, number: int) -> HttpResponse:
    customer = _customer(request)
    payment = get_object_or_404(Payment.objects.of(customer), pk=number)
    context = {"payment": payment, "customer": customer, "spread": spread_of(customer, [payment])[payment.pk]}
    return render(request, "ledger/receipt.html", context)


@private
@require_GET
@customer_required
def payments_csv(request: CustomerRequest) -> HttpResponseBase:
    """The receipts that stand, oldest first, in the columns that the import reads."""
    lines = exporting.payments(_customer(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="payments.csv"'
    return response


def open_balances(customer: Customer) -> Balances:
    """What is left of each month that is open, oldest first."""
    rows = Due.objects.of(customer).unpaid().values("month").annotate(left=total(BALANCE)).order_by("month")
    return {row["month"]: row["left"] for row in rows}


def spread_of(customer: Customer, rows: list[Payment]) -> dict[int, list[tuple[date, Decimal]]]:
    """The months that each payment filled, kinds of due added together."""
    parts: defaultdict[int, defaultdict[date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in Allocation.objects.of(customer).filter(payment__in=rows).by_month():
        parts[row["payment_id"]][row["due__month"]] += row["part"]
    return {row.pk: sorted(parts[row.pk].items()) for row in rows}


def _customer(request: CustomerRequest) -> Customer:
    """Whose pages these are; customer_required has seen to it that there is one."""
    return cast(Customer, request.user.customer)
