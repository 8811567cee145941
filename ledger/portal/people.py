"""To do with the customer's sign-in: a link to choose a password, shut it, let it in again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import actions, tokens
from accounts.management.links import link
from accounts.messages import put
from accounts.models import Customer, User
from accounts.transactions import Refused
from ledger.portal.forms import InviteForm
from ledger.portal.pages import ACT, StaffRequest, book_page, draw, go_to


@book_page("accounts.change_customer", methods=ACT)
def invite(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The link is shown once and never stands in an address of ours; who has a password needs again=yes."""
    try:
        user = invited(customer, again=request.POST.get("again") == "yes")
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to("customer_book", customer)
    if request.POST.get("mail") == "yes":
        return _mail_invite(request, customer)
    made = link(user, f"{request.scheme}://{request.get_host()}")
    return draw(request, "invite", customer, link=made, days=tokens.DAYS)


def invited(customer: Customer, *, again: bool) -> User:
    """The sign-in that may choose a password. Raises Refused for one that is shut or, unless again, has a password."""
    user = actions.invite(customer)
    if not user.is_active:
        raise Refused(_("The sign-in is shut. Let it in again first."))
    if user.has_usable_password() and not again:
        raise Refused(_("This customer chose a password meanwhile. Send a link for a new one if it is lost."))
    return user


def _mail_invite(request: StaffRequest, customer: Customer) -> HttpResponse:
    """The form's key makes one mail of two clicks. The link is made when the mail is sent."""
    form = InviteForm(request.POST)
    if not customer.email or not form.is_valid():
        messages.error(request, _("Nothing was sent. Give the customer an e-mail address, then use the button."))
        return go_to("customer_book", customer)
    again = request.POST.get("again") == "yes"
    put("invite", customer.pk, form.cleaned_data["key"], read=True, again=again)
    messages.success(request, _("A link to choose a password is on its way to %(email)s.") % {"email": customer.email})
    return go_to("customer_book", customer)


@book_page(methods=ACT)
def login(request: StaffRequest, customer: Customer) -> HttpResponse:
    """active=yes lets the sign-in in again, active=no shuts it; superusers only."""
    if not request.user.is_superuser:
        raise PermissionDenied
    active = {"yes": True, "no": False}.get(request.POST.get("active", ""))
    user = getattr(customer, "login", None)
    if active is None or user is None:
        messages.error(request, _("Nothing was changed. Use the button on this page."))
        return go_to("customer_book", customer)
    if not actions.set_active([user], active):
        messages.error(request, _("Customer %(number)s is erased, and stays so.") % {"number": customer.pk})
        return go_to("customer_book", customer)
    said = _("The sign-in is let in again.") if active else _("The sign-in is shut; its sessions end.")
    messages.success(request, said)
    return go_to("customer_book", customer)
