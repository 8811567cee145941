"""Monitoring: what came against what was foretold, how far customers moved, and alarms that have a reason."""

import datetime
import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Lender
from accounts.tests.chores import work
from credit.actions import watching
from credit.actions.watching import watch_now
from credit.drift import Lent, Population, alarms, came_of, drifts
from credit.models import CreditPolicy, CreditRequest, Decision, ScoringModel, Watch
from credit.registry import activate
from credit.reporting import points_table
from credit.tests.shelf import CARD, books, sample, shelved
from ledger.months import month_of

PAGE = reverse("admin:credit_watching")


def approvals(number: int, foretold: float, came: float, over: bool = True) -> list[Lent]:
    chance = random.Random(5)
    return [Lent("2025 Q1", 1 - foretold, chance.random() < came, over) for _ in range(number)]


def test_what_came_as_foretold_alarms_nobody_and_twice_as_much_does():
    assert drifts(approvals(400, 0.1, 0.1)) == ""
    assert drifts(approvals(400, 0.1, 0.2)) == "worse"
    assert drifts(approvals(400, 0.2, 0.08)) == "better"
    assert drifts([]) == ""


def test_a_handful_alarms_nobody():
    assert drifts(approvals(29, 0.1, 0.9)) == ""
    assert drifts(approvals(30, 0.1, 0.9)) == "worse"


def test_loans_that_still_run_may_be_worse_but_never_better():
    assert drifts(approvals(400, 0.2, 0.02, over=False)) == ""
    assert drifts(approvals(400, 0.1, 0.2, over=False)) == "worse"


def test_rows_stand_in_their_band_and_vintage_and_the_unknown_in_none():
    rows = [
        Lent("2025 Q1", 0.95, False, True),
        Lent("2025 Q1", 1.0, True, True),
        Lent("2025 Q2", 0.81, False, False),
        Lent("2025 Q2", 0.85, None, False),
    ]
    came = came_of(rows)
    assert [(row["name"], row["rows"], row["bad"], row["over"]) for row in came["bands"]] == [
        ("8", 1, 0, 0),
        ("9", 2, 1, 2),
    ]
    assert [(row["name"], row["rows"]) for row in came["vintages"]] == [("2025 Q1", 2), ("2025 Q2", 1)]
    assert came["all"]["foretold"] == pytest.approx(0.24)


def test_customers_like_the_sample_have_not_moved_and_others_have():
    whole = sample(300)
    told = [points_table(table, whole) for table in CARD.tables]
    same, others = Population(CARD), Population(CARD)
    for row in whole.values:
        values = dict(zip(whole.names, row.tolist(), strict=True))
        same.add(values)
        others.add({**values, "missed": None})
    assert [row["moved"] < 0.01 for row in same.moved(told)] == [True, True]
    far = others.moved(told)
    assert (far[0]["feature"], far[0]["moved"] > 0.25, far[1]["moved"] < 0.01) == ("missed", True, True)
    nothing = came_of([])
    assert alarms(nothing, same.moved(told), same.rows) == []
    assert alarms(nothing, far, others.rows) == [
        "Customers differ much from those it learned from, in “Months without a payment worth the name”."
    ]
    assert alarms(nothing, far, 29) == []
    with override("es"):
        assert alarms(nothing, far, others.rows) == [
            "Los clientes difieren mucho de aquellos de los que aprendió, en «Meses sin un pago apreciable»."
        ]


@pytest.fixture
def shop(db: None) -> ScoringModel:
    """A hundred and fifty customers, all approved half a year before their books end, by a card that knows them."""
    books(150)
    model = shelved()
    told = [points_table(table, sample(150)) for table in CARD.tables]
    ScoringModel.objects.filter(pk=model.pk).update(report={"tables": told})
    today = datetime.date(2024, 12, 31)
    policy = CreditPolicy.on(Lender.load().today())
    for customer in range(1, 151):
        request = CreditRequest.objects.create(
            customer_id=customer, month=month_of(today), amount=10, method="model", asked_by="c1", state="approved"
        )
        Decision.objects.create(
            customer_id=customer, request=request, method="model", verdict="approved", score="0.950000",
            threshold="0.8", policy=policy, model=model, as_of=today,
        )  # fmt: skip
    return activate(model, "m1")


def test_the_books_say_what_came_of_approvals(shop):
    with override("es"):  # what is kept stays in English, whoever has it counted
        watch = watch_now(Watch(asked_by="m1"))
    whole = watch.figures["came"]["all"]
    assert whole["rows"] == whole["over"] <= 150
    assert whole["bad"] > 20
    assert whole["foretold"] == pytest.approx(0.05 * whole["rows"])
    assert watch.alarms[0].startswith("Calibration drifts: of those approved by the model")
    assert watch.figures["customers"] == 150
    assert [row["name"] for row in watch.figures["came"]["vintages"]] == ["2024 Q4"]


def test_true_chances_alarm_nobody(shop):
    """The control: the same books, with the chance as it was."""
    whole = watch_now(Watch(asked_by="m1")).figures["came"]["all"]
    Decision.objects.update(score=f"{1 - whole['bad'] / whole['rows']:.6f}")
    assert not any("Calibration" in alarm for alarm in watch_now(Watch(asked_by="m1")).alarms)


def test_months_count_first_answers_and_what_managers_made_of_them(shop):
    today = Lender.load().today()
    decisions = list(Decision.objects.order_by("id"))
    Decision.objects.update(as_of=today)
    for place, verdict in enumerate(("referred", "referred", "declined")):
        first = decisions[place]
        Decision.objects.filter(pk=first.pk).update(verdict=verdict)
        Decision.objects.create(
            customer_id=first.customer_id, request_id=first.request_id, method="model", verdict="approved",
            score="0.9", threshold="0.8", policy=first.policy, model=shop, as_of=today,
            overrides=first, decided_by="m1", reason="known to us",
        )  # fmt: skip
    [month] = watching.by_month(today)
    counted = [month[name] for name in ("asked", "approved", "declined", "referred", "settled", "overridden")]
    assert counted == [150, 147, 1, 2, 2, 1]
    assert watching.by_month(today + datetime.timedelta(400)) == []


def test_the_page_counts_in_the_background_and_shows_what_was_found(as_mira, shop):
    assert "Nothing was counted yet" in as_mira.get(PAGE).content.decode()
    assert as_mira.post(PAGE).status_code == 303
    assert "Waiting for a worker" in as_mira.get(PAGE).content.decode()
    assert "being counted already" in as_mira.post(PAGE, follow=True).content.decode()
    work()
    seen = as_mira.get(PAGE).content.decode()
    for said in (
        "Calibration drifts",
        "Foretold and come true",
        "2024 Q4",
        "90 to 100 %",
        "<svg",
        "150 customers of today",
    ):
        assert said in seen
    assert as_mira.get(reverse("admin:credit_watching_progress"))["HX-Refresh"] == "true"
    assert "Monitoring has found something" in as_mira.get(reverse("admin:credit_models")).content.decode()


def test_without_a_model_it_says_so(as_mira):
    as_mira.post(PAGE)
    work()
    assert "No model is active." in as_mira.get(PAGE).content.decode()


def test_clerks_do_not_see_it_and_auditors_only_look(as_clem, as_nina):
    assert as_clem.get(PAGE).status_code == 403
    assert (as_nina.get(PAGE).status_code, as_nina.post(PAGE).status_code) == (200, 403)
    assert not Watch.objects.exists()


def test_the_command_fails_where_there_is_something_to_look_at(shop):
    with pytest.raises(CommandError, match="Calibration drifts"):
        call_command("watch_models", stdout=StringIO())
    assert Watch.objects.get().alarms
    Decision.objects.all().delete()
    ScoringModel.objects.update(report={})
    call_command("watch_models", stdout=StringIO())


def test_the_queries_do_not_grow_with_the_customers(shop, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        watch_now(Watch(asked_by="m1"))
