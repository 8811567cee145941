"""Requests that wait for a manager: the list of all, what one would be given, approve or decline, and the letters."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.decorators import papers_a_minute
from accounts.models import Customer
from credit.actions import override, to_approve
from credit.letters import letter_file, letter_of
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.pages import decision_context
from ledger.actions import Refused
from ledger.approving import do_or_ask
from ledger.models import Approval
from ledger.money import format_money
from ledger.portal.first_screen import count_waiting
from ledger.portal.pages import ACT, READ, StaffRequest, book_page, go_to
from ledger.portal.requests import waits_now
from ledger.seconding import is_above

LOOK = ("credit.view_creditrequest", "credit.view_decision")
DECIDE = "credit.add_decision"
PAGE, MOST = 25, 200
SEEN = {"outstanding": _("Owed then"), "overdue": _("Of that, late"), "due": _("Due for the rule"),
        "paid": _("Paid of that"), "limit": _("Most that may be owed")}  # fmt: skip
State, Verdict = CreditRequest.State, Decision.Verdict


class DecideForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The customer reads it, and it stands in the books."),
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


@book_page(*LOOK, DECIDE, methods=ACT)
def decide(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    """decision=approve or decline, with a reason; from the page of the request, which names the decision it shows."""
    row = get_object_or_404(CreditRequest.objects.of(customer).select_related("customer"), pk=asked)
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            return _decided(request, row, form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
    return decision_page(request, customer, row, form)


def _decided(request: StaffRequest, row: CreditRequest, reason: str) -> HttpResponse:
    decision = request.POST.get("decision", "")
    asked = act_on(row, decision, request.POST.get("seen", ""), request.user.get_username(), reason)
    if asked:
        return waits_now(request, row.customer, asked)
    given = gettext("%(amount)s is approved and given. Hand it over now.") % {"amount": format_money(row.amount)}
    messages.success(
        request, given if decision == "approve" else gettext("The request is declined. Nothing was given.")
    )
    return go_to("customer_credit_decision", row.customer, row.pk)


def act_on(row: CreditRequest, decision: str, seen: str, by: str, reason: str) -> Approval | None:
    """Approve or decline, unless another decision than the seen one is the latest; the request that waits where it
    takes a second person. Raises Refused."""
    latest = _latest(row)
    if seen != str(latest.pk):
        raise Refused(gettext("Another decision was made since you opened this page. Look at it, then decide again."))
    match decision:
        case "approve":
            done = do_or_ask(to_approve(latest, row, by, reason))
            return done if isinstance(done, Approval) else None
        case "decline":
            override(latest, Verdict.DECLINED, by=by, reason=reason)
            return None
        case _:
            raise Refused(gettext("Nothing was decided. Use the buttons of this page."))


def decision_page(
    request: StaffRequest, customer: Customer, row: CreditRequest, form: DecideForm | None = None
) -> HttpResponse:
    """One request to the staff: the answer, what is given, and, to who may decide, the form for it."""
    today = request.lender.today()
    limit = CreditPolicy.on(today).override_alone
    asked = Approval.objects.of(customer).filter(act=Approval.Act.OVERRIDE, parameters__request=row.pk)
    waits = any(one.state == Approval.State.WAITING for one in asked)
    is_open = row.state in (State.WAITING, State.DECLINED)
    context = {
        "customer": customer, "figures": _figures(row), "requests": asked, "waits": waits,
        "form": form or DecideForm(), "limit": limit,
        "seconded": is_above(row.amount, limit), "may_decide": is_open and not waits and request.user.has_perm(DECIDE),
    }  # fmt: skip
    status = 422 if form else 200
    return render(request, "credit/portal/decision.html", context | decision_context(row, today), status=status)


def _figures(row: CreditRequest) -> list[tuple[str | Promise, Decimal]]:
    """What the rule saw of the customer's books, in amounts."""
    seen = Decision.objects.filter(customer=row.customer_id, request=row, overrides=None).get().figures
    return [(label, Decimal(seen[name])) for name, label in SEEN.items() if seen.get(name) is not None]


@book_page(*LOOK)
def letter(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    """A sanction with its schedule, or a notice of adverse action with its reasons and what would change it."""
    row = get_object_or_404(CreditRequest.objects.of(customer).select_related("customer"), pk=asked)
    told = {"customer": customer, "asked": row, "letter": letter_of(row, request.lender)}
    return render(request, "credit/portal/letter.html", told)


@book_page(*LOOK)
@papers_a_minute
def letter_pdf(request: StaffRequest, customer: Customer, asked: int) -> HttpResponse:
    row = get_object_or_404(CreditRequest.objects.of(customer).select_related("customer"), pk=asked)
    return letter_file(row, request.lender)


def _latest(row: CreditRequest) -> Decision:
    return Decision.objects.filter(customer=row.customer_id, request=row).select_related("policy")[0]
