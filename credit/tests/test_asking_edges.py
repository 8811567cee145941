"""Edges of a decision: nothing due, dues to come only, let off, charged off, overpaid, a limit of nothing."""

import datetime

import pytest
from django.utils.translation import override

from credit.actions import ask
from credit.deciding import decide
from credit.models import Decision
from credit.registry import activate
from credit.tests.asked import D, owing, policy, request_of, this_month
from credit.tests.shelf import shelved
from credit.wording import no_model_words
from expenses.tests.test_notebook import entry_of
from ledger.actions import add_due, forgive_due, record_payment
from ledger.models import Due, Payment

pytestmark = pytest.mark.django_db
METHODS = ("percentage", "model")


def let_off(customer, kind):
    due = Due.objects.filter(customer=customer).unpaid().earliest("month")
    forgive_due(due, Payment(customer=customer, kind=kind, amount=due.balance))


@pytest.fixture(params=METHODS)
def method(request, lender):
    """Either way to judge; the model is one that would approve nearly anybody."""
    activate(shelved(), "m1")
    return request.param


def test_nothing_ever_due_refers(asha, method):
    assert ask(request_of(asha, method=method)).verdict == "referred"


def test_dues_that_are_all_to_come_refer(asha, method):
    for later in (1, 2, 3):
        add_due(Due(customer=asha, month=this_month(later), amount=D(100)))
    record_payment(Payment(customer=asha, amount=D(100)))
    assert ask(request_of(asha, method=method)).verdict == "referred"


def test_measured_against_all_dues_those_to_come_count(asha):
    policy(basis="all")
    for later in (1, 2):
        add_due(Due(customer=asha, month=this_month(later), amount=D(100)))
    record_payment(Payment(customer=asha, amount=D(160)))
    assert ask(request_of(asha)).verdict == "approved"
    add_due(Due(customer=asha, month=this_month(3), amount=D("0.01")))
    declined = ask(request_of(asha))
    assert declined.verdict == "declined"
    assert declined.changes[0]["pay"]


def test_too_few_dues_refer(asha, method):
    policy(least_dues=3)
    owing(asha, "100.00", "100.00")
    decision = ask(request_of(asha, method=method))
    assert decision.verdict == "referred"
    assert decision.reasons[0]["text"] == "Only 2 of the 3 dues that are needed to judge by have been seen."


def test_who_paid_more_than_was_due_is_at_a_hundred_percent_and_no_more(asha):
    owing(asha, "100.00")
    record_payment(Payment(customer=asha, amount=D(500)))
    decision = ask(request_of(asha, "700.00"))
    assert (decision.verdict, decision.score) == ("approved", D(100))
    due = Due.objects.get(customer=asha, amount=D(700))
    assert due.paid == D(500)  # held credit pays what was lent at once


def test_what_was_waived_is_not_asked_for_and_what_was_charged_off_is(asha):
    owing(asha, "0", "0", "100.00")
    let_off(asha, Payment.Kind.WAIVER)
    assert decide(request_of(asha)).score == D(50)
    let_off(asha, Payment.Kind.CHARGE_OFF)
    decision = decide(request_of(asha))
    assert decision.score == D(50)
    assert decision.changes == []  # no payment reaches a due that was charged off


def test_what_was_let_off_whole_says_nothing(asha, method):
    owing(asha, "0")
    let_off(asha, Payment.Kind.WAIVER)
    assert ask(request_of(asha, method=method)).verdict == "referred"


def test_a_limit_of_nothing_lends_nothing(asha, method):
    asha.credit_limit = D(0)
    asha.save()
    owing(asha, "100.00")
    assert ask(request_of(asha, "0.01", method)).verdict == "declined"


def test_without_a_limit_or_without_its_rule_none_is_looked_at(asha):
    owing(asha, "100.00")
    assert decide(request_of(asha, "99999999.00")).verdict == "approved"
    asha.credit_limit = D(10)
    asha.save()
    assert decide(request_of(asha, "99999999.00")).verdict == "declined"
    policy(largest_multiple=None)
    assert decide(request_of(asha, "99999999.00")).verdict == "approved"


def test_a_broken_model_refers_and_the_customer_reads_no_more_than_needed(asha):
    model = activate(shelved(), "m1")
    type(model).objects.filter(pk=model.pk).update(sha256="0" * 64)
    owing(asha, "100.00")
    decision = ask(request_of(asha, method="model"))
    assert decision.verdict == "referred"
    assert "changed" not in decision.reasons[0]["text"]
    kept = Decision.objects.get(pk=decision.pk).figures
    assert no_model_words(kept) == f"The file of scorecard {model.pk} was changed after it was trained."
    with override("es"):
        assert no_model_words(kept) == f"El archivo de tabla de puntuación {model.pk} se cambió después de entrenarlo."


def test_another_customer_s_books_change_nothing(asha, bo, method):
    owing(asha, "100.00", "20.00")
    before = seen(decide(request_of(asha, method=method)))
    owing(bo, "100.00", "100.00", "0")
    assert seen(decide(request_of(asha, method=method))) == before


def test_the_private_notebook_changes_nothing(asha, method):
    owing(asha, "100.00", "20.00")
    before = decide(request_of(asha, method=method))
    entry_of(asha, amount=D(5000))
    after = decide(request_of(asha, method=method))
    assert (seen(after), after.figures, after.changes) == (seen(before), before.figures, before.changes)


def test_what_is_dated_after_today_changes_no_score(asha, method):
    """Nor does it count as paid: a due to come may be paid ahead."""
    owing(asha, "100.00", "20.00")
    before = seen(decide(request_of(asha, method=method)))
    for later in range(1, 4):
        add_due(Due(customer=asha, month=this_month(later), amount=D(1000)))
    assert seen(decide(request_of(asha, method=method))) == before


def seen(decision: Decision):
    return decision.verdict, decision.score, decision.points, decision.reasons, decision.as_of


def test_the_due_of_today_counts_and_that_of_tomorrow_does_not(asha, lender):
    today = lender.today()
    owing(asha, "100.00")
    tomorrow = today + datetime.timedelta(1)
    add_due(Due(customer=asha, month=tomorrow.replace(day=1), due_on=tomorrow, amount=D(100)))
    assert decide(request_of(asha)).score == D(100)
    add_due(Due(customer=asha, month=today.replace(day=1), due_on=today, amount=D(100), reference="b"))
    assert decide(request_of(asha)).score == D(50)
