"""The customer's pages of credit: where I stand, ask, wait a moment, the answer, withdraw."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import customer_required, papers_a_minute
from accounts.models import Customer, Lender, User
from accounts.seeing import see_other
from credit import actions
from credit.forms import AskForm, fresh
from credit.letters import letter_file
from credit.limits import said_too_often, too_often
from credit.models import CreditPolicy, CreditRequest
from credit.pages import cost_of, decision_context, history_of
from credit.standing import standing_of
from ledger.actions import Refused
from ledger.forms import new_key

WAIT = 2  # seconds
# Not no-store: the browser's back button must find the first form with its key, so that it asks once.
private = cache_control(private=True, no_cache=True)


class CustomerRequest(HttpRequest):
    """What customer_required lets through."""

    user: User
    lender: Lender


@private
@require_GET
@customer_required
def credit(request: CustomerRequest) -> HttpResponse:
    """Twelve queries for any number of dues and requests."""
    customer = _customer(request)
    page, rows = history_of(customer, request.GET.get("page", ""))
    context = {"standing": standing_of(customer, request.lender), "page": page, "rows": rows}
    return render(request, "credit/credit.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def ask(request: CustomerRequest) -> HttpResponse:
    today = request.lender.today()
    policy = CreditPolicy.on(today)
    if request.method != "POST":
        return _form(request, fresh(policy, today))
    form = AskForm(request.POST, policy=policy, today=today)
    if request.POST.get("step") == "edit":
        return _form(request, AskForm(initial=request.POST.dict(), policy=policy, today=today))
    if not form.is_valid():
        return _ask_again(request, form)
    wanted = form.request(_customer(request), request.user.get_username())
    if request.POST.get("step") == "preview":
        return _preview(request, form, wanted)
    if too_often(wanted):
        form.add_error(None, said_too_often())
        return _form(request, form, 429)
    try:
        decision = actions.ask(wanted)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _ask_again(request, form, used=refused.code == "key_reused")
    return see_other("credit_wait", decision.request_id)


def _preview(request: CustomerRequest, form: AskForm, wanted: CreditRequest) -> HttpResponse:
    """All that would be repaid, before anything is asked."""
    try:
        offer = cost_of(wanted, form.policy, form.today)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _ask_again(request, form)
    return render(request, "credit/preview.html", {"form": form, "wanted": wanted, "offer": offer})


def _ask_again(request: CustomerRequest, form: AskForm, used: bool = False) -> HttpResponse:
    """The same form with its errors; a key that was lost, cut or used is replaced, or no retry could ever pass."""
    if used or "key" in form.errors:
        form.data = {**request.POST.dict(), "key": new_key()}
    return _form(request, form, 422)


def _form(request: CustomerRequest, form: AskForm, status: int = 200) -> HttpResponse:
    waits = CreditRequest.objects.of(_customer(request)).waiting().first()
    context = {"form": form, "waits": waits, "standing": standing_of(_customer(request), request.lender)}
    return render(request, "credit/request.html", context, status=status)


@private
@require_GET
@customer_required
def wait(request: CustomerRequest, number: int) -> HttpResponse:
    """A moment to take a breath; the browser itself goes on, without a script, and a link does too."""
    asked = _mine(request, number)
    response = render(request, "credit/wait.html", {"asked": asked})
    response.headers["Refresh"] = f"{WAIT}; url={reverse('credit_decision', args=[asked.pk])}"
    return response


@private
@require_GET
@customer_required
def decision(request: CustomerRequest, number: int) -> HttpResponse:
    return render(request, "credit/decision.html", decision_context(_mine(request, number), request.lender.today()))


@private
@require_GET
@customer_required
@papers_a_minute
def letter(request: CustomerRequest, number: int) -> HttpResponse:
    return letter_file(_mine(request, number), request.lender)


@private
@require_POST
@customer_required
def withdraw(request: CustomerRequest, number: int) -> HttpResponse:
    asked = _mine(request, number)
    try:
        actions.withdraw(asked, request.user.get_username())
        messages.success(request, _("Your request is withdrawn."))
    except Refused as refused:
        messages.error(request, refused.sentence)
    return see_other("credit_decision", asked.pk)


def _mine(request: CustomerRequest, number: int) -> CreditRequest:
    """404 for anybody else's."""
    mine = CreditRequest.objects.of(_customer(request)).select_related("customer")
    return get_object_or_404(mine, pk=number)


def _customer(request: CustomerRequest) -> Customer:
    """Whose pages these are; customer_required has seen to it that there is one."""
    return cast(Customer, request.user.customer)
