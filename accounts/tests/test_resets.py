"""A forgotten password's mail waits in the outbox as every other: never lost, never printed, and telling nobody who is
known here."""

import datetime
import json
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts import actions, jobs, outbox, resets
from accounts.models import Customer, Manager, Message, StaffMessage, User
from accounts.sending import WAITS
from accounts.tests.cast import signed_in
from accounts.tests.post_office import deliver, free_port, post_office, sending_to, text_of

pytestmark = pytest.mark.django_db
ADDRESSES = ("asha@example.com", "mira@example.com", "root@example.com", "nobody@example.com")


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("root", "a-long-word-7", email="root@example.com")


def post(address: str) -> int:
    return Client().post("/password/reset/", {"email": address}).status_code


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + datetime.timedelta(seconds=seconds))


def test_with_no_server_the_page_answers_and_the_mails_come_when_it_is_back(
    asha: Customer, mira: Manager, operator: User
) -> None:
    with sending_to(free_port()):
        assert [post(address) for address in ADDRESSES] == [302] * 4
        deliver()
        deliver()
        waiting = [Message.objects.get(), StaffMessage.objects.get()]
        assert {(row.state, row.kind) for row in waiting} == {("waiting", "reset")}
    with later(WAITS[0] + 1), post_office() as office:
        deliver()
    told = {str(mail["To"]): text_of(mail) for mail in office.mails}
    assert sorted(told) == sorted(ADDRESSES[:3])
    assert ["customer number 101" in told[ADDRESSES[0]], "staff number 1" in told[ADDRESSES[1]]] == [True, True]
    assert "a new password for root." in told[ADDRESSES[2]]
    assert all("/password/reset/" in words for words in told.values())


def test_in_production_without_a_server_no_link_is_printed(
    asha: Customer, mira: Manager, operator: User, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND, settings.DEVELOPMENT = outbox.CONSOLE, False
    for address in ADDRESSES:
        post(address)
    deliver()
    assert capsys.readouterr().out == ""
    settings.DEVELOPMENT = True  # the control
    with later(WAITS[0] + 1):
        deliver()
    printed = capsys.readouterr().out
    assert [f"To: {address}" in printed for address in ADDRESSES] == [True, True, True, False]


def test_the_web_process_does_the_same_for_an_address_that_is_known_and_one_that_is_not(
    asha: Customer, mailoutbox: list[EmailMessage]
) -> None:
    done = []
    for address in (ADDRESSES[1], ADDRESSES[0], ADDRESSES[3]):  # the first one warms up
        with CaptureQueriesContext(connection) as seen:
            post(address)
        done.append([one["sql"].split(" ")[0] for one in seen])
    assert done[1] == done[2]
    assert mailoutbox == []
    args = [json.dumps(one) for one in DBTaskResult.objects.values_list("args_kwargs", flat=True)]
    assert len(args) == 3
    assert "example.com" not in str(args)


def test_what_a_killed_worker_left_is_done_by_the_next_and_comes_once(
    asha: Customer, mailoutbox: list[EmailMessage]
) -> None:
    post(ADDRESSES[0])
    [told] = DBTaskResult.objects.values_list("args_kwargs", flat=True)
    resets.put_links.func(*told["args"])  # and then the worker is gone, before it could say so
    long_ago = timezone.now() - datetime.timedelta(seconds=2 * jobs.LATE)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=long_ago)
    jobs.reap()
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY
    deliver()
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert len(mailoutbox) == 1


def test_what_was_killed_before_anything_was_kept_is_not_lost(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    post(ADDRESSES[0])
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=timezone.now())
    jobs.reap()
    deliver()
    assert mailoutbox == []  # its worker may be at it still
    with later(2 * jobs.LATE):
        jobs.reap()
        deliver()
    assert len(mailoutbox) == 1


def test_who_is_shut_out_before_it_is_sent_gets_none(
    asha: Customer, mira: Manager, operator: User, mailoutbox: list[EmailMessage]
) -> None:
    for address in ADDRESSES:
        post(address)
    actions.set_active([asha.login, mira.login, operator], False)
    deliver()
    assert mailoutbox == []
    assert not Message.objects.exists()


def test_the_operators_mail_is_given_up_as_others_are_and_the_log_says_so(
    operator: User, caplog: pytest.LogCaptureFixture
) -> None:
    post(ADDRESSES[2])
    with sending_to(free_port()), time_machine.travel(timezone.now()) as clock:
        deliver()
        for wait in WAITS:
            clock.shift(wait + 1)
            deliver()
    told = [record.getMessage() for record in caplog.records if record.name == resets.__name__]
    assert len(told) == len(WAITS) + 2
    assert told[-1] == "The mail with which root chooses a new password is given up."
    assert not DBTaskResult.objects.ready().exists()


def test_the_link_stands_in_the_mail_alone(asha: Customer, mailoutbox: list[EmailMessage]) -> None:
    post(ADDRESSES[0])
    deliver()
    assert len(mailoutbox) == 1
    page = signed_in(asha).get("/messages/")
    assert "No messages yet" in page.text
    assert "bell-count" not in page.text
    assert Message.objects.get().facts == {"language": "en"}
