"""Webhooks in the portal: which addresses are told of what, what each was told, and tell it again."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import hooks
from accounts.calling import call_for_a_test
from accounts.hooks import body_of
from accounts.models import Delivery, Endpoint, Event
from accounts.posting import NotTaken
from accounts.seeing import see_other
from accounts.sending import ENDED, State, send_again
from accounts.telling import told as spoken
from accounts.transactions import Refused
from ledger.portal.pages import ACT, ASK, LOOK, StaffRequest, whole

VIEW, CHANGE = ("accounts.view_customer", "accounts.view_endpoint"), "accounts.change_endpoint"
PAGE = 25
OFF_SHOWN = 50  # addresses that are off
FOLDER = "ledger/portal/webhooks"


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the program"),
        max_length=500,
        help_text=_("Such as https://books.example/webhooks. It must be public, and https."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("It is told when"),
        choices=Event.choices,
        widget=forms.CheckboxSelectMultiple,
    )


class ChangeForm(EndpointForm):
    is_on = forms.BooleanField(
        label=pgettext_lazy("a state", "On"),
        required=False,
        help_text=_("What happens while it is off is not told later."),
    )


@require_http_methods(LOOK)
@permission_required(VIEW, raise_exception=True)
def endpoints(request: StaffRequest) -> HttpResponse:
    found = Endpoint.objects.all()[: hooks.MOST_ON + OFF_SHOWN]
    return render(request, f"{FOLDER}/list.html", {"endpoints": found, "most": hooks.MOST_ON})


@never_cache
@sensitive_variables("secret")
@require_http_methods(ASK)
@permission_required((*VIEW, CHANGE), raise_exception=True)
@reauthentication_required
def new(request: StaffRequest) -> HttpResponse:
    """Whoever makes one shows first that it is he. The secret is shown once and never stands in an address."""
    form = EndpointForm(request.POST or None, initial={"events": Event.values})
    if form.is_valid():
        told = form.cleaned_data
        try:
            endpoint, secret = hooks.make_endpoint(told["url"], told["events"], request.user.get_username())
        except Refused as refused:
            form.add_error(None, refused)
        else:
            return render(request, f"{FOLDER}/secret.html", {"endpoint": endpoint, "secret": secret, "is_new": True})
    return render(request, f"{FOLDER}/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(LOOK)
@permission_required(VIEW, raise_exception=True)
def endpoint(request: StaffRequest, number: int) -> HttpResponse:
    """What it was told, the newest first, PAGE at a time: ?before=1234 is the page after, ?state=dead one state."""
    row, state = get_object_or_404(Endpoint, pk=number), request.GET.get("state", "")
    told = Delivery.objects.filter(endpoint=row).order_by("-id")
    if state in State.values:
        told = told.filter(state=state)
    if before := whole(request.GET.get("before", "")):
        told = told.filter(pk__lt=before)
    rows = list(told[: PAGE + 1])
    context = {
        "endpoint": row,
        "rows": rows[:PAGE],
        "more": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "states": State.choices,
        "state": state,
    }
    return render(request, f"{FOLDER}/endpoint.html", context)


@require_http_methods(ASK)
@permission_required((*VIEW, CHANGE), raise_exception=True)
@reauthentication_required
def change(request: StaffRequest, number: int) -> HttpResponse:
    row = get_object_or_404(Endpoint, pk=number)
    form = ChangeForm(request.POST or None, initial={"url": row.url, "events": row.events, "is_on": row.is_on})
    if form.is_valid():
        told = form.cleaned_data
        try:
            hooks.change_endpoint(row, told["url"], told["events"], told["is_on"])
        except Refused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, gettext("Changed."))
            return _go_to(row)
    context = {"form": form, "endpoint": row}
    return render(request, f"{FOLDER}/change.html", context, status=422 if form.is_bound else 200)


@never_cache
@sensitive_variables("secret")
@require_http_methods(ASK)
@permission_required((*VIEW, CHANGE), raise_exception=True)
@reauthentication_required
def new_secret(request: StaffRequest, number: int) -> HttpResponse:
    row = get_object_or_404(Endpoint, pk=number)
    if request.method != "POST":
        return render(request, f"{FOLDER}/new_secret.html", {"endpoint": row})
    secret = hooks.new_secret(row)
    return render(request, f"{FOLDER}/secret.html", {"endpoint": row, "secret": secret})


@require_http_methods(ACT)
@permission_required((*VIEW, CHANGE), raise_exception=True)
def send_a_test(request: StaffRequest, number: int) -> HttpResponse:
    row = get_object_or_404(Endpoint, pk=number)
    try:
        status = call_for_a_test(row)
    except NotTaken as fault:
        messages.error(request, gettext("The test was not taken. %(fault)s") % {"fault": spoken(fault)})
    else:
        messages.success(request, gettext("The test was taken: the program answered %(status)s.") % {"status": status})
    return _go_to(row)


@require_http_methods(ASK)
@permission_required(VIEW, raise_exception=True)
def delivery(request: StaffRequest, number: int, customer: int, told: int) -> HttpResponse:
    """What was sent, as it was sent. POST sends it again, under the same id."""
    row = get_object_or_404(Delivery.objects.select_related("endpoint"), customer=customer, pk=told, endpoint=number)
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if send_again(row, ENDED):
            messages.success(request, gettext("It is sent again by the worker, under the same id."))
        else:
            messages.info(request, gettext("It waits to be sent already."))
        return see_other("admin:webhook_delivery", number, customer, told)
    context = {"delivery": row, "endpoint": row.endpoint, "body": body_of(row.told).decode(), "waits": State.WAITING}
    return render(request, f"{FOLDER}/delivery.html", context)


def _go_to(row: Endpoint) -> HttpResponse:
    return see_other("admin:webhook", row.pk)


def webhook_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("", guard(endpoints), name="webhooks"),
        path("new/", guard(new), name="webhook_new"),
        path("<int:number>/", guard(endpoint), name="webhook"),
        path("<int:number>/change/", guard(change), name="webhook_change"),
        path("<int:number>/secret/", guard(new_secret), name="webhook_secret"),
        path("<int:number>/test/", guard(send_a_test), name="webhook_test"),
        path("<int:number>/told/<int:customer>/<int:told>/", guard(delivery), name="webhook_delivery"),
    ]
