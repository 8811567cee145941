"""What this app and the libraries behind the sign-in hold on a customer, and what of it goes."""

import binascii
import csv
import io
import json
import zlib
from collections.abc import Iterator

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.signing import b64_decode

from accounts.holdings import GONE, PARTS, Holding, Part, by_hand, erased, kept, nobodys
from accounts.models import Customer, User, WaitingFile

WHO = kept("the sign-in of who did it: a number")
HIDDEN = "what lets somebody in"
UNUSABLE = "!erased"  # no password fits it
TELLING = 6  # letters that are no part of another word
OF_THE_LOGIN = "user__customer"

HOLDINGS = (
    Holding(
        "accounts.Customer",
        "the profile",
        whose="pk",
        fates={
            "name": erased(GONE, why="who it is"),
            "email": erased(why="who it is"),
            "phone": erased(why="who it is"),
            "age": erased(None, why="who it is"),
            "age_given_on": erased(None, why="who it is"),
            "credit_limit": kept("an amount"),
        },
    ),
    Holding(
        "accounts.User",
        "the sign-in: shut, and without a password",
        fates={
            "username": kept("made from the number"),
            "password": erased(UNUSABLE, why=HIDDEN, shown=False),
            "email": erased(why="who it is"),
            "is_active": erased(False, why="nobody signs in any more"),
            "last_login": erased(None, why="when somebody was there"),
        },
    ),
    Holding("accounts.OldAccount", "the name in an old app", goes=True),
    Holding(
        "accounts.ApiSession",
        "sign-ins of programs",
        whose=OF_THE_LOGIN,
        goes=True,
        fates={name: erased(why=HIDDEN, shown=False) for name in ("stamp", "family", "current")},
    ),
    Holding(
        "accounts.PersonalToken",
        "keys of programs",
        whose=OF_THE_LOGIN,
        goes=True,
        fates={name: erased(why=HIDDEN, shown=False) for name in ("stamp", "secret")},
    ),
    Holding(
        "usersessions.UserSession",
        "where he is signed in",
        whose=OF_THE_LOGIN,
        goes=True,
        fates={"session_key": erased(why=HIDDEN, shown=False)},
    ),
    Holding(
        "mfa.Authenticator",
        "second factors and passkeys",
        whose=OF_THE_LOGIN,
        goes=True,
        fates={"data": erased(why=HIDDEN, shown=False)},
    ),
    Holding("account.EmailAddress", "addresses of the sign-in", whose=OF_THE_LOGIN, goes=True),
    Holding(
        "account.EmailConfirmation",
        "letters that confirm an address",
        whose="email_address__user__customer",
        goes=True,
        fates={"key": erased(why=HIDDEN, shown=False)},
    ),
    Holding(
        "accounts.AuditEntry",
        "his chain of the audit trail",
        fates={
            "by": WHO,
            "act": kept("one of our own words"),
            "facts": by_hand("blanked where they may tell something personal (accounts.erasing)"),
            "before": kept("a hash", shown=False),
            "hash": kept("a hash: the chain must hold", shown=False),
        },
    ),
    Holding("accounts.SealedHead", "where his chain ended", handed_out=False, fates={"hash": kept("a hash")}),
    Holding(
        "accounts.Erasure",
        "his wishes to be erased",
        fates={"asked_by": WHO, "decided_by": WHO, "note": erased()},
    ),
    Holding("accounts.ErasedEntry", "entries without facts", handed_out=False, fates={"hash": kept("a hash")}),
    Holding("accounts.Message", "what he was told, by mail and on his page", goes=True),
    Holding("accounts.Delivery", "what programs of the lender's were told of him", goes=True),
    Holding("accounts.MailChoice", "which mails he wants", goes=True),
    Holding(
        "sessions.Session",
        "what a browser left; found by what is in it",
        whose="",
        handed_out=False,
        fates={"session_key": by_hand("goes with the row"), "session_data": by_hand("goes with the row")},
    ),
    Holding(
        "admin.LogEntry",
        "what the staff did in the admin; found by its object",
        whose="",
        handed_out=False,
        fates={
            "object_id": kept("a number"),
            "object_repr": by_hand("the name"),
            "change_message": by_hand("free text"),
        },
    ),
    Holding(
        "accounts.WaitingFile",
        "a file of the staff's that waits to be confirmed, a day at most; found by what is in it",
        whose="",
        handed_out=False,
        fates={
            name: by_hand("goes with the row, where a line names him")
            for name in ("session", "kind", "name", "file_name", "content")
        },
    ),
    nobodys("accounts.Batch", "a file of many, under the name that the staff gave it; its lines are ledger.UploadLine"),
    nobodys("accounts.Job", "work on a file or a model; its message names no more than a number"),
    nobodys("accounts.Manager", "the staff"),
    nobodys("accounts.Lender", "the lender"),
    nobodys("accounts.Logo", "the lender's picture"),
    nobodys("accounts.HouseEntry", "the trail of what is no customer's"),
    nobodys("accounts.Seal", "hashes"),
    nobodys("accounts.Endpoint", "addresses of the lender's programs"),
    nobodys("accounts.StaffMessage", "mails to the staff: sums over everybody, links to choose a password"),
    nobodys("accounts.User_groups", "roles of the staff"),
    nobodys("accounts.User_user_permissions", "rights of the staff"),
    nobodys("auth.Permission", "of the program"),
    nobodys("auth.Group", "roles of the staff"),
    nobodys("auth.Group_permissions", "of the program"),
    nobodys("contenttypes.ContentType", "of the program"),
    nobodys(
        "django_tasks_database.DBTaskResult",
        "a place in the queue, for a day: the number of a job, or of sign-ins that the trail tells of or a link is for",
    ),
)

# Numbers, days and words of our own; whatever else an entry tells makes it lose its facts.
PLAIN = frozenset({
    "login", "batch", "credit_limit", "role", "erasure", "blanked", "digest", "notebook", "language_was", "language",
    "factor",
})  # fmt: skip


def marks(customer: Customer) -> frozenset[str]:
    """What names him in a text."""
    return frozenset(filter(None, (customer.name, customer.email, customer.phone)))


def names_him(cells: list[str], customer: Customer) -> bool:
    """Whether a line of a file is about this customer."""
    known = {mark.casefold() for mark in marks(customer)} | {str(customer.pk)}
    return any(str(cell).strip().lstrip("'").casefold() in known for cell in cells)


def erase(customer: Customer) -> None:
    _end_sessions(customer)
    log = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Customer), object_id=str(customer.pk))
    log.update(object_repr=f"customer {customer.pk}", change_message="")
    for file in WaitingFile.objects.defer("content"):  # one at most for each of the staff
        if _is_in(file, customer):
            file.delete()


def _is_in(file: WaitingFile, customer: Customer) -> bool:
    text = bytes(file.content).decode("utf-8", "replace")
    return any(names_him(line, customer) for line in csv.reader(io.StringIO(text), strict=False))


def _end_sessions(customer: Customer) -> None:
    logins = set(User.objects.filter(customer=customer).values_list("pk", flat=True))
    known = UserSession.objects.filter(user__in=logins).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=[*known, *_sessions_of({str(login) for login in logins}, customer)]).delete()


def _sessions_of(logins: set[str], customer: Customer) -> Iterator[str]:
    """Every session is looked at: one that began before there was a list of them, or ended halfway, stands in none."""
    for key, data in Session.objects.values_list("session_key", "session_data").iterator():
        text = opened(data)
        try:
            user = json.loads(text).get("_auth_user_id", "")
        except ValueError:
            user = ""
        if user in logins or any(json.dumps(mark)[1:-1] in text for mark in marks(customer) if len(mark) >= TELLING):
            yield key


def opened(data: str) -> str:
    """What a session holds, as JSON. It is only looked at, so no key is needed to see who signed it."""
    packed = data.rsplit(":", 2)[0]
    try:
        held = b64_decode(packed.lstrip(".").encode())
        return (zlib.decompress(held) if packed.startswith(".") else held).decode()
    except (binascii.Error, ValueError, zlib.error):
        return ""


PARTS["accounts"] = Part(HOLDINGS, erase=erase, plain_facts=PLAIN)
