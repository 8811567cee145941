"""A real SMTP server for tests: it keeps what arrives, and answers as it is told."""

import contextlib
import logging
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from unittest.mock import patch

from aiosmtpd.controller import Controller
from django.test import override_settings

from accounts.management.commands.work import do_the_next
from accounts.outbox import Outbox

TAKEN = "250 taken"
logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells of every command


class PostOffice:
    """`answers` are given to the next mails, one each, instead of taking them."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.connections = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers and (answer := self.answers.pop(0)) != TAKEN:
            return answer
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return TAKEN

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@contextlib.contextmanager
def opened(office: PostOffice | None = None) -> Iterator[tuple[PostOffice, int]]:
    """The office and its port, open while this lasts."""
    office, port = office or PostOffice(), free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield office, port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def sending_to(port: int) -> Iterator[None]:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
    ):
        yield


@contextlib.contextmanager
def post_office() -> Iterator[PostOffice]:
    """An office, and the settings that send to it."""
    with opened() as (office, port), sending_to(port):
        yield office


def send() -> None:
    """All that is due now, as a worker of its own would."""
    outbox = Outbox()
    while outbox.run():
        pass


def deliver() -> None:
    """The worker's round: the queue, then the mails. The connection stays: a test's transaction is on it."""
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        while do_the_next():
            pass
    send()


def text_of(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    assert body is not None, f"no {kind} part"
    return str(body.get_content()).replace("\r\n", "\n")
