"""Acts on the ways in of programs: open, renew and end a session, make and revoke a personal token, know a bearer."""

import datetime
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import ApiSession, PersonalToken, User

ACCESS = datetime.timedelta(minutes=10)
REFRESH = datetime.timedelta(days=14)  # without a call to renew it
LONGEST = datetime.timedelta(days=366)  # of a personal token
MOST_SESSIONS, MOST_TOKENS = 20, 20  # of one user, alive at once
PREFIX = "dbt_"  # of a personal token, so that a scanner of repositories knows one

# What a personal token may be for; a session may do all that its user may.
SCOPES = {
    "read": _("look: customers, dues, payments, requests for credit, files, the worklist, the reports"),
    "record": _("record payments, raise dues and ask for credit"),
    "reverse": _("reverse payments, and take back loans"),
    "forgive": _("change, waive and charge off dues, and refund held credit"),
    "customers": _("add and change customers"),
    "files": _("send, post, discard and undo files"),
    "webhooks": _("see which programs are told of what, and tell them again"),
}


@dataclass(frozen=True)
class Caller:
    """Who calls, and by which key."""

    user: User
    key: ApiSession | PersonalToken

    def has_scope(self, scope: str) -> bool:
        return isinstance(self.key, ApiSession) or scope in self.key.scopes


@dataclass(frozen=True)
class Pair:
    """What a sign-in or a renewal hands out, once."""

    access: str
    refresh: str
    session: ApiSession


def open_session(user: User, agent: str = "", ip: str | None = None) -> Pair:
    """A new session; the oldest beyond MOST_SESSIONS end, and what ended long ago is forgotten."""
    now, family, current = timezone.now(), secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    told: dict[str, Any] = {"agent": agent[:200], "ip": ip, "stamp": user.get_session_auth_hash()}
    with transaction.atomic():
        session = ApiSession.objects.create(
            user=user, family=_hash(family), current=_hash(current), made_at=now, expires_at=now + REFRESH, **told
        )
        ApiSession.objects.of(user).filter(expires_at__lt=now - REFRESH).delete()
        kept = ApiSession.objects.of(user).alive().order_by("-id").values_list("pk", flat=True)[:MOST_SESSIONS]
        ApiSession.objects.of(user).exclude(pk__in=list(kept)).end()
    return Pair(_access(session), f"{session.pk}.{family}.{current}", session)


def renew_session(token: str) -> Pair | None:
    """A new pair for a refresh token that is good; it is good once. A token of before ends its whole family:
    either its owner or a thief came second, and nobody can tell which."""
    number, family, current = _parts(token)
    session = ApiSession.objects.select_related("user").filter(pk=number).first()
    if session is None or not constant_time_compare(session.family, _hash(family)) or not _stands(session):
        return None
    fresh, ends = secrets.token_urlsafe(32), timezone.now() + REFRESH
    same = ApiSession.objects.filter(pk=session.pk, current=_hash(current), ended_at__isnull=True)
    if not same.update(current=_hash(fresh), expires_at=ends):
        ApiSession.objects.filter(pk=session.pk).end()
        return None
    session.expires_at = ends
    return Pair(_access(session), f"{session.pk}.{family}.{fresh}", session)


def caller_of(bearer: str) -> Caller | None:
    """Who sends this access token or personal token; None for one that is not good, or not any more."""
    key = _token_of(bearer) if bearer.startswith(PREFIX) else _session_of(bearer)
    return Caller(key.user, key) if key and _stands(key) else None


def make_token(user: User, name: str, scopes: Iterable[str], days: int) -> tuple[PersonalToken, str]:
    """A new token and its secret, which nobody can read again. Raises ValueError for one too many."""
    secret, now = PREFIX + secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        kept = sorted(scopes)
        facts: dict[str, Any] = {"login": user.username, "called": name, "may": ", ".join(kept), "days": days}
        audit.record_house("make_token", facts)  # under the lender's lock, so that nobody counts meanwhile
        if PersonalToken.objects.of(user).alive().count() >= MOST_TOKENS:
            raise ValueError(f"You have {MOST_TOKENS} tokens. Revoke one that is not used any more.")
        told: dict[str, Any] = {"stamp": user.get_session_auth_hash(), "scopes": kept}
        token = PersonalToken.objects.create(
            user=user, name=name, secret=_hash(secret), made_at=now, expires_at=now + _days(days), **told
        )
    return token, secret


def revoke_token(token: PersonalToken) -> None:
    with transaction.atomic():
        if PersonalToken.objects.filter(pk=token.pk).end():
            audit.record_house("revoke_token", {"login": token.user.username, "called": token.name})


def shut(users: Iterable[User]) -> None:
    """End every key of these people, for good."""
    chosen = [user.pk for user in users]
    ApiSession.objects.filter(user__in=chosen).end()
    PersonalToken.objects.filter(user__in=chosen).end()


def _days(count: int) -> datetime.timedelta:
    return min(datetime.timedelta(days=count), LONGEST)


def _stands(key: ApiSession | PersonalToken) -> bool:
    """Asked of the rows at every call: who is shut out or changed the password is out at once."""
    user = key.user
    stamps = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return key.is_alive and user.is_active and any(constant_time_compare(key.stamp, stamp) for stamp in stamps)


def _access(session: ApiSession) -> str:
    now = timezone.now()
    claims = {"sub": str(session.user_id), "sid": session.pk, "iat": now, "exp": now + ACCESS}
    return jwt.encode(claims, _signing_key(settings.SECRET_KEY), algorithm="HS256")


def _session_of(bearer: str) -> ApiSession | None:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            told = jwt.decode(
                bearer, _signing_key(key), algorithms=["HS256"], options={"require": ["sub", "sid", "exp"]}
            )
        except jwt.InvalidTokenError:
            continue
        same = ApiSession.objects.filter(pk=told["sid"], user=told["sub"])
        return same.select_related("user__customer", "user__manager").first()
    return None


def _token_of(bearer: str) -> PersonalToken | None:
    rows = PersonalToken.objects.select_related("user__customer", "user__manager")
    return rows.filter(secret=_hash(bearer)).first()


def _signing_key(key: str) -> bytes:
    """32 bytes of its own, so that nothing else that SECRET_KEY signs is ever an access token."""
    return hashlib.sha256(b"accounts.programs:" + key.encode()).digest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _parts(token: str) -> tuple[int, str, str]:
    """The session's number and both secrets; 0 for what is no refresh token."""
    number, _, rest = token.partition(".")
    family, _, current = rest.partition(".")
    known = number.isascii() and number.isdigit() and len(number) < 19
    return (int(number) if known else 0), family, current
