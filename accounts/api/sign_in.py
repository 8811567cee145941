"""Endpoints to sign in, to renew, and to sign out; the web's own forms check the password and the code."""

import datetime
from typing import Annotated, Any, Literal

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import Field

from accounts import programs
from accounts.api.access import Access, ApiRequest, throttle
from accounts.api.fields import LARGEST_ID, Body, Number, text
from accounts.api.problems import Problem, not_found
from accounts.forms import CustomerDoorForm, DoorForm, ManagerDoorForm
from accounts.middleware import lacks_second_factor
from accounts.models import ApiSession, PersonalToken, User
from accounts.roles import role_of
from accounts.second_factor.forms import SecondStepForm
from accounts.sign_ins import LOCKED_OUT, SIGNED_IN, tell

router = Router(tags=["Sign-in"])
THROTTLED = "too_many_login_attempts"
WAIT = 600  # seconds, as the sentence of the throttle says


class Credentials(Body):
    """What the web's sign-in asks for."""

    id: Annotated[
        Number | text(254, 1),  # type: ignore[valid-type]
        Field(description="The number, or the e-mail address.", examples=[101]),
    ]
    password: text(1000, 1, examples=["customer123"])  # type: ignore[valid-type]
    otp: Annotated[
        text(40, 1) | None,  # type: ignore[valid-type]
        Field(
            description="A code of the authenticator app, or a recovery code, where the person has one.",
            examples=[None],
        ),
    ] = None


class Person(Body):
    """Who signed in."""

    name: str
    kind: Literal["customer", "staff"]
    customer_id: Annotated[int | None, Field(examples=[101])]
    role: Annotated[str, Field(description="Of the staff: manager, clerk, auditor, or empty.", examples=[""])]


class Tokens(Body):
    """The access token goes into every request; the refresh token buys the next pair, once."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    expires_in: Annotated[int, Field(description="Seconds.", examples=[600])]
    refresh_token: str
    refresh_expires_at: datetime.datetime
    user: Person


class Renewal(Body):
    refresh_token: text(300, 1)  # type: ignore[valid-type]


class Session(Body):
    id: int
    since: datetime.datetime
    last_used_at: datetime.datetime | None
    expires_at: datetime.datetime
    agent: str
    ip: str | None
    current: bool


class Me(Person):
    """Who calls, and by what."""

    scopes: list[str]
    expires_at: datetime.datetime


@router.post("/manager/login", response=Tokens, auth=None, summary="Sign in as a member of the staff")
def manager_login(request: HttpRequest, told: Credentials) -> Any:
    return _login(request, told, ManagerDoorForm)


@router.post("/customer/login", response=Tokens, auth=None, summary="Sign in as a customer")
def customer_login(request: HttpRequest, told: Credentials) -> Any:
    """401 `otp_required`: the person has a second factor; send the same again with `otp`."""
    return _login(request, told, CustomerDoorForm)


@router.post("/token/refresh", response=Tokens, auth=None, summary="Renew")
def refresh(request: HttpRequest, told: Renewal) -> Any:
    """The refresh token is good once. One that comes a second time ends its session: it was stolen, or lost."""
    throttle(request, "login")
    with transaction.atomic():  # whoever lacks the second factor keeps his refresh token unspent
        pair = programs.renew_session(told.refresh_token)
        if pair is not None:
            request.user = pair.session.user
            _refuse_without_second_factor(request)
    if pair is None:
        raise Problem("unauthorized", _("This refresh token is not good any more. Sign in again."))
    return _tokens(pair)


@router.post("/logout", response={204: None}, auth=Access(customers=True, scope=""), summary="Sign out")
def logout(request: ApiRequest) -> Any:
    """Ends the session whose access token this is; of a personal token, the token."""
    key = request.auth.key
    if isinstance(key, PersonalToken):
        programs.revoke_token(key)
    else:
        ApiSession.objects.filter(pk=key.pk).end()
    return Status(204, None)


@router.get("/me", response=Me, auth=Access(customers=True, scope=""), summary="Who am I")
def me(request: ApiRequest) -> Any:
    key = request.auth.key
    scopes = list(programs.SCOPES) if isinstance(key, ApiSession) else key.scopes
    return {**_person(request.user), "scopes": scopes, "expires_at": key.expires_at}


@router.get("/sessions", response=list[Session], auth=Access(customers=True, sessions_only=True), summary="My sessions")
def sessions(request: ApiRequest) -> Any:
    rows = ApiSession.objects.of(request.user).alive()[: programs.MOST_SESSIONS]
    return [
        {
            "id": row.pk,
            "since": row.made_at,
            "last_used_at": row.minute,
            "expires_at": row.expires_at,
            "agent": row.agent,
            "ip": row.ip,
            "current": row.pk == request.auth.key.pk,
        }
        for row in rows
    ]


@router.delete(
    "/sessions/{int:session_id}",
    response={204: None},
    auth=Access(customers=True, sessions_only=True),
    summary="End one of my sessions",
)
def end_session(request: ApiRequest, session_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]) -> Any:
    if not ApiSession.objects.of(request.user).filter(pk=session_id).end():
        raise not_found()
    return Status(204, None)


def _login(request: HttpRequest, told: Credentials, form_class: type[DoorForm]) -> Tokens:
    throttle(request, "login")
    user = _behind_the_door(request, told, form_class)
    if is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
        _check_code(user, told.otp)
    request.user = user
    _refuse_without_second_factor(request)
    ip = get_adapter().get_client_ip(request)
    tell(user, SIGNED_IN)
    return _tokens(programs.open_session(user, request.headers.get("User-Agent", ""), ip))


def _behind_the_door(request: HttpRequest, told: Credentials, form_class: type[DoorForm]) -> User:
    """By the form of the web's door, which counts attempts before it hashes."""
    form = form_class({"login": str(told.id), "password": told.password}, request=request)
    if not form.is_valid():
        _refuse_throttled(form)
        raise Problem("wrong_credentials", _("This ID and this password do not belong together."))
    if not form.user.is_active:
        raise Problem("sign_in_closed", _("This sign-in is closed. Ask the lender."))
    return form.user


def _check_code(user: User, code: str | None) -> None:
    """A passkey cannot be shown here; whoever has nothing but passkeys gives a recovery code."""
    if not code:
        raise Problem("otp_required", _("Send the same again with otp: a code of the app, or a recovery code."))
    form = SecondStepForm({"code": code}, user=user)
    if not form.is_valid():
        _refuse_throttled(form, user)
        raise Problem("otp_wrong", _("This code does not fit, or was used already. Send the newest one."))
    form.authenticator.record_usage()


def _refuse_throttled(form: Any, user: User | None = None) -> None:
    """With a user, whose second factor is guessed at; of a password the form has told."""
    if any(form.has_error(field, THROTTLED) for field in form.errors):
        if user:
            tell(user, LOCKED_OUT)
        raise Problem("too_many_requests", _("Too many attempts. Wait 10 minutes, then try again."), Retry_After=WAIT)


def _refuse_without_second_factor(request: HttpRequest) -> None:
    if lacks_second_factor(request):
        raise Problem("second_factor_missing", _("Sign in on the web and set up a second factor first."))


def _tokens(pair: programs.Pair) -> Tokens:
    return Tokens(
        access_token=pair.access,
        expires_in=int(programs.ACCESS.total_seconds()),
        refresh_token=pair.refresh,
        refresh_expires_at=pair.session.expires_at,
        user=Person(**_person(pair.session.user)),
    )


def _person(user: User) -> dict[str, Any]:
    kind = "customer" if user.customer_id else "staff"
    role = "" if user.customer_id else role_of(user)
    return {"name": user.get_full_name(), "kind": kind, "customer_id": user.customer_id, "role": role}
