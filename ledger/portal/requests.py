"""Requests for a second person: the list of all, the page of one, and what was decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Batch, Customer, Erasure
from accounts.transactions import Refused
from ledger import approving
from ledger.models import Approval, Closing
from ledger.portal.due_forms import DecisionForm
from ledger.portal.pages import ASK, READ, StaffRequest, book_page, draw, go_to

PAGE, MOST = 25, 200
VIEW = "ledger.view_approval"


@require_GET
@permission_required((*READ, VIEW), raise_exception=True)
def requests(request: HttpRequest) -> HttpResponse:
    """What waits first, the oldest above; then what was decided, the newest above."""
    rows = Approval.objects.select_related("customer")
    decided = Paginator(rows.exclude(state="waiting").order_by("-id"), PAGE)
    context = {
        "waiting": rows.waiting().order_by("id")[:MOST],
        "page": decided.get_page(request.GET.get("page")),
        **beside(),
    }
    return render(request, "ledger/portal/requests.html", context)


def beside() -> dict[str, Any]:
    """What waits for a second person elsewhere, the oldest first: files to undo, erasures, months to reopen."""
    files = Batch.objects.filter(undo_asked_at__isnull=False, undone_at__isnull=True)
    return {
        "batches": files.order_by("id")[:MOST],
        "erasures": Erasure.objects.waiting().order_by("id")[:MOST],
        "reopening": Closing.objects.waiting().first(),
    }


@book_page(VIEW, methods=ASK)
def one(request: StaffRequest, customer: Customer, approval: int) -> HttpResponse:
    """GET shows it; POST decides: confirm and refuse for another who may do the act itself, withdraw for the asker."""
    row = get_object_or_404(Approval.objects.of(customer), pk=approval)
    form = DecisionForm(request.POST or None)
    own = row.asked_by == request.user.get_username()
    may = request.user.has_perm(row.permission)
    if request.method == "POST":
        if not (may or own):
            raise PermissionDenied
        if form.is_valid():
            try:
                decision, by = request.POST.get("decision", ""), request.user.get_username()
                messages.success(request, decide(row, decision, by, form.cleaned_data["note"]))
                return go_to("customer_request", customer, row.pk)
            except Refused as refused:
                form.add_error(None, refused)
        row.reread()
    lowered = approving.lowered_to(row) if row.act == Approval.Act.LOWER else None
    told = {"approval": row, "lowered": lowered, "form": form, "own": own, "may": may}
    return draw(request, "request", customer, 422 if form.is_bound else 200, **told)


def decide(row: Approval, decision: str, by: str, note: str) -> str:
    """confirm, refuse or withdraw; what was said of it. Raises Refused."""
    decisions: dict[str, tuple[Callable[[], object], str]] = {
        "confirm": (lambda: approving.confirm(row, by, note), _("Confirmed and done.")),
        "refuse": (lambda: approving.refuse(row, by, note), _("Refused. Nothing was done.")),
        "withdraw": (lambda: approving.withdraw(row, by), _("Withdrawn. Nothing was done.")),
    }
    if decision not in decisions:
        raise Refused(_("Nothing was decided. Use the buttons of this page."))
    act, said = decisions[decision]
    act()
    return said


def waits_now(request: StaffRequest, customer: Customer, asked: Approval) -> HttpResponse:
    """To the page of the request that was filed, or found again under its key."""
    if asked.state == Approval.State.WAITING:
        messages.warning(request, _("This takes a second person. The request waits; nothing is done yet."))
    else:
        said = _("This form was used for a request that is %(state)s by now.")
        messages.warning(request, said % {"state": asked.get_state_display()})
    return go_to("customer_request", customer, asked.pk)
