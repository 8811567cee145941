"""Notices of payment as the staff sees them: all that wait, one with its photo, confirm or refuse."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import Customer
from accounts.transactions import Refused
from ledger import noticing
from ledger.models import Notice, NoticePhoto
from ledger.photos import served
from ledger.portal.forms import DayField
from ledger.portal.pages import ASK, READ, StaffRequest, book_page, draw, go_to

PAGE, MOST = 25, 200
VIEW, ACT = "ledger.view_notice", "ledger.change_notice"


class NoticeDecisionForm(forms.Form):
    received_on = DayField(label=_("Received on"), required=False, help_text=_("To record. Correct it if need be."))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("To refuse. The customer reads it.")
    )


@require_GET
@permission_required((*READ, VIEW), raise_exception=True)
def notices(request: HttpRequest) -> HttpResponse:
    """What waits first, the oldest above; then what was decided, the newest above."""
    rows = Notice.objects.select_related("customer")
    decided = Paginator(rows.exclude(state="waiting").order_by("-id"), PAGE)
    context = {"waiting": rows.waiting().order_by("id")[:MOST], "page": decided.get_page(request.GET.get("page"))}
    return render(request, "ledger/portal/notices.html", context)


@book_page(VIEW, methods=ASK)
def one(request: StaffRequest, customer: Customer, notice: int) -> HttpResponse:
    """GET shows it; POST with decision=confirm records the payment, with decision=refuse it does not."""
    row = get_object_or_404(Notice.objects.of(customer), pk=notice)
    form = NoticeDecisionForm(request.POST or None, initial={"received_on": row.paid_on})
    if request.method == "POST":
        if not request.user.has_perm(ACT):
            raise PermissionDenied
        if form.is_valid():
            try:
                return _decide(request, customer, row, form)
            except Refused as refused:
                form.add_error(None, refused)
        row.reread()
    photo = NoticePhoto.objects.filter(customer=customer, notice=row).only("id", "kind", "customer_id").first()
    told = {"notice": row, "form": form, "photo": photo, "may": request.user.has_perm(ACT)}
    return draw(request, "notice", customer, 422 if form.is_bound else 200, **told)


def _decide(request: StaffRequest, customer: Customer, row: Notice, form: NoticeDecisionForm) -> HttpResponse:
    by, told = request.user.get_username(), form.cleaned_data
    match request.POST.get("decision"):
        case "confirm":
            done = noticing.confirm_notice(row, by, told["received_on"])
            messages.success(request, gettext("The payment is recorded."))
            return go_to("customer_receipt", customer, done.payment or 0)
        case "refuse":
            noticing.refuse_notice(row, by, told["reason"])
            messages.success(request, gettext("Refused. The customer sees the reason."))
            return go_to("customer_notice", customer, row.pk)
        case _:
            raise Refused(gettext("Nothing was decided. Use the buttons of this page."))


@book_page(VIEW)
def photo(request: StaffRequest, customer: Customer, notice: int) -> HttpResponse:
    return served(customer, notice)
