"""The lender's scores and decisions are the same to the last bit, whatever stands in the notebooks."""

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from credit.deciding import decide
from credit.models.requests import Method
from credit.registry import activate, active_model
from credit.scoring import scores
from credit.tests.asked import request_of
from credit.tests.shelf import AS_OF, books, shelved
from expenses.models import Expense
from expenses.tests import canaries
from expenses.tests.test_notebook import entry_of

pytestmark = pytest.mark.django_db


def told():
    """Every score, and a decision of each method for some customers; and what the database was asked."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        scored = list(scores(active_model(), AS_OF))
        decisions = [
            model_to_dict(decide(request_of(customer, method=method)), exclude=["id", "decided_at"])
            for customer in Customer.objects.order_by("id")[:10]
            for method in Method.values
        ]
    return scored, decisions, [query["sql"] for query in seen.captured_queries]


def test_scores_and_decisions_are_bit_identical_with_and_without_a_notebook():
    books(30)
    activate(shelved(), "m1")
    told()  # the first decision stores the policy that it goes by
    before = told()
    for customer in Customer.objects.all()[:20]:
        canaries.fill(customer)
        for amount in (1, 99_999):
            entry_of(customer, amount=amount, kind=Expense.Kind.INCOME)
    after = told()
    assert len(before[0]) == 30 and len(before[1]) >= 20
    assert (repr(after[0]), repr(after[1])) == (repr(before[0]), repr(before[1]))


def test_neither_asks_the_database_for_anything_of_a_notebook():
    books(10)
    activate(shelved(), "m1")
    asked = told()[2]
    assert len(asked) > 20 and not [sql for sql in asked if "expenses_" in sql]
