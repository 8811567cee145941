"""Requests that wait for a manager: the list of all, what one would be given, approve or decline, and the letters."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Customer
from credit.actions import override, to_approve
from credit.giving import loan_of
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.offers import Offer, offer_of
from ledger.actions import Refused
from ledger.approving import do_or_ask
from ledger.loans import sheet_of
from ledger.models import Approval
from ledger.money import format_money
from ledger.portal.first_screen import count_waiting
from ledger.portal.pages import ASK, READ, StaffRequest, book_page, go_to
from ledger.portal.requests import waits_now
from ledger.seconding import is_above

LOOK = ("credit.view_creditrequest", "credit.view_decision")
DECIDE = "credit.add_decision"
PAGE, MOST = 25, 200
State, Verdict = CreditRequest.State, Decision.Verdict


class DecideForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The customer reads it, and it stands in the books.",
    )


def waiting_requests(request: HttpRequest) -> dict[str, Any]:
    """For the first screen: how many requests wait for a manager."""
    if not request.user.has_perms((*READ, *LOOK)):
        return {}
    return {"credit_requests": count_waiting(CreditRequest.objects.waiting())}


@require_GET
@permission_required((*READ, *LOOK), raise_exception=True)
def requests(request: HttpRequest) -> HttpResponse:
    """What waits first, the oldest above; then what was decided, the newest above."""
    rows = CreditRequest.objects.select_related("customer")
    decided = Paginator(rows.exclude(state=State.WAITING).order_by("-id"), PAGE)
    context = {"waiting": rows.waiting().order_by("id")[:MOST], "page": decided.get_page(request.GET.get("page"))}
    return render(request, "credit/portal/requests.html", context)


@book_page(*LOOK, methods=ASK)
def decide(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    """What would be given, and the manager's decision: decision=approve or decline, with a reason."""
    row = get_object_or_404(CreditRequest.objects.of(customer), pk=asked)
    form = DecideForm(request.POST or None)
    if request.method == "POST":
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        if form.is_valid():
            try:
                return _decided(request, row, form.cleaned_data["reason"])
            except Refused as refused:
                form.add_error(None, refused.sentence)
    context = _told(request, customer, row)
    return render(request, "credit/portal/decide.html", context | {"form": form}, status=422 if form.is_bound else 200)


def _decided(request: StaffRequest, row: CreditRequest, reason: str) -> HttpResponse:
    by, latest = request.user.get_username(), _latest(row)
    match request.POST.get("decision"):
        case "approve":
            done = do_or_ask(to_approve(latest, row, by, reason))
            if isinstance(done, Approval):
                return waits_now(request, row.customer, done)
            messages.success(request, f"{format_money(row.amount)} is approved and given. Hand it over now.")
        case "decline":
            override(latest, Verdict.DECLINED, by=by, reason=reason)
            messages.success(request, "The request is declined. Nothing was given.")
        case _:
            raise Refused("Nothing was decided. Use the buttons of this page.")
    return go_to("customer_credit_decide", row.customer, row.pk)


def _told(request: StaffRequest, customer: Customer, row: CreditRequest) -> dict[str, Any]:
    today = request.lender.today()
    decisions = list(Decision.objects.of(customer).filter(request=row).select_related("policy").order_by("id"))
    first, latest = decisions[0], decisions[-1]
    limit = CreditPolicy.on(today).override_alone
    offer, problem = _offer(row, latest.policy, today) if row.state in (State.WAITING, State.DECLINED) else (None, "")
    loan = loan_of(row, customer)
    asked = Approval.objects.of(customer).filter(act=Approval.Act.OVERRIDE, parameters__request=row.pk)
    return {
        "customer": customer, "asked": row, "first": first, "latest": latest, "offer": offer, "problem": problem,
        "sheet": sheet_of(loan, today) if loan else None, "requests": asked, "today": today,
        "waits": any(one.state == Approval.State.WAITING for one in asked),
        "limit": limit, "seconded": is_above(row.amount, limit),
        **{name: _amount(first, name) for name in ("outstanding", "overdue")},
        "may_decide": request.user.has_perm(DECIDE) and offer is not None,
    }  # fmt: skip


def _amount(decision: Decision, name: str) -> Decimal | None:
    """A figure as the decision saw it."""
    seen = decision.figures.get(name)
    return None if seen is None else Decimal(seen)


def _offer(row: CreditRequest, policy: CreditPolicy, today: datetime.date) -> tuple[Offer | None, str]:
    try:
        return offer_of(row, policy, today), ""
    except Refused as refused:
        return None, refused.sentence


@book_page(*LOOK)
def letter(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    """A sanction with its schedule, or a notice of adverse action with its reasons and what would change it."""
    row = get_object_or_404(CreditRequest.objects.of(customer), pk=asked)
    told = _told(request, customer, row)
    if row.state == State.APPROVED and told["sheet"]:
        told["offer"] = offer_of(row, told["latest"].policy, told["sheet"].loan.paid_on)
    return render(request, "credit/portal/letter.html", told)


def _latest(row: CreditRequest) -> Decision:
    return Decision.objects.filter(customer=row.customer_id, request=row).select_related("policy")[0]
