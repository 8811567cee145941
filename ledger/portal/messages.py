"""Mails as the staff sees them: what was given up, what waits, what was sent; and try again."""

from itertools import chain

from django.contrib import messages as said
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Mail, Message, OutgoingQuerySet, StaffMessage
from accounts.seeing import see_other
from accounts.sending import State, send_again
from ledger.portal.pages import ASK, whole

PAGE, MOST = 25, 100
VIEW, ACT = ("accounts.view_customer", "accounts.view_message"), "accounts.change_message"


@require_http_methods(ASK)
@permission_required(VIEW, raise_exception=True)
def mails(request: HttpRequest) -> HttpResponse:
    """What was given up first, and of the rest ?state=waiting, sent or dropped, the newest first; &before=57 goes on
    below message 57. POST tries one anew."""
    if request.method == "POST":
        return _try_again(request)
    asked = request.GET.get("state", "")
    state = asked if asked in (State.WAITING, State.SENT, State.DROPPED) else State.WAITING
    before = whole(request.GET.get("before", ""))
    customers = Message.objects.select_related("customer")
    staff = StaffMessage.objects.select_related("manager")
    rows = list(in_state(state, before)[: PAGE + 1])
    context = {
        "given_up": list(chain(*(rows.filter(state=State.DEAD).order_by("-id")[:MOST] for rows in (customers, staff)))),
        "rows": rows[:PAGE],
        "older": f"?state={state}&before={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
        "newest": f"?state={state}",
        "first": not before,
        "staff": list(staff.filter(state=state).order_by("-id")[:PAGE]),
        "states": [(one, one.label) for one in (State.WAITING, State.SENT, State.DROPPED)],
        "state": state,
        "most": MOST,
    }
    return render(request, "ledger/portal/mails.html", context)


def in_state(state: str, before: int) -> OutgoingQuerySet:
    """Mails to customers, the newest first, as they lie in message_by_state."""
    rows = Message.objects.select_related("customer").filter(state=state).order_by("-id")
    return rows.filter(pk__lt=before) if before else rows


def _try_again(request: HttpRequest) -> HttpResponse:
    """message=1 with customer=101 is a customer's mail, staff_message=1 one of the staff."""
    if not request.user.has_perm(ACT):
        raise PermissionDenied
    row = _named(request)
    if send_again(row):
        said.success(request, _("The mail to %(name)s is sent anew.") % {"name": row.reader.name})
    else:
        said.info(request, _("The mail to %(name)s is not given up any more.") % {"name": row.reader.name})
    return see_other("admin:mails")


def _named(request: HttpRequest) -> Mail:
    if number := whole(request.POST.get("staff_message", "")):
        return get_object_or_404(StaffMessage, pk=number)
    owner, number = whole(request.POST.get("customer", "")), whole(request.POST.get("message", ""))
    return get_object_or_404(Message, customer=owner, pk=number)
