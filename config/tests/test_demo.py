"""The demo's books: filled once, with a model that learned from them and knows its two customers apart."""

import pytest
from django.db.models import Count

from accounts.models import Customer, Lender
from config.demo import fill_demo
from credit.histories import histories
from credit.models import ScoringModel
from credit.registry import active_model
from credit.rules import ModelPolicy
from credit.scoring import used
from ledger.models import Payment

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_model_in_use_that_101_passes_and_102_does_not():
    assert fill_demo()
    assert not fill_demo()
    model = active_model()
    assert (model.row.trained_by, model.row.outcomes, ScoringModel.objects.count()) == ("demo", "derived", 1)
    assert min(model.row.bad, model.row.rows - model.row.bad) > 30
    today = Lender.load().today()
    good, bad = (
        model.card.p_repays(model.card.points(used(model, history)))
        for history in histories([(101, today), (102, today)])
    )
    assert bad < float(ModelPolicy().threshold) <= good
    assert Customer.objects.count() == 40
    busy = Payment.objects.values("customer").annotate(number=Count("pk")).filter(number__gt=20)
    assert busy.count() > 30
