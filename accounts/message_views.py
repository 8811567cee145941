"""Pages of messages: a customer's own, the choice of mails, and the one click that ends reminders."""

from typing import cast

from django import forms
from django.contrib import messages as said
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import messages
from accounts.decorators import customer_required
from accounts.models import Customer, MailChoice, User
from accounts.seeing import see_other

PAGE = 20


class MailChoiceForm(forms.ModelForm):
    class Meta:
        model = MailChoice
        fields = messages.TOPICS


@never_cache
@require_GET
@customer_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What the customer was told, and is true still. What was shown is read from then on."""
    customer = customer_of(request)
    page = Paginator(messages.news(customer), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    letters = messages.letters_of(customer, rows)
    told = [(row, letters[row.pk]) for row in rows if row.pk in letters]
    response = render(request, "accounts/messages.html", {"page": page, "told": told})
    if request.method == "GET":
        messages.mark_read(customer, [row.pk for row in rows if row.read_at is None])
    return response


@require_POST
@customer_required
def mail_choices(request: HttpRequest) -> HttpResponse:
    """The form stands on the profile: a box that is not ticked is not sent."""
    form = MailChoiceForm(request.POST)
    if form.is_valid():
        messages.choose(customer_of(request), **{topic: form.cleaned_data[topic] for topic in messages.TOPICS})
        said.success(request, _("Your choice of mails is kept."))
    return see_other("profile")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Without a sign-in: the token says whose reminders end. A mail program posts by itself (RFC 8058), a person
    presses the button; looking at the page changes nothing, for mail scanners look at every link."""
    customer = messages.unsubscriber(token)
    if customer is None:
        raise Http404
    if request.method == "POST":
        messages.choose(customer, reminders=False)
    return render(request, "accounts/unsubscribe.html", {"done": request.method == "POST"})


def customer_of(request: HttpRequest) -> Customer:
    """Whose pages these are; customer_required has seen to it that there is one."""
    return cast(Customer, cast(User, request.user).customer)
