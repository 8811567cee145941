"""A program that answers slowly is called, and keeps no other waiting."""

from types import SimpleNamespace

import pytest

from accounts import calling, hooks
from accounts.models import Delivery, Event
from ledger.tests.shop import pay

pytestmark = pytest.mark.django_db
SLOW, QUICK = "https://slow.example.com/", "https://quick.example.com/"


@pytest.fixture
def town(lender, monkeypatch):
    """Two programs and a clock that only they move: when each was called."""
    clock = SimpleNamespace(now=1000.0, takes={SLOW: 14.0, QUICK: 0.1}, calls=[])

    def post(url, body, headers):
        clock.now += clock.takes[url]
        clock.calls.append((url, clock.now - 1000.0))
        return 200

    monkeypatch.setattr(calling, "post", post)
    monkeypatch.setattr(calling, "time", SimpleNamespace(monotonic=lambda: clock.now))
    for url in (SLOW, QUICK):
        hooks.make_endpoint(url, [Event.PAYMENT_RECORDED], "m1")
    return clock


def told(clock, url):
    return [when for called, when in clock.calls if called == url]


def run(one, clock, seconds):
    """As the worker's loop, until so many have passed."""
    while clock.now < 1000.0 + seconds:
        if not one.run():
            clock.now += 1.0


def of_many(slow):
    """As many payments wait for the slow one, and one of them, behind all others, for the quick one as well."""
    for _ in range(slow):
        pay(101, "5.00")
    last = Delivery.objects.filter(endpoint__url=QUICK).latest("pk")
    Delivery.objects.filter(endpoint__url=QUICK).exclude(pk=last.pk).delete()
    Delivery.objects.filter(pk=last.pk).update(next_at=Delivery.objects.latest("next_at").next_at)


def test_one_address_that_answers_slowly_keeps_no_other_waiting(asha, town):
    of_many(30)
    one = calling.Calls()
    assert one.run()
    assert one.run()
    assert len(told(town, SLOW)) == 1
    assert told(town, QUICK) == [pytest.approx(14.1)]


def test_it_is_told_all_the_same_in_a_quarter_of_the_time(asha, town):
    of_many(3)
    run(calling.Calls(), town, 14 * 4 * 3)
    assert told(town, SLOW) == [pytest.approx(14.0), pytest.approx(14.0 * 5, abs=2.0), pytest.approx(14.0 * 9, abs=4.0)]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_one_that_answers_in_time_rests_never(asha, town):
    """The control: its calls follow one another."""
    town.takes[SLOW] = calling.SLOW - 0.1
    of_many(5)
    assert calling.Calls().run()
    assert (len(told(town, SLOW)), len(told(town, QUICK))) == (5, 1)
