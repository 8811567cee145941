"""Tell the audit trail of sign-ins and of how somebody signs in: never waiting for others, and only so often."""

import datetime
import time
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from accounts.actor import acting, actor
from accounts.audit import record_house
from accounts.backends import MOST_SHARED, behind
from accounts.models import Lender, User
from accounts.transactions import one_transaction

HOUR = 3600
SIGNED_IN, LOCKED_OUT = "sign_in", "lock_out"
ONCE = (SIGNED_IN, LOCKED_OUT)  # an hour, of each person and door; what a person changes is told each time
# An hour, of the staff and of the customers: who guesses at everybody's password fills no trail.
LOCKED_OUT_IN_ALL = 200
# Each act as a page of the trail names it.
WORDS: dict[str, Any] = {
    SIGNED_IN: _("Signed in"),
    LOCKED_OUT: _("Sign-in refused for a while, after too many wrong tries"),
    "change_password": _("Password changed"),
    "reset_password": _("Password chosen anew by a mailed link"),
    "add_second_factor": _("Second factor added"),
    "remove_second_factor": _("Second factor removed"),
    "new_recovery_codes": _("New recovery codes made"),
}
# What allauth would write a mail of, and what the trail says instead.
CHANGES = {
    "account/email/password_changed": ("change_password", ""),
    "account/email/password_set": ("change_password", ""),
    "account/email/password_reset": ("reset_password", ""),
    "mfa/email/totp_activated": ("add_second_factor", "authenticator app"),
    "mfa/email/totp_deactivated": ("remove_second_factor", "authenticator app"),
    "mfa/email/webauthn_added": ("add_second_factor", "passkey"),
    "mfa/email/webauthn_removed": ("remove_second_factor", "passkey"),
    "mfa/email/recovery_codes_generated": ("new_recovery_codes", ""),
}


def tell(user: User, act: str, factor: str = "") -> None:
    """A house entry, also of a customer: his own chain stands under the lock of his books, which a file may hold for
    long. Where the house's is held too, the worker writes the entry later."""
    if not _is_to_be_told(user, act):
        return
    facts = {"login": user.username} | ({"factor": factor} if factor else {})
    with transaction.atomic():
        free = Lender.objects.select_for_update(skip_locked=True).filter(pk=Lender.load().pk)
        if free.values_list("pk").first():
            record_house(act, facts)
        else:
            who = actor()
            tell_later.enqueue(act, facts, who.name, who.door, timezone.now().isoformat())


def tell_of_change(notice: str, user: User) -> None:
    """By the name of allauth's mail."""
    if notice in CHANGES:
        tell(user, *CHANGES[notice])


def tell_locked_out(door: str | None, name: str) -> None:
    """Whoever may be meant by the name; nobody where it is nobody's."""
    for user in behind(door, name)[:MOST_SHARED]:
        tell(user, LOCKED_OUT)


@task()
def tell_later(act: str, facts: dict[str, str], by: str, door: str, at: str) -> None:
    with acting(by, door):
        _tell_when_free(act, facts, datetime.datetime.fromisoformat(at))


@one_transaction
def _tell_when_free(act: str, facts: dict[str, str], at: datetime.datetime) -> None:
    """Tries again where the house is held for longer than a lock is waited for."""
    record_house(act, facts, at)


def _is_to_be_told(user: User, act: str) -> bool:
    if act not in ONCE:
        return True
    if not _is_within(f"{act}:{actor().door}:{user.pk}", 1):
        return False
    return act != LOCKED_OUT or _is_within(f"{act}:{'staff' if user.is_staff else 'customers'}", LOCKED_OUT_IN_ALL)


def _is_within(key: str, most: int) -> bool:
    """Counts by the hour of the clock. Two at the same moment may count as one, which tells once too often."""
    key = f"trail:{int(time.time()) // HOUR}:{key}"
    seen = cache.get(key, 0)
    if seen < most:
        cache.set(key, seen + 1, HOUR)
    return bool(seen < most)
