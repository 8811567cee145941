"""Histories from the books: nothing after the day, a reversed payment never was, a thousand cost the queries of one."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Customer
from credit.features import features
from credit.histories import histories
from ledger.actions import forgive_due, refund_credit, reverse_payment
from ledger.models import Due, Payment
from ledger.tests.shop import customers, due, pay

pytestmark = pytest.mark.django_db
MAY, JUNE = datetime.date(2025, 5, 31), datetime.date(2025, 6, 30)


def seen(customer: int, as_of: datetime.date):
    return next(histories([(customer, as_of)]))


def test_dues_and_payments_come_with_their_days_and_in_minor_units():
    customers(1, 2)
    Customer.objects.filter(id=1).update(credit_limit=Decimal(500))
    due(1, "2025-04", "100.00")
    due(2, "2025-04", "77.00")
    pay(1, "40.50", datetime.date(2025, 5, 2))
    found = seen(1, MAY)
    assert found.dues == ((datetime.date(2025, 4, 30), 10_000),)
    assert found.paid == ((datetime.date(2025, 5, 2), 4_050),)
    assert (found.limit, found.waived) == (50_000, ())
    assert seen(2, MAY).dues[0][1] == 7_700


def test_a_reversal_counts_from_its_day_on_and_then_the_payment_never_was():
    customers(1)
    due(1, "2025-04", "100.00")
    bounced = pay(1, "40.00", datetime.date(2025, 5, 2))
    reverse_payment(bounced, on=datetime.date(2025, 6, 2), note="bounced")
    assert len(seen(1, MAY).paid) == 1
    assert seen(1, JUNE).paid == ()


def test_a_waiver_settles_a_charge_off_does_not_and_a_refund_takes_back():
    customers(1)
    first, second = due(1, "2025-03", "100.00"), due(1, "2025-04", "100.00")
    for one, kind in ((first, "waiver"), (second, "charge_off")):
        forgive_due(one, Payment(customer_id=1, kind=kind, amount=Decimal(30), received_on=datetime.date(2025, 5, 1)))
    pay(1, "200.00", datetime.date(2025, 5, 3))
    refund_credit(Payment(customer_id=1, amount=Decimal(-60), received_on=datetime.date(2025, 5, 4)))
    found = seen(1, MAY)
    assert [amount for _, amount in found.waived] == [3_000]
    assert [amount for _, amount in found.paid] == [20_000, -6_000]


def test_a_thousand_customers_cost_as_many_queries_as_one():
    people = customers(*range(1, 1_202))
    Due.objects.bulk_create(
        Due(customer=person, month=datetime.date(2025, 4, 1), due_on=MAY, amount=Decimal(10)) for person in people
    )
    with CaptureQueriesContext(connection) as one:
        list(histories([(1, JUNE)]))
    with CaptureQueriesContext(connection) as all_of_them:
        assert len(list(histories((person.id, JUNE) for person in people))) == 1_201
    assert len(all_of_them) == 2 * len(one) == 6


days = st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
amounts = st.integers(1, 10**6)


class NothingLaterTests(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        before=st.lists(st.tuples(days, amounts), max_size=6),
        later=st.lists(st.tuples(st.booleans(), st.integers(1, 400), amounts), min_size=1, max_size=6),
        as_of=days,
    )
    def test_no_row_dated_later_changes_a_feature(self, before, later, as_of):
        customers(1)
        _raise((day, amount, f"before {place}") for place, (day, amount) in enumerate(before))
        first = features(seen(1, as_of))
        gap = datetime.timedelta
        _raise((as_of + gap(days), amount, f"after {at}") for at, (is_due, days, amount) in enumerate(later) if is_due)
        Payment.objects.bulk_create(
            Payment(customer_id=1, received_on=as_of + gap(days), amount=Decimal(amount), policy="oldest_first")
            for is_due, days, amount in later
            if not is_due
        )
        assert features(seen(1, as_of)) == first
        # The control: once the days have come, the same rows do count.
        assert features(seen(1, as_of + gap(401))) != features(seen(1, as_of))


def _raise(rows) -> None:
    Due.objects.bulk_create(
        Due(customer_id=1, month=day.replace(day=1), due_on=day, amount=Decimal(amount), reference=name)
        for day, amount, name in rows
    )
