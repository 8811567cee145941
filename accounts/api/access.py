"""Who may call: the bearer's token, the limit of calls, the scope of a token, and the permissions of the staff."""

import datetime
from typing import Any

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from accounts.api.problems import Problem, not_found
from accounts.middleware import lacks_second_factor
from accounts.models import ApiSession, Customer, Lender, User
from accounts.programs import Caller, caller_of


class ApiRequest(HttpRequest):
    """What Access lets through."""

    user: User
    lender: Lender
    auth: Caller


class Access(HttpBearer):
    """Lets in the staff that has these permissions and, with customers=True, any customer to what is his own.

    scope: what a personal token needs, several with spaces between. just_signed_in: as where the web asks for the
    password once more.
    Cookies count for nothing here, so that no page of another site can make a browser act.
    """

    openapi_bearerFormat = "JWT or personal token"

    def __init__(
        self,
        *codes: str,
        scope: str = "read",
        customers: bool = False,
        staff: bool = True,
        sessions_only: bool = False,
        just_signed_in: bool = False,
    ) -> None:
        super().__init__()
        self.codes, self.scope, self.customers, self.staff = codes, scope, customers, staff
        self.sessions_only, self.just_signed_in = sessions_only or just_signed_in, just_signed_in

    def __call__(self, request: Any) -> Caller:
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, bearer.strip() if kind.lower() == "bearer" else "")

    def authenticate(self, request: Any, token: str) -> Caller:
        caller = caller_of(token) if token else None
        if caller is None:
            raise Problem("unauthorized", _("Send a token that is still good: Authorization: Bearer <token>."))
        count(caller)
        request.user = caller.user  # the audit trail names him
        if lacks_second_factor(request):
            raise Problem("second_factor_missing", _("Sign in on the web and set up a second factor first."))
        self._refuse(caller)
        return caller

    def _refuse(self, caller: Caller) -> None:
        user = caller.user
        if self.sessions_only:
            refuse_token(caller)
        for scope in self.scope.split():
            if not caller.has_scope(scope):
                raise Problem("scope_missing", _("This token lacks the scope %(scope)s.") % {"scope": repr(scope)})
        if user.customer_id is not None:
            if not self.customers:
                raise Problem("forbidden", _("This is for the lender's staff."))
        elif not self.staff:
            raise Problem("forbidden", _("This is the customers' own."))
        elif not user.is_staff or not user.has_perms(self.codes):
            raise Problem("forbidden", _("Your role does not allow this."))
        if self.just_signed_in:
            _refuse_old_sign_in(caller)


def refuse_token(caller: Caller) -> None:
    """What is for a person who is signed in, no program of the night does."""
    if not isinstance(caller.key, ApiSession):
        raise Problem("scope_missing", _("A personal token cannot do this. Sign in instead."))


def _refuse_old_sign_in(caller: Caller) -> None:
    """What the web asks the password for once more; renewing a session is no sign-in."""
    seconds = app_settings.REAUTHENTICATION_TIMEOUT
    if caller.key.made_at < timezone.now() - datetime.timedelta(seconds=seconds):
        raise Problem("sign_in_again", _("Sign in once more: this takes a sign-in of a few minutes ago."))


def count(caller: Caller) -> None:
    """Each key has its own count; 429 says when the next minute begins."""
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    mine = type(caller.key).objects.filter(pk=caller.key.pk)
    if not mine.count_call(minute, settings.API_CALLS_A_MINUTE):
        most = _("At most %(most)s calls a minute with one token.") % {"most": settings.API_CALLS_A_MINUTE}
        raise Problem("too_many_requests", most, Retry_After=60 - now.second)


def throttle(request: HttpRequest, action: str) -> None:
    """The count of the web's doors, by network: 30 sign-ins a minute."""
    if not ratelimit.consume(request, app="allauth.account", action=action):
        raise Problem("too_many_requests", _("Too many attempts. Wait one minute, then try again."), Retry_After=60)


def throttle_papers(request: HttpRequest) -> None:
    """PDFs of the web and of programs are counted together, by person."""
    if not ratelimit.consume(request, app="allauth.account", action="papers", limit_get=True):
        raise Problem("too_many_requests", _("Too many papers. Wait one minute, then try again."), Retry_After=60)


def customer_of(request: ApiRequest, number: int | None) -> Customer:
    """The customer that is asked for: his own for a customer, anybody for the staff. All else is the same 404.

    None is a customer's own number, and a mistake of the staff's.
    """
    mine = request.user.customer
    if mine is not None:
        if number not in (None, mine.pk):
            raise not_found()
        return mine
    if number is None:
        raise Problem("refused", _("Say which customer, in customer_id: you are of the staff."))
    found = Customer.objects.filter(pk=number).first()
    if found is None:
        raise not_found()
    return found
