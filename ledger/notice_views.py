"""The customer's pages where payments are told first and recorded by the staff: tell, look, and the photo."""

from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import customer_required
from accounts.models import Customer
from accounts.seeing import see_other
from ledger import channels, views
from ledger.actions import Refused
from ledger.forms import first_choice, new_key
from ledger.models import Notice, NoticePhoto, Payment
from ledger.notice_forms import ConfirmNoticeForm, NoticeForm, notice_of
from ledger.noticing import give_notice
from ledger.photos import served
from ledger.preview import preview_payment
from ledger.views import CustomerRequest, open_balances, private


@private
@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def pay(request: CustomerRequest) -> HttpResponse:
    """Record at once, or keep a notice, as the lender chose."""
    if request.lender.payments_post_at_once:
        return cast(HttpResponse, views.pay(request))
    if request.method == "POST":
        return _confirm(request) if request.POST.get("step") == "confirm" else _preview(request)
    customer = cast(Customer, request.user.customer)
    balances = open_balances(customer)
    asked = {name: request.GET.get(name, "") for name in ("year", "month")}
    initial = first_choice(balances, **asked) | {"paid_on": request.lender.today()}
    return _ask(request, NoticeForm(balances=balances, initial=initial))


def _preview(request: CustomerRequest) -> HttpResponse:
    """What the payment would do once it is confirmed; the photo is asked for here."""
    customer = cast(Customer, request.user.customer)
    form = NoticeForm(request.POST, balances=open_balances(customer))
    if not form.is_valid():
        return _ask_again(request, form)
    notice = notice_of(form, customer)
    told = {"amount": notice.amount, "starting": notice.starting, "received_on": notice.paid_on}
    payment = Payment(customer=customer, **told)
    try:
        preview = preview_payment(payment)
    except Refused as refused:
        form.add_error(None, refused)
        return _ask_again(request, form)
    return _show(request, notice, ConfirmNoticeForm(initial=form.cleaned_data), preview=preview, payment=payment)


def _confirm(request: CustomerRequest) -> HttpResponse:
    customer = cast(Customer, request.user.customer)
    form = ConfirmNoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        if set(form.errors) == {"photo"}:
            return _show(request, notice_of(form, customer), form, status=422)
        return _start_afresh(request, str(views.INCOMPLETE))
    try:
        notice = give_notice(notice_of(form, customer), form.cleaned_data["photo"])
    except Refused as refused:
        return _start_afresh(request, refused.sentence)
    return see_other("notice", notice.pk)


def _show(request: CustomerRequest, notice: Notice, form: ConfirmNoticeForm, status: int = 200, **more: Any) -> Any:
    context = {"notice": notice, "form": form, **more}
    return render(request, "ledger/notice_preview.html", context, status=status)


def _ask(request: CustomerRequest, form: NoticeForm, status: int = 200, **context: Any) -> HttpResponse:
    told = {"form": form, "channels": [channels.spoken(word) for word in channels.OFFERED]}
    return render(request, "ledger/notice_form.html", told | context, status=status)


def _ask_again(request: CustomerRequest, form: NoticeForm) -> HttpResponse:
    if "key" in form.errors:
        form.data = {**request.POST.dict(), "key": new_key()}
    return _ask(request, form, status=422)


def _start_afresh(request: CustomerRequest, problem: str) -> HttpResponse:
    """A new form with a new key, under the reason why the last one was not taken."""
    balances = open_balances(cast(Customer, request.user.customer))
    initial = first_choice(balances) | {"paid_on": request.lender.today()}
    return _ask(request, NoticeForm(balances=balances, initial=initial), status=422, problem=problem)


@private
@require_GET
@customer_required
def notice(request: CustomerRequest, number: int) -> HttpResponse:
    """What became of it; 404 for everybody else's."""
    customer = cast(Customer, request.user.customer)
    row = get_object_or_404(Notice.objects.of(customer), pk=number)
    has_photo = NoticePhoto.objects.filter(customer=customer, notice=row).exists()
    return render(request, "ledger/notice.html", {"notice": row, "has_photo": has_photo})


@require_GET
@customer_required
def photo(request: CustomerRequest, number: int) -> HttpResponse:
    return served(cast(Customer, request.user.customer), number)
