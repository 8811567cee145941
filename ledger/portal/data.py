"""What is held on a customer: handed out, and erased by who types the number once more."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer, Erasure
from accounts.transactions import Refused
from ledger.actions.erasing import erase_customer, obstacles, put_away
from ledger.data_views import as_zip
from ledger.portal.pages import ACT, ASK, StaffRequest, book_page, draw, go_to

ERASE = "accounts.erase_customer"


class EraseForm(forms.Form):
    """The number typed again, so that nobody erases the wrong customer by one click; and the wish that the page
    showed, for it may be withdrawn meanwhile."""

    number = forms.CharField(
        label=gettext_lazy("The customer's number"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}),
    )
    wish = forms.ModelChoiceField(Erasure.objects.none(), required=False)

    def __init__(self, customer: Customer, *told: Any) -> None:
        super().__init__(*told)
        self.fields["wish"].queryset = Erasure.objects.of(customer)  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Why not"), max_length=300, required=False)


@book_page("accounts.export_customer", methods=ASK)
def data(request: StaffRequest, customer: Customer) -> HttpResponse:
    """GET shows what can be done; POST with do=erase or refuse does it."""
    if request.method != "POST":
        return _page(request, customer)
    if not request.user.has_perm(ERASE):
        raise PermissionDenied
    return _refuse(request, customer) if request.POST.get("do") == "refuse" else _erase(request, customer)


@book_page("accounts.export_customer", methods=ACT)
def download(request: StaffRequest, customer: Customer) -> HttpResponse:
    return as_zip(customer, own=False)  # type: ignore[return-value]  # a stream is no HttpResponse to the stubs


def _erase(request: StaffRequest, customer: Customer) -> HttpResponse:
    form = EraseForm(customer, request.POST)
    if form.is_valid() and form.cleaned_data["number"].strip() != str(customer.pk):
        told = {"number": customer.pk}
        form.add_error("number", _("This is not the number of this customer. To erase, type %(number)s.") % told)
    if form.is_valid():
        try:
            done = erase_customer(customer, request.user.get_username(), wish=form.cleaned_data["wish"])
        except Refused as refused:
            form.add_error(None, refused)
        else:
            _say(request, done)
            return go_to("customer_data", customer)
    return _page(request, customer, 422, form=form)


def _say(request: StaffRequest, done: Erasure) -> None:
    if done.state == Erasure.State.WAITING:
        messages.warning(request, _("This takes a second person. The wish waits; nothing is erased yet."))
    else:
        messages.success(request, _("Erased. What was paid and owed stays under the number."))


def _refuse(request: StaffRequest, customer: Customer) -> HttpResponse:
    form, waits = RefuseForm(request.POST), Erasure.objects.of(customer).waiting().first()
    if waits and form.is_valid():
        try:
            put_away(waits, request.user.get_username(), form.cleaned_data["note"])
        except Refused as refused:
            form.add_error("note", refused)
        else:
            messages.success(request, _("The wish is put away. Nothing is erased."))
            return go_to("customer_data", customer)
    return _page(request, customer, 422, refuse_form=form)


def _page(request: StaffRequest, customer: Customer, status: int = 200, **more: Any) -> HttpResponse:
    waits = Erasure.objects.of(customer).waiting().first()
    context: dict[str, Any] = {
        "waits": waits,
        "own": waits is not None and waits.asked_by == request.user.get_username(),
        "himself": waits is not None and waits.asked_by == f"c{customer.pk}",
        "done": Erasure.objects.of(customer).done().first(),
        "obstacles": obstacles(customer),
        "alone": request.lender.erase_alone,
        "form": EraseForm(customer),
        "refuse_form": RefuseForm(),
    }
    return draw(request, "data", customer, status, **context | more)
