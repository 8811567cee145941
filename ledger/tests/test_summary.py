"""The weekly summary: to managers alone, on the lender's day, once a week."""

import datetime

import pytest
from django.core.management import call_command

from accounts.models import Lender, Message, StaffMessage, User
from accounts.tests.post_office import post_office, send, text_of
from ledger.summary import put_summaries
from ledger.tests.shop import due, pay

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2025, 3, 17)
ONE = datetime.timedelta(1)


def test_managers_get_the_week_before_once(asha, mona, clem, nina, mira):
    due(101, "2025-03", "80.00", due_on=MONDAY - 3 * ONE)
    pay(101, "30.00", MONDAY - ONE)
    pay(101, "9.00", MONDAY)
    with post_office() as office:
        assert put_summaries(MONDAY)
        assert put_summaries(MONDAY)
        assert put_summaries(MONDAY + 2 * ONE)
        send()
        mails = {str(mail["To"]): text_of(mail) for mail in office.mails if "week" in str(mail["Subject"])}
    assert sorted(mails) == ["mira@example.com", "mona@example.com"]
    for words in ("Hello Mona Reyes", "Received in the week: $30.00", "Fell due in the week: $80.00", "$41.00"):
        assert words in mails["mona@example.com"]


def test_each_manager_reads_it_in_his_own_language_else_in_the_lenders(mona, mira, lender):
    Lender.objects.update(language="fr")
    User.objects.filter(manager=mona).update(language="es")
    with post_office() as office:
        put_summaries(MONDAY)
        send()
        mails = {str(mail["To"]): text_of(mail) for mail in office.mails}
    assert "Recibido en la semana" in mails["mona@example.com"]
    assert "Reçu dans la semaine" in mails["mira@example.com"]
    assert not any("Received in the week" in text for text in mails.values())


def test_not_on_other_days_and_not_where_the_lender_wants_none(mona, lender):
    assert not any(put_summaries(MONDAY + days * ONE) for days in range(3, 7))
    Lender.objects.update(summary_weekday=None)
    assert not put_summaries(MONDAY)
    assert StaffMessage.objects.count() == 0
    Lender.objects.update(summary_weekday=3)
    assert put_summaries(MONDAY + 3 * ONE)
    assert StaffMessage.objects.get().about == "2025-03-20"


def test_a_manager_who_was_shut_out_gets_none(mona):
    put_summaries(MONDAY)
    mona.login.is_active = False
    mona.login.save()
    with post_office() as office:
        send()
    assert office.mails == []


def test_who_is_no_manager_any_more_gets_none_and_who_is_one_does(mona, mira):
    put_summaries(MONDAY)
    mona.login.groups.clear()
    mona.login.is_staff = False
    mona.login.save()
    with post_office() as office:
        send()
    assert [mail["To"] for mail in office.mails] == ["mira@example.com"]
    assert StaffMessage.objects.get(manager=mona).state == "dropped"


def test_mails_to_the_staff_that_were_given_up_are_counted_as_well(asha, mona):
    for kind in (Message(customer=asha), StaffMessage(manager=mona), StaffMessage(manager=mona)):
        kind.kind, kind.about, kind.state = "summary", f"{kind.pk}{id(kind)}", "dead"
        kind.save()
    with post_office() as office:
        put_summaries(MONDAY)
        send()
    assert "Mails given up: 3" in text_of(office.mails[0])


def test_the_day_brings_it(mona, lender):
    Lender.objects.update(summary_weekday=lender.today().weekday())
    call_command("daily")
    call_command("daily")
    assert StaffMessage.objects.count() == 1
