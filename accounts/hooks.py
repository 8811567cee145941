"""Acts on webhooks: tell of an event in the caller's transaction, and keep the addresses that are told."""

import base64
import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import Fact
from accounts.models import Delivery, Endpoint, Event, Lender
from accounts.posting import is_open
from accounts.sealing import box
from accounts.transactions import Refused

MOST_ON = 10  # addresses that are on: each event is a row for each
BOTH = datetime.timedelta(days=1)  # how long the secret of before signs, too
PREFIX, PURPOSE = "whsec_", "accounts.hooks"


@dataclass(frozen=True)
class Told:
    """An event: of whom, what kind, the number of the row it is about, and what is told. Never a name or free text."""

    kind: str
    customer: int
    about: int
    facts: Mapping[str, Fact] = field(default_factory=dict)


def tell(events: Sequence[Told], endpoints: Collection[Endpoint] | None = None) -> None:
    """Write what the addresses that listen are to be told; of one event once, however often it is told.

    A statement or two, for one event or for hundreds; none where there is no event.
    """
    if not events:
        return
    listening = Endpoint.objects.on() if endpoints is None else endpoints
    rows = [
        Delivery(
            customer_id=told.customer,
            endpoint=endpoint,
            kind=told.kind,
            about=str(told.about),
            facts=dict(told.facts),
        )
        for endpoint in listening
        for told in events
        if told.kind in endpoint.events
    ]
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def make_endpoint(url: str, events: Sequence[str], by: str) -> tuple[Endpoint, str]:
    """A new address and its secret, which nobody is shown again. Raises Refused."""
    secret = _fresh()
    with transaction.atomic():
        endpoint = Endpoint(url=checked_address(url), events=_checked(events), made_by=by, sealed=_sealed(secret))
        endpoint.overdue_from = Lender.load().today()
        _record("make_endpoint", endpoint, {"events": ", ".join(endpoint.events)})
        _refuse_too_many()
        endpoint.save(force_insert=True)
    return endpoint, secret


def change_endpoint(
    endpoint: Endpoint, url: str | None = None, events: Sequence[str] | None = None, is_on: bool | None = None
) -> None:
    """What is left out stays. What it was not told while it was off, or did not listen, it is not told later. Raises
    Refused."""
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        was = (row.url, row.events, row.is_on)
        heard = row.is_on and Event.DUE_OVERDUE in row.events
        row.url = row.url if url is None else checked_address(url)
        row.events = row.events if events is None else _checked(events)
        row.is_on = row.is_on if is_on is None else is_on
        if was == (row.url, row.events, row.is_on):
            return
        if not heard and Event.DUE_OVERDUE in row.events:
            row.overdue_from = Lender.load().today()
        facts: dict[str, Fact] = {"events": ", ".join(row.events), "state": "on" if row.is_on else "off"}
        _record("change_endpoint", row, facts)
        if row.is_on and not was[2]:
            _refuse_too_many()
        row.save(update_fields=["url", "events", "is_on", "overdue_from"])


def new_secret(endpoint: Endpoint) -> str:
    """The one of before signs for a day beside it; one from before that, no more."""
    secret = _fresh()
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.sealed_before, row.before_until = row.sealed, timezone.now() + BOTH
        row.sealed = _sealed(secret)
        _record("new_signing_key", row, {})
        row.save(update_fields=["sealed", "sealed_before", "before_until"])
    return secret


def checked_address(url: str) -> str:
    """Raises Refused for what nothing can be sent to, or nothing should."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not url.isascii() or not url.isprintable() or " " in url or "#" in url or len(url) > 500:
        raise Refused(_("This is no address of a program. It looks like https://books.example/webhooks."))
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.DEVELOPMENT):
        raise Refused(_("The address must start with https://, so that nobody on the way can read along."))
    if parts.username is not None:
        raise Refused(_("Leave the name and password out of the address: the signature shows that it is us."))
    if not _may_be_named(parts.hostname or ""):
        raise Refused(_("This address is inside a network of its own. Name one that is public."))
    return url


def _may_be_named(host: str) -> bool:
    """What a name leads to is looked at when it is sent to; a bare number can be looked at now."""
    try:
        ip_address(host)
    except ValueError:
        return True
    return is_open(host)


def _checked(events: Sequence[str]) -> list[str]:
    if not events or not set(events) <= set(Event.values):
        raise Refused(_("Choose at least one event of the list."))
    return [name for name in Event.values if name in events]


def _refuse_too_many() -> None:
    """Under the lender's lock, so that nobody counts meanwhile."""
    if Endpoint.objects.on().count() >= MOST_ON:
        most = _("%(number)s addresses are told already. Switch one off that is not used any more.")
        raise Refused(most % {"number": MOST_ON})


def _record(act: str, endpoint: Endpoint, facts: dict[str, Fact]) -> None:
    """Takes the lender's lock. Of the address the host alone: the rest may be a secret of the receiver's."""
    audit.record_house(act, {"host": urlsplit(endpoint.url).hostname, **facts})


def body_of(told: Mapping[str, Any]) -> bytes:
    """The same bytes at every try."""
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def headers_of(endpoint: Endpoint, name: str, body: bytes) -> dict[str, str]:
    """As the Standard Webhooks specification writes them. Raises InvalidToken where SECRET_KEY is another one now."""
    at = str(int(timezone.now().timestamp()))
    signed = f"{name}.{at}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Duebook",
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(f"v1,{signature(secret, signed)}" for secret in _secrets_of(endpoint)),
    }


def signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _secrets_of(endpoint: Endpoint) -> list[str]:
    both = endpoint.before_until is not None and endpoint.before_until > timezone.now()
    sealed = [endpoint.sealed, endpoint.sealed_before] if both else [endpoint.sealed]
    return [box(PURPOSE).decrypt(one).decode() for one in sealed]


def _fresh() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _sealed(secret: str) -> str:
    return box(PURPOSE).encrypt(secret.encode()).decode()
