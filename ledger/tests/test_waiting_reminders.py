"""Reminders that have waited: asked again before they go, and one for all that were written meanwhile."""

import pytest

from accounts import sending
from accounts.models import Message
from accounts.tests.post_office import post_office, send
from ledger.collecting import mark_hardship, take_promise
from ledger.models import CaseNote, Promise, Reminder
from ledger.reminding import send_reminders
from ledger.tests.shop import D, pay
from ledger.tests.test_reminders import DAY, ONE, of_today, on

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(lender):
    return lender.today()


def test_reminders_that_no_worker_sent_give_way_to_the_latest(asha, bo):
    on(101, 0)
    on(102, 0)
    for days in (-3, 0, 7):
        send_reminders(DAY + days * ONE)
    with post_office() as office:
        send()
    assert sorted(mail["To"] for mail in office.mails) == ["asha@example.com", "bo@example.com"]
    rows = Message.objects.filter(customer=101).order_by("id").values_list("state", "reason")
    assert list(rows) == [("dropped", "A later reminder took its place.")] * 2 + [("sent", "")]
    assert Reminder.objects.filter(customer=101).count() == 3


def test_one_of_another_due_and_one_that_is_being_sent_go_all_the_same(asha):
    """The control: of what the later one does not tell, or what a worker has in hand, none is dropped."""
    on(101, 0)
    send_reminders(DAY)
    (claimed,) = Message.objects.all()
    assert sending.claim(claimed, 600.0)
    on(101, 10, "20.00", month="2025-04")
    send_reminders(DAY + 7 * ONE)
    send_reminders(DAY + 10 * ONE)
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    pay(101, "50.00")
    Message.objects.filter(kind="receipt").delete()
    send_reminders(DAY + 17 * ONE)
    states = list(Message.objects.order_by("id").values_list("state", flat=True))
    assert states == ["waiting", "dropped", "dropped", "waiting"]


def test_who_is_to_be_left_alone_by_the_time_the_worker_comes_gets_no_mail(asha, bo, as_asha, today):
    for number in (101, 102):
        of_today(number, today)
    with post_office() as office:
        assert send_reminders(today).customers == 2
        mark_hardship(CaseNote(customer=asha, done="call", text="Lost the job.", recorded_by="m1", key="k" * 20))
        bo.login.is_active = False
        bo.login.save()
        send()
        assert office.mails == []
        reasons = dict(Message.objects.values_list("customer", "reason"))
        assert {number: str(reason) for number, reason in reasons.items()} == {
            101: "The customer was to be left alone when it was to be sent.",
            102: "The sign-in of the customer was shut when it was to be sent.",
        }
        assert "$50.00" in as_asha.get("/messages/").content.decode()  # the page tells it still


def test_a_promise_taken_before_the_worker_comes_holds_the_mail_back_and_another_customers_does_not(asha, bo, today):
    """The control: who made none is mailed in the same run."""
    for number in (101, 102):
        of_today(number, today)
    send_reminders(today)
    take_promise(Promise(customer=asha, amount=D("50.00"), promised_on=today + ONE, made_by="m1"))
    with post_office() as office:
        send()
    assert [mail["To"] for mail in office.mails] == ["bo@example.com"]
