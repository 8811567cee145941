"""Mails, messages and webhooks that ended long ago are deleted; what waits is not, and nothing is told again."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import hooks
from accounts.messages import put, put_staff
from accounts.models import Customer, Delivery, Endpoint, Event, Lender, Manager, Message, StaffMessage
from ledger import forgetting
from ledger.actions import reverse_payment
from ledger.events import tell_overdue
from ledger.forgetting import KEPT_DAYS, forget_old_messages
from ledger.tests.shop import due, pay

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()
OLD, YOUNG = (NOW - datetime.timedelta(days=days) for days in (KEPT_DAYS + 2, KEPT_DAYS - 2))
ENDED = {"sent": NOW, "dropped": None, "dead": None}


def made(model: type[Message | StaffMessage | Delivery], at: datetime.datetime, state: str) -> None:
    """As if the last one had been written then."""
    row = model.objects.latest("pk")
    model.objects.filter(pk=row.pk).update(made_at=at, state=state, sent_at=ENDED.get(state))


@pytest.fixture
def endpoint(lender: Lender) -> Endpoint:
    return hooks.make_endpoint("https://example.com/told", Event.values, "m1")[0]


def told(customer: Customer, endpoint: Endpoint, about: str, kind: str = Event.PAYMENT_RECORDED) -> None:
    Delivery.objects.create(customer=customer, endpoint=endpoint, kind=kind, about=about)


def test_what_ended_long_ago_goes_and_what_waits_or_is_younger_stays(
    asha: Customer, mira: Manager, endpoint: Endpoint
) -> None:
    for at in (OLD, YOUNG):
        for state in (*ENDED, "waiting"):
            name = f"{at.date()} {state}"
            put("invite", 101, name)
            made(Message, at, state)
            put_staff("summary", [mira], name)
            made(StaffMessage, at, state)
            told(asha, endpoint, name)
            made(Delivery, at, state)
    kept = [f"{OLD.date()} waiting", *(f"{YOUNG.date()} {state}" for state in (*ENDED, "waiting"))]
    assert forget_old_messages(TODAY) == 9
    for model in (Message, StaffMessage, Delivery):
        assert list(model.objects.order_by("pk").values_list("about", flat=True)) == kept
    assert forget_old_messages(TODAY) == 0


def test_a_program_hears_of_no_late_due_twice(asha: Customer, endpoint: Endpoint) -> None:
    Endpoint.objects.update(overdue_from=datetime.date(2020, 1, 1))
    for month in ("2024-01", "2024-02"):
        due(101, month, "50.00")
    assert tell_overdue(TODAY) == 2
    Delivery.objects.update(made_at=OLD, state="sent", sent_at=NOW)
    paid = pay(101, "50.00", on=datetime.date(2024, 3, 1))
    Delivery.objects.exclude(kind=Event.DUE_OVERDUE).delete()
    assert forget_old_messages(TODAY) == 0
    reverse_payment(paid)
    assert tell_overdue(TODAY) == 0
    Delivery.objects.all().delete()
    assert tell_overdue(TODAY) == 2  # the control: without what it heard, it hears of both again


def test_it_goes_piece_by_piece_and_looks_at_no_more_than_is_old(
    asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "IN_ONE_PIECE", 3)
    for number in range(8):
        put("invite", 101, number)
        made(Message, OLD if number < 5 else YOUNG, "sent")
    assert forget_old_messages(TODAY) == 5
    with CaptureQueriesContext(connection) as few:
        forget_old_messages(TODAY)
    for number in range(10, 30):
        put("invite", 101, number)
    with CaptureQueriesContext(connection) as many:
        forget_old_messages(TODAY)
    assert len(many) == len(few)


def test_the_days_work_does_it(asha: Customer) -> None:
    put("invite", 101, "old")
    made(Message, OLD, "dropped")
    call_command("daily")
    assert not Message.objects.exists()
