"""The demo's books: filled once, with a model that learned from them and knows its two customers apart."""

import pytest
from django.db.models import Count

from accounts.models import Customer
from config.demo import fill_demo
from credit.deciding import decide
from credit.models import Method, ScoringModel
from credit.registry import active_model
from credit.tests.asked import request_of
from ledger.models import Payment

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_demo_has_a_model_in_use_and_101_is_approved_and_102_declined_by_each_method():
    assert fill_demo()
    assert not fill_demo()
    model = active_model()
    assert (model.row.trained_by, model.row.outcomes, ScoringModel.objects.count()) == ("demo", "derived", 1)
    assert min(model.row.bad, model.row.rows - model.row.bad) > 30
    for method in Method.values:
        good, bad = (decide(request_of(Customer(pk=number), "500.00", method)) for number in (101, 102))
        assert (good.method, good.verdict, bad.verdict) == (method, "approved", "declined")
        assert good.reasons
        assert bad.reasons
        assert bad.changes[0]["text"].startswith("Pay $")
    assert Customer.objects.count() == 40
    busy = Payment.objects.values("customer").annotate(number=Count("pk")).filter(number__gt=20)
    assert busy.count() > 30
