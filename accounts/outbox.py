"""Send the mails that wait, over one connection, each with the same Message-ID at every try."""

import logging
import smtplib
import time
from collections.abc import Iterator
from email.header import Header
from email.utils import formataddr, parseaddr
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.jobs import stopping
from accounts.languages import written_in
from accounts.messages import UNSUBSCRIBE, Letter, is_wanted, letter_of, topic_of, unsubscribe_token
from accounts.models import Lender, Mail, Message, StaffMessage
from accounts.sending import MOST, REST, Away, State, attempt, end, later, short
from accounts.sentences import said
from accounts.sites import usual_site
from ledger.money import begun

LEASE = max(600.0, 15.0 * settings.EMAIL_TIMEOUT)  # seconds for one mail: more than a server takes for ten answers
REFUSED = 500  # this answer and those above are final (RFC 5321, 4.2.1)
CLOSING = 421  # the server says that it goes away
CONSOLE = "django.core.mail.backends.console.EmailBackend"
log = logging.getLogger(__name__)


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
            send = partial(_send, mailer=mailer, lender=lender)
            return sum(attempt(row, LEASE, send) for row in rows if not stopping.is_set()) > 0
        except Away:
            self._rests_until = time.monotonic() + REST
            return True
        finally:
            _hang_up(mailer)


def has_a_server() -> bool:
    """In production a mail that is only printed would count as sent, and nobody would have it."""
    return bool(settings.DEVELOPMENT) or settings.EMAIL_BACKEND != CONSOLE


def due() -> Iterator[Mail]:
    now = timezone.now()
    messages = Message.objects.select_related("customer__login").due(now)[:MOST]
    return chain(messages, StaffMessage.objects.select_related("manager__login").due(now)[:MOST])


def _send(row: Mail, mailer: Any, lender: Lender) -> None:
    """Written in the reader's language. Raises Away."""
    with translation.override(written_in(row.reader, lender, row.facts.get("language", ""))):
        letter, why = _worth_sending(row)
        mail = written(row, letter, lender) if letter else None
    if mail:
        _deliver(row, mail, mailer)
    else:
        end(row, State.DROPPED, why)


def _worth_sending(row: Mail) -> tuple[Letter | None, str]:
    """The words, or why there is nothing to send."""
    if not row.address:
        return None, said("There is no address.")
    if not is_wanted(row):
        return None, said("The customer does not want mails of this kind.")
    letter = letter_of(row)
    if letter and letter.no_mail:
        return None, letter.no_mail
    return letter, said("It was true no more when it was to be sent.")


def _deliver(row: Mail, mail: EmailMultiAlternatives, mailer: Any) -> None:
    try:
        mailer.open()
    except (smtplib.SMTPException, OSError) as fault:  # a wrong password, too: the mail is not at fault
        _away(row, fault)
    try:
        mailer.send_messages([mail])
    except (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as fault:
        _refused(row, fault)
    except (ValueError, smtplib.SMTPNotSupportedError) as fault:  # an address or a name that no header takes
        end(row, State.DEAD, str(fault))
    except (smtplib.SMTPException, OSError) as fault:
        _away(row, fault)
    else:
        end(row, State.SENT, "")


def _refused(row: Mail, fault: Any) -> None:
    code, answer = _answer(fault)
    ours = isinstance(fault, smtplib.SMTPSenderRefused)  # our own address: to be mended in the settings
    if code >= REFUSED and not ours:
        end(row, State.DEAD, answer)
        return
    later(row, answer)
    if code == CLOSING:  # the connection is shut behind it: the next run opens another
        raise Away from fault


def _away(row: Mail, fault: Exception) -> None:
    later(row, said("The mail server does not answer: %(text)s", text=str(fault)))
    raise Away from fault


def _answer(fault: Any) -> tuple[int, str]:
    """The server's code and words."""
    code, answer = (
        next(iter(fault.recipients.values()))
        if isinstance(fault, smtplib.SMTPRecipientsRefused)
        else (fault.smtp_code, fault.smtp_error)
    )
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return int(code), f"{code} {words}"


def _hang_up(mailer: Any) -> None:
    try:
        mailer.close()
    except (smtplib.SMTPException, OSError):
        log.info("The mail server hung up first.")


def written(row: Mail, letter: Letter, lender: Lender) -> EmailMultiAlternatives:
    ends = _unsubscribe_at(row)
    context = {"letter": letter, "lender": lender, "name": row.reader.name, "unsubscribe": ends}
    context |= _links(row, letter)
    mail = EmailMultiAlternatives(
        short(begun(f"{lender.name}{translation.gettext(':')} {letter.subject}")),
        render_to_string("mails/letter.txt", context),
        _sender(short(lender.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
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


def _sender(name: str, address: str) -> str:
    """A name that is not ASCII is cut into words of 75 signs at most, and its lines hold 76 (RFC 2047, 2)."""
    if name.isascii():
        return formataddr((name, address))
    words = Header(name, "utf-8", maxlinelen=75, header_name="From").encode()
    return f"{' '.join(words.split())} <{address}>"


def _links(row: Mail, letter: Letter) -> dict[str, str]:
    """Only to pages that the reader can open."""
    link = letter.path and (letter.open or row.signs_in)
    choices = topic_of(row) and row.signs_in
    return {
        "link": usual_site() + letter.path if link else "",
        "choices": usual_site() + reverse("profile") if choices else "",
    }


def _unsubscribe_at(row: Mail) -> str:
    if not isinstance(row, Message) or topic_of(row) != UNSUBSCRIBE:
        return ""
    return usual_site() + reverse("unsubscribe", args=[unsubscribe_token(row.customer_id)])


def message_id(row: Mail) -> str:
    return f"<{row.lasting_name}@{urlsplit(usual_site()).hostname or 'localhost'}>"
