"""The staff's pages of one customer's credit: the figures and the history, and asking in the customer's name."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.models import Customer
from credit import actions
from credit.forms import AskForm, fresh
from credit.models import CreditPolicy, CreditRequest
from credit.pages import cost_of, history_of
from credit.portal.deciding import decision_page
from credit.standing import standing_of
from ledger.actions import Refused
from ledger.forms import new_key
from ledger.portal.pages import ACT, ASK, StaffRequest, book_page, go_to

LOOK = ("credit.view_creditrequest", "credit.view_decision")


@book_page(*LOOK, methods=ASK)
def credit(request: StaffRequest, customer: Customer) -> HttpResponse:
    """To ask besides looking takes the right to add a request."""
    today = request.lender.today()
    policy, may_ask = CreditPolicy.on(today), request.user.has_perm("credit.add_creditrequest")
    if request.method != "POST":
        return _draw(request, customer, fresh(policy, today) if may_ask else None)
    if not may_ask:
        raise PermissionDenied
    form = AskForm(request.POST, policy=policy, today=today)
    if request.POST.get("step") == "edit":
        return _draw(request, customer, AskForm(initial=request.POST.dict(), policy=policy, today=today))
    if form.is_valid():
        try:
            if request.POST.get("step") == "preview":
                return _preview(request, customer, form)
            decision = actions.ask(form.request(customer, request.user.get_username()))
            return go_to("customer_credit_decision", customer, decision.request_id)
        except Refused as refused:
            form.add_error(None, refused.sentence)
    form.data = {**request.POST.dict(), "key": new_key()}
    return _draw(request, customer, form, 422)


def _preview(request: StaffRequest, customer: Customer, form: AskForm) -> HttpResponse:
    wanted = form.request(customer, request.user.get_username())
    context = {"customer": customer, "form": form, "wanted": wanted, "offer": cost_of(wanted, form.policy, form.today)}
    return render(request, "credit/portal/preview.html", context)


def _draw(request: StaffRequest, customer: Customer, form: AskForm | None, status: int = 200) -> HttpResponse:
    page, rows = history_of(customer, request.GET.get("page", ""))
    standing = standing_of(customer, request.lender)
    context = {"customer": customer, "form": form, "standing": standing, "page": page, "rows": rows}
    return render(request, "credit/portal/credit.html", context, status=status)


@book_page(*LOOK)
def decision(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    return decision_page(request, customer, _asked(customer, asked))


@book_page("credit.add_creditrequest", methods=ACT)
def withdraw(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    """In the customer's name, who said so."""
    row = _asked(customer, asked)
    try:
        actions.withdraw(row, request.user.get_username())
        messages.success(request, _("The request is withdrawn."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return go_to("customer_credit_decision", customer, row.pk)


def _asked(customer: Customer, number: int) -> CreditRequest:
    return get_object_or_404(CreditRequest.objects.of(customer).select_related("customer"), pk=number)
