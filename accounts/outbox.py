"""Send the mails that wait: claimed for a while, over one connection, tried again later, given up in the end.

A sender that is killed at any moment loses nothing: what it had claimed is due again when the claim runs out. It may
then arrive twice, and the second has the Message-ID of the first.
"""

import datetime
import logging
import smtplib
import time
import uuid
from collections.abc import Iterator
from email.utils import formataddr, parseaddr
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.jobs import stopping
from accounts.languages import written_in
from accounts.messages import UNSUBSCRIBE, Letter, is_wanted, letter_of, topic_of, unsubscribe_token
from accounts.models import Lender, Message, Outgoing, StaffMessage
from accounts.sites import usual_site

LEASE = max(600.0, 15.0 * settings.EMAIL_TIMEOUT)  # seconds for one mail: more than a server takes for ten answers
WAITS = (60, 300, 1800, 2 * 3600, 6 * 3600, 24 * 3600)  # seconds after each failure; given up after one more
MOST = 20  # mails of one run: a job that waits comes in between
REST = 60.0  # seconds without a try when the server does not answer
REFUSED = 500  # this answer and those above are final (RFC 5321, 4.2.1)
CONSOLE = "django.core.mail.backends.console.EmailBackend"
State = Outgoing.State
log = logging.getLogger(__name__)


class Away(Exception):
    """The mail server does not answer; no other mail would do better now."""


class Outbox:
    """What one worker sends with."""

    def __init__(self) -> None:
        self._rests_until = -REST
        self._has_a_server = has_a_server()
        if not self._has_a_server:
            log.warning("EMAIL_URL is not set: the mails wait.")

    def run(self) -> bool:
        """Send what is due, one run of it; whether anything was tried."""
        rows = list(due()) if self._has_a_server and time.monotonic() >= self._rests_until else []
        if not rows:
            return False
        mailer, lender = get_connection(), Lender.load()
        try:
            return sum(_try(row, mailer, lender) for row in rows if not stopping.is_set()) > 0
        except Away:
            self._rests_until = time.monotonic() + REST
            return True
        finally:
            _hang_up(mailer)


def has_a_server() -> bool:
    """In production a mail that is only printed would count as sent, and nobody would have it."""
    return bool(settings.DEVELOPMENT) or settings.EMAIL_BACKEND != CONSOLE


def due() -> Iterator[Outgoing]:
    now = timezone.now()
    messages = Message.objects.select_related("customer__login").due(now)[:MOST]
    return chain(messages, StaffMessage.objects.select_related("manager__login").due(now)[:MOST])


def _try(row: Outgoing, mailer: Any, lender: Lender) -> bool:
    """Claim one mail and send it; False where another worker has it. Raises Away."""
    if not _claim(row):
        return False
    if row.tries > len(WAITS) + 1:
        _end(row, State.DEAD, "Its worker ended each time without saying what became of it.")
        return True
    try:
        with translation.override(written_in(row.customer if isinstance(row, Message) else None, lender)):
            letter, why = _worth_sending(row)
            mail = _mail(row, letter, lender) if letter else None
    except Exception:
        log.exception("%s cannot be rendered.", row)
        _later(row, "The program stopped on a fault of its own; the worker's log says which.")
        return True
    if mail is None:
        _end(row, State.DROPPED, why)
    else:
        _deliver(row, mail, mailer)
    return True


def _claim(row: Outgoing) -> bool:
    """Committed before anything is sent. Refuses, loudly, inside a transaction: a mail cannot be rolled back."""
    with transaction.atomic(durable=True):
        seen = row.itself.filter(state=State.WAITING, holder=row.holder, tries=row.tries, next_at=row.next_at)
        row.holder = uuid.uuid4().hex
        lease = timezone.now() + datetime.timedelta(seconds=LEASE)
        if not seen.update(holder=row.holder, tries=F("tries") + 1, next_at=lease):
            return False
        row.tries += 1
        return True


def _worth_sending(row: Outgoing) -> tuple[Letter | None, str]:
    """The words, or why there is nothing to send."""
    if not row.address:
        return None, "There is no address."
    if not is_wanted(row):
        return None, "The customer does not want mails of this kind."
    return letter_of(row), "It was true no more when it was to be sent."


def _deliver(row: Outgoing, mail: EmailMultiAlternatives, mailer: Any) -> None:
    try:
        mailer.open()
    except (smtplib.SMTPException, OSError) as fault:  # a wrong password, too: the mail is not at fault
        _away(row, fault)
    try:
        mailer.send_messages([mail])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as fault:
        code, said = _answer(fault)
        if code >= REFUSED:
            _end(row, State.DEAD, said)
        else:
            _later(row, said)
    except (ValueError, smtplib.SMTPNotSupportedError) as fault:  # an address or a name that no header takes
        _end(row, State.DEAD, str(fault))
    except smtplib.SMTPSenderRefused as fault:  # our own address: to be mended in the settings
        _later(row, str(fault))
    except (smtplib.SMTPException, OSError) as fault:
        _away(row, fault)
    else:
        _end(row, State.SENT, "")


def _away(row: Outgoing, fault: Exception) -> None:
    _later(row, f"The mail server does not answer: {fault}")
    raise Away from fault


def _answer(fault: Any) -> tuple[int, str]:
    """The server's code and words."""
    code, said = (
        next(iter(fault.recipients.values()))
        if isinstance(fault, smtplib.SMTPRecipientsRefused)
        else (fault.smtp_code, fault.smtp_error)
    )
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return int(code), f"{code} {words}"


def _later(row: Outgoing, reason: str) -> None:
    if row.tries > len(WAITS):
        _end(row, State.DEAD, reason)
        return
    wait = datetime.timedelta(seconds=WAITS[row.tries - 1])
    _held(row).update(next_at=timezone.now() + wait, reason=_short(reason), holder="")


def _end(row: Outgoing, state: str, reason: str) -> None:
    sent_at = timezone.now() if state == State.SENT else None
    _held(row).update(state=state, sent_at=sent_at, reason=_short(reason), holder="")


def _held(row: Outgoing) -> Any:
    """The row while it is ours: another worker may have taken it when our claim ran out."""
    return row.itself.filter(holder=row.holder, state=State.WAITING)


def _short(reason: str) -> str:
    return " ".join(reason.split())[:300]


def _hang_up(mailer: Any) -> None:
    try:
        mailer.close()
    except (smtplib.SMTPException, OSError):
        log.info("The mail server hung up first.")


def _mail(row: Outgoing, letter: Letter, lender: Lender) -> EmailMultiAlternatives:
    ends = _unsubscribe_at(row)
    context = {"letter": letter, "lender": lender, "name": row.reader.name, "unsubscribe": ends}
    context |= _links(row, letter)
    mail = EmailMultiAlternatives(
        _short(f"{lender.name}: {letter.subject}"),
        render_to_string("mails/letter.txt", context),
        formataddr((_short(lender.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        [row.address],
        headers={"Message-ID": message_id(row), "Auto-Submitted": "auto-generated"},
    )
    if ends:
        mail.extra_headers |= {"List-Unsubscribe": f"<{ends}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail.attach_alternative(render_to_string("mails/letter.html", context), "text/html")
    if letter.paper:
        name, make = letter.paper
        mail.attach(name, make(), "application/pdf")
    return mail


def _links(row: Outgoing, letter: Letter) -> dict[str, str]:
    """Only to pages that the reader can open."""
    link = letter.path and (letter.open or row.signs_in)
    choices = topic_of(row) and row.signs_in
    return {
        "link": usual_site() + letter.path if link else "",
        "choices": usual_site() + reverse("profile") if choices else "",
    }


def _unsubscribe_at(row: Outgoing) -> str:
    if not isinstance(row, Message) or topic_of(row) != UNSUBSCRIBE:
        return ""
    return usual_site() + reverse("unsubscribe", args=[unsubscribe_token(row.customer_id)])


def message_id(row: Outgoing) -> str:
    """The same at every try, and of no other row: also not of one with its number in restored books."""
    moment = int(row.made_at.timestamp() * 1_000_000)
    host = urlsplit(usual_site()).hostname or "localhost"
    return f"<{row._meta.model_name}.{row.pk}.{moment}@{host}>"
