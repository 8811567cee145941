"""In the demo customer 101 is approved and 102 declined, with reasons."""

import pytest

from accounts.models import Customer
from config.demo import fill_demo
from credit.deciding import decide
from credit.tests.asked import request_of

pytestmark = pytest.mark.django_db


def test_101_is_approved_and_102_declined_and_both_read_why():
    assert fill_demo()
    first, second = (decide(request_of(Customer.objects.get(pk=number), "500.00")) for number in (101, 102))
    assert (first.verdict, second.verdict) == ("approved", "declined")
    assert all(decision.reasons for decision in (first, second))
    assert second.changes[0]["text"].startswith("Pay $")
