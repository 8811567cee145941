"""Mail a forgotten password's link: asked for alike whoever is meant or nobody, and sent by the worker."""

import logging
import smtplib
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone, translation
from django_tasks import task

from accounts.languages import first
from accounts.letters import reset
from accounts.messages import put, put_staff
from accounts.models import Lender, Manager, StaffMessage, User
from accounts.models.people import has_address
from accounts.outbox import has_a_server, written
from accounts.sending import WAITS
from accounts.transactions import lock, one_transaction

MOST_MAILS = 10  # logins of one address that a reset mails about
KIND = "reset"
log = logging.getLogger(__name__)


def ask_for_links(address: str) -> None:
    """One look and one row, whether the address is known or not: the time of the answer tells nothing. The row holds
    numbers of sign-ins, and no address."""
    logins = User.objects.filter(has_address(address), is_active=True).order_by("pk").values_list("pk", flat=True)
    put_links.enqueue(list(logins[:MOST_MAILS]), uuid.uuid4().hex, translation.get_language() or "")


@task()
def put_links(logins: list[int], key: str, language: str) -> None:
    """A mail for each in the outbox. May be done twice: of one key the outbox takes one."""
    for login in _put(logins, key, language):
        mail_operator.enqueue(login, language)


@one_transaction
def _put(logins: list[int], key: str, language: str) -> list[int]:
    """Returns the sign-ins that are nobody's: the outbox knows customers and staff alone."""
    meant = User.objects.filter(pk__in=logins, is_active=True).order_by("pk")
    lock([owner for owner in meant.values_list("customer_id", flat=True) if owner])
    users = list(meant)  # as they are under the lock: nothing is written to who is being erased
    for user in users:
        if user.customer_id:
            put(KIND, user.customer_id, key, read=True, language=language)
    put_staff(KIND, [user.manager for user in users if user.manager], key, language=language)
    return [user.pk for user in users if not user.customer_id and not user.manager_id]


@task()
def mail_operator(login: int, language: str, tries: int = 0) -> None:
    """Of a sign-in of the machine's operator, who has no row in the outbox; tried as often as what has one."""
    user = User.objects.filter(pk=login, is_active=True, customer=None, manager=None).first()
    if user is None or _is_sent(user, language):
        return
    if tries < len(WAITS):
        later = mail_operator.using(run_after=timezone.now() + timedelta(seconds=WAITS[tries]))
        later.enqueue(login, language, tries + 1)
    else:
        log.error("The mail with which %s chooses a new password is given up.", user)


def _is_sent(user: User, language: str) -> bool:
    if not has_a_server():
        return False
    row = StaffMessage(manager=Manager(name=user.username), kind=KIND)  # kept nowhere
    with translation.override(first(user.language, language) or settings.LANGUAGE_CODE):
        mail = written(row, reset(user), Lender.load())
    mail.to = [user.email]
    try:
        get_connection().send_messages([mail])
    except (smtplib.SMTPException, OSError, ValueError) as fault:
        log.warning("The mail with which %s chooses a new password is not sent: %s", user, fault)
        return False
    return True
