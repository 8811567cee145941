"""Reminders: by the lender's schedule, one mail a customer and run, no step twice, nobody who is to be left alone."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import messages
from accounts.messages import put
from accounts.models import Lender, MailChoice, Message
from accounts.tests.post_office import html_of, post_office, send, text_of
from ledger import reminding
from ledger.actions import change_due
from ledger.collecting import mark_hardship, take_promise
from ledger.models import CaseNote, Promise, Reminder
from ledger.reminders import LATE, step_of
from ledger.reminding import send_reminders
from ledger.tests.shop import D, due, pay

DAY = datetime.date(2025, 3, 20)
STEPS = [-3, 0, 7]
ONE = datetime.timedelta(1)


@pytest.mark.parametrize(
    ("days", "step"),
    [(-4, None), (-3, -3), (-1, -3), (0, 0), (3, 0), (4, None), (6, None), (7, 7), (10, 7), (11, None), (400, None)],
)
def test_the_step_follows_from_the_day_and_outlives_a_few_days_off(days, step):
    assert step_of(DAY, DAY + days * ONE, STEPS) == step


def test_with_steps_close_together_the_latest_counts():
    assert step_of(DAY, DAY + 2 * ONE, [0, 1, 2]) == 2
    assert step_of(DAY, DAY, []) is None
    assert LATE == 3


pytestmark = pytest.mark.django_db


def on(customer, days, amount="50.00", month="2025-03", **more):
    """A due whose day lies so many days after DAY."""
    return due(customer, month, amount, due_on=DAY + days * ONE, **more)


def test_one_mail_lists_every_due_concerned_and_a_second_run_writes_none(asha, bo):
    on(101, 3)
    on(101, 0, "20.00", kind="fee")
    on(101, -7, "30.00", month="2025-02")
    on(101, 9, "99.00", month="2025-05")
    on(102, 3)
    with post_office() as office:
        told = send_reminders(DAY)
        assert (told.customers, told.dues) == (2, 4)
        send()
        assert send_reminders(DAY).customers == 0
        send()
        first, second = sorted(office.mails, key=lambda mail: mail["To"])
    assert (first["To"], second["To"]) == ("asha@example.com", "bo@example.com")
    for words in ("$50.00", "$20.00", "$30.00", "Together: $100.00", "fee"):
        assert words in text_of(first)
    assert "$99.00" not in text_of(first)
    assert Reminder.objects.count() == 4


def test_a_reminder_that_left_no_mark_is_noticed(asha, monkeypatch):
    """The control of the test above: without the mark, and under a name of its own, it is written twice."""
    on(101, 0)
    monkeypatch.setattr(reminding.Reminder.objects, "bulk_create", lambda rows: rows)
    monkeypatch.setattr(reminding, "put", lambda kind, owner, about, **facts: put(kind, owner, uuid4(), **facts))
    assert [send_reminders(DAY).customers, send_reminders(DAY).customers] == [1, 1]
    assert Message.objects.count() == 2


def test_the_next_step_is_a_mail_of_its_own(asha):
    on(101, 0)
    runs = [send_reminders(DAY + days * ONE).dues for days in range(-5, 12)]
    assert runs == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("days", "subject"),
    [
        ((0, 0), "$100.00 falls due today"),
        ((2, 2), "$100.00 falls due on Mar 22, 2025"),
        ((0, 3), "$100.00 falls due from today"),
        ((1, 3), "$100.00 falls due from Mar 21, 2025"),
        ((-7, 3), "$100.00 is overdue or falls due"),
    ],
)
def test_the_subject_names_the_day_only_where_it_is_one_for_all(asha, days, subject):
    for number, one in enumerate(days, 1):
        on(101, one, month=f"2025-{number:02}")
    with time_machine.travel(datetime.datetime(2025, 3, 20, 12, tzinfo=datetime.UTC)), post_office() as office:
        send_reminders(DAY)
        send()
    assert [mail["Subject"] for mail in office.mails] == [f"Duebook: {subject}"]


def test_what_is_paid_before_the_worker_comes_is_not_asked_for(asha):
    on(101, 0)
    send_reminders(DAY)
    pay(101, "50.00")
    with post_office() as office:
        send()
    assert [mail["Subject"] for mail in office.mails] == ["Duebook: We received $50.00"]


def test_no_address_no_mail_and_who_signs_in_still_reads_it_on_the_page(asha, bo):
    bo.email = ""
    bo.save()
    on(102, 0)
    asha.login.delete()
    asha.email = ""
    asha.save()
    on(101, 0)
    with post_office() as office:
        assert send_reminders(DAY).customers == 1
        send()
    assert office.mails == []
    assert Message.objects.get().reason == "There is no address."


def test_a_customer_whose_sign_in_is_shut_is_not_reminded(asha, bo):
    on(101, 0)
    on(102, 0)
    asha.login.is_active = False
    asha.login.save()
    assert send_reminders(DAY).customers == 1


@pytest.fixture
def today(lender):
    return lender.today()


def of_today(customer, today, amount="50.00"):
    return due(customer, f"{today:%Y-%m}", amount, due_on=today)


def test_hardship_is_left_alone(asha, bo, today):
    of_today(101, today)
    of_today(102, today)
    mark_hardship(CaseNote(customer=asha, done="call", text="Lost the job.", recorded_by="m1", key="k" * 20))
    assert send_reminders(today).customers == 1
    assert Message.objects.get().customer_id == 102


def test_a_promise_is_waited_for_and_no_longer(asha, today):
    of_today(101, today)
    take_promise(Promise(customer=asha, amount=D("50.00"), promised_on=today + ONE, made_by="m1"))
    assert send_reminders(today).customers == 0
    assert send_reminders(today + ONE).customers == 0
    assert send_reminders(today + 2 * ONE).customers == 1


def test_a_lender_without_a_schedule_reminds_nobody(asha, lender):
    on(101, 0)
    Lender.objects.update(reminder_days="")
    assert send_reminders(DAY).customers == 0
    Lender.objects.update(reminder_days="0")
    assert send_reminders(DAY).customers == 1


@pytest.mark.parametrize("days", ["", "3", "-60,366", "0,1,2,3,4,5,6,7,8,9"])
def test_a_schedule_is_days_with_commas(lender, days):
    lender.reminder_days = days
    lender.full_clean()


@pytest.mark.parametrize("days", ["soon", "1,,2", "1,1", "-61", "367", "0,1,2,3,4,5,6,7,8,9,10", "1.5"])
def test_a_schedule_that_makes_no_sense_is_refused(lender, days):
    lender.reminder_days = days
    with pytest.raises(ValidationError, match="reminder_days"):
        lender.full_clean()


def test_the_command_and_the_day_both_write_them_once(asha, today, capsys):
    of_today(101, today)
    call_command("send_reminders")
    call_command("daily")
    call_command("send_reminders", "--on", f"{today}")
    assert "1 customers reminded of 1 dues" in capsys.readouterr().out
    assert Message.objects.filter(kind="reminder").count() == 1
    with pytest.raises(CommandError, match="still to come"):
        call_command("send_reminders", "--on", "2999-01-01")


def test_one_click_ends_them_without_a_sign_in(asha, client):
    """As RFC 8058 has it: the header names the address, a mail program posts there, without cookie or CSRF token."""
    on(101, 0)
    send_reminders(DAY)
    with post_office() as office:
        send()
    (mail,) = office.mails
    assert "No more reminders" in html_of(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(mail["List-Unsubscribe"]).strip()
    path = address.strip("<>").removeprefix("http://localhost:8000")
    page = client.get(path)
    assert (page.status_code, MailChoice.objects.count()) == (200, 0)
    assert "Send me no more reminders" in page.content.decode()
    strict = client.__class__(enforce_csrf_checks=True)
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert strict.post(path).status_code == 200
    choice = MailChoice.objects.get()
    assert (choice.customer_id, choice.receipts, choice.reminders, choice.decisions) == (101, True, False, True)
    on(101, 3, month="2025-04")
    send_reminders(DAY)
    with post_office() as office:
        send()
    assert office.mails == []


def test_a_made_up_token_ends_nobodys(asha, client):
    good = messages.unsubscribe_token(101)
    for token in ("102" + good[3:], good[:-1], "101", "x.y"):
        assert client.post(reverse("unsubscribe", args=[token])).status_code == 404
    assert MailChoice.objects.count() == 0


def told_by(day):
    return sum(send_reminders(day).dues for _ in range(2))


def test_a_due_that_is_postponed_is_reminded_of_again_before_its_new_day(asha):
    postponed = on(101, 3)
    on(101, 3, "20.00", kind="fee")
    assert told_by(DAY) == 2
    change_due(postponed, due_on=DAY + 13 * ONE)
    assert told_by(DAY) == 0
    assert told_by(DAY + 3 * ONE) == 1  # the fee, on its day
    assert told_by(DAY + 10 * ONE) == 2  # the new day, and the fee a week late
    assert told_by(DAY + 13 * ONE) == 1
    assert Message.objects.filter(kind="reminder").count() == 4


def test_a_day_that_comes_back_is_not_told_twice(asha):
    moved = on(101, 3)
    assert told_by(DAY) == 1
    change_due(moved, due_on=DAY + 13 * ONE)
    change_due(moved, due_on=DAY + 3 * ONE)
    assert told_by(DAY) == 0
    change_due(moved, amount=D(40))
    assert told_by(DAY) == 0
    assert Reminder.objects.get().step == -3


def test_steps_that_were_told_do_not_meet_while_they_move(asha):
    moved = on(101, 3)
    assert [told_by(DAY + days * ONE) for days in (0, 3)] == [1, 1]
    change_due(moved, due_on=DAY + 6 * ONE)  # by as many days as lie between the two
    assert sorted(Reminder.objects.values_list("step", flat=True)) == [-6, -3]
    assert told_by(DAY + 3 * ONE) == 0  # told today already
    change_due(moved, due_on=DAY + 40_000 * ONE)
    assert not Reminder.objects.exists()


def test_one_whose_day_stays_keeps_what_was_told_of_it(asha, bo):
    moved = on(101, 3)
    on(101, 3, "20.00", kind="fee")
    on(102, 3)
    assert told_by(DAY) == 3
    change_due(moved, due_on=DAY + 4 * ONE)
    assert sorted(Reminder.objects.values_list("customer", "step")) == [(101, -4), (101, -3), (102, -3)]
