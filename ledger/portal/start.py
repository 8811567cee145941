"""The start page of a new lender: a few steps, each done or not as the books themselves tell."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.models import Customer, Lender, User
from accounts.seeing import see_other
from ledger.models import Tally
from ledger.money import ZERO, format_money
from ledger.portal.pages import ASK, LOOK, READ, StaffRequest
from ledger.portal.start_forms import LenderForm


@dataclass(frozen=True)
class Begun:
    """What there is already."""

    lender: bool
    customers: bool
    dues: bool
    payments: bool

    @property
    def runs(self) -> bool:
        """The books run when money is owed and money has come: the start page then goes away by itself."""
        return self.dues and self.payments

    @property
    def is_empty(self) -> bool:
        return not (self.dues or self.payments)

    @property
    def done(self) -> int:
        return sum((self.lender, self.customers, self.dues, self.payments))


def begun(lender: Lender) -> Begun:
    """Told from the rows, and from the sums that the first screen stands on; nothing is stored of it."""
    named = lender.name != Lender._meta.get_field("name").default
    raised, received = (Tally.objects.of(figure).exists() for figure in (Tally.Figure.RAISED, Tally.Figure.RECEIVED))
    return Begun(named, Customer.objects.exists(), raised, received)


def starting(request: StaffRequest) -> dict[str, Any]:
    """What the first screen shows until the books run; nothing to who may not read them."""
    if not request.user.has_perms(READ):
        return {}
    told = begun(request.lender)
    return {} if told.runs else {"begun": told, **around(request, told)}


def around(request: StaffRequest, told: Begun) -> dict[str, Any]:
    """What the steps say besides."""
    return {
        "currency": settings.CURRENCY,
        "example": format_money(ZERO + 1250),
        "currency_is_open": not told.customers,  # as first_start has it
        "colleagues": User.objects.filter(is_staff=True, is_active=True).exclude(pk=str(request.user.pk)).exists(),
        "someone_signs_in": User.objects.filter(customer__isnull=False).exists() if told.customers else False,
    }


@require_http_methods(LOOK)
@permission_required(READ, raise_exception=True)
def start(request: StaffRequest) -> HttpResponse:
    """The same steps, also when the books run: Help leads here."""
    told = begun(request.lender)
    return render(request, "ledger/portal/start.html", {"begun": told, **around(request, told)})


@require_http_methods(ASK)
@permission_required((*READ, "accounts.change_lender"), raise_exception=True)
def lender(request: StaffRequest) -> HttpResponse:
    """The few details that a new lender needs; all others are under Lender."""
    form = LenderForm(request.POST or None, request.FILES or None, instance=Lender.load())
    if request.method == "POST" and form.is_valid():
        actions.update_lender(form.instance, *form.told)
        messages.success(request, _("Saved."))
        return see_other("admin:start")
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/portal/start_lender.html", {"form": form}, status=status)


@require_http_methods(LOOK)
@permission_required(READ, raise_exception=True)
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "ledger/portal/help.html")
