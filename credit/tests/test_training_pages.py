"""The pages of training: the sample first, then models in the background, and the report of each."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import HouseEntry
from accounts.tests.chores import work
from credit import scorecard, training
from credit.models import Outcome, ScoringModel, Training
from credit.tests.shelf import books, shelved

pytestmark = pytest.mark.django_db
NEW = reverse("admin:credit_new_training")
WANTED = {"outcomes": "imported", "days": 90, "months": 12, "least_dues": 1, "gain": 10, "loss": 60}
GROUPS = "customer,sex,age\n" + "".join(f"{number},{'FM'[number % 2]},{20 + number % 50}\n" for number in range(1, 251))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setitem(scorecard.BOOSTING, "max_iter", 10)
    monkeypatch.setattr(training, "CHALLENGE_FROM", 200)


def ask(client: Client, **wanted) -> Training:
    assert client.post(NEW, {**WANTED, **wanted}).status_code == 303
    work()
    return Training.objects.latest("pk")


def page(row: Training) -> str:
    return reverse("admin:credit_training", args=[row.pk])


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.slow
def test_a_manager_sees_the_sample_trains_and_reads_the_report(as_mira):
    books(250)
    row = ask(as_mira, people=SimpleUploadedFile("groups.csv", GROUPS.encode()))
    seen = text(as_mira.get(page(row)))
    bad = Outcome.objects.filter(defaulted=True).count()
    assert "Train on these 250 outcomes" in seen and f"{bad / 250:.1%}" in seen
    assert not ScoringModel.objects.exists()
    assert as_mira.post(page(row), {"act": "train"}).status_code == 303
    work()
    row.refresh_from_db()
    assert (row.job.state, row.groups) == ("done", {})
    models = list(row.models.all())
    assert {model.kind for model in models} == {"scorecard", "boosting"}
    assert {(model.trained_by, model.active, model.rows) for model in models} == {("m1", False, 250)}
    seen = text(as_mira.get(reverse("admin:credit_model", args=[models[0].pk])))
    for said in ("95% interval", "Foretold and come true", "Profit for each 100", "Percentage paid", "Sex", "≤ "):
        assert said in seen
    assert seen.count("<svg") == 3 and seen.count("<table") > 8
    printed = text(as_mira.get(reverse("admin:credit_model_card", args=[models[0].pk])))
    assert "Model card" in printed and models[0].sha256 in printed
    acts = list(HouseEntry.objects.order_by("number").values_list("act", "by"))
    assert acts[-2:] == [("ask_to_train", "m1"), ("train_models", "m1")]


def test_what_the_report_shows_adds_up(as_mira):
    books(250)
    row = ask(as_mira)
    as_mira.post(page(row), {"act": "train"})
    work()
    for model in row.models.all():
        told = model.report
        assert sum(group["rows"] for group in told["calibration"]) == 250
        assert sum(band["good"] + band["bad"] for band in told["distribution"]) == 250
        assert {table["feature"] for table in told["tables"]} == set(model.features)
        for table in told["tables"]:
            bins = [*table["bins"], table["unknown"]]
            assert (sum(one["rows"] for one in bins), sum(one["bad"] for one in bins)) == (250, model.bad)
        assert told["suggested"]["profit"] == max(one["profit"] for one in told["curve"])
        assert told["later"] == {}  # all were seen on one day


def test_a_window_and_a_least_history_narrow_the_sample(as_mira):
    books(120)
    assert ask(as_mira).sample["rows"] == 120
    assert ask(as_mira, first_on="2025-07-01").sample["rows"] == 0
    assert ask(as_mira, last_on="2025-06-30", least_dues=12).sample["rows"] == 120
    assert ask(as_mira, least_dues=13).sample["rows"] == 0


def test_derived_outcomes_follow_the_days_and_months_that_are_asked_for(as_mira):
    books(120)
    strict = ask(as_mira, outcomes="derived", days=30, months=3).sample
    mild = ask(as_mira, outcomes="derived", days=120, months=6).sample
    assert strict["bad"] / strict["rows"] > mild["bad"] / mild["rows"]
    assert strict["years"][0]["year"] == 2024


def test_too_small_a_sample_is_not_trained_on(as_mira):
    books(90)
    row = ask(as_mira)
    seen = text(as_mira.get(page(row)))
    assert "are too few: 100 are needed" in seen and "Train on these" not in seen
    answer = as_mira.post(page(row), {"act": "train"}, follow=True)
    assert "are too few" in text(answer)
    work()
    assert not ScoringModel.objects.exists()


def test_an_empty_sample_says_what_to_do(as_mira):
    row = ask(as_mira, outcomes="derived")
    assert row.sample["rows"] == 0
    assert "Ask for fewer days past due" in text(as_mira.get(page(row)))


def test_stopped_work_trains_nothing_and_forgets_the_groups(as_mira):
    books(120)
    row = ask(as_mira, people=SimpleUploadedFile("groups.csv", GROUPS.encode()))
    assert row.groups
    as_mira.post(page(row), {"act": "train"})
    as_mira.post(page(row), {"act": "stop"})
    work()
    row.refresh_from_db()
    assert (row.job.state, row.groups) == ("cancelled", {})
    assert not ScoringModel.objects.exists()
    assert "The work was stopped" in text(as_mira.get(page(row)))


def test_the_same_training_is_not_done_twice(as_mira):
    books(120)
    row = ask(as_mira)
    for _ in range(2):
        as_mira.post(page(row), {"act": "train"})
    work()
    assert ScoringModel.objects.count() == 1
    assert "are there already" in text(as_mira.post(page(row), {"act": "train"}, follow=True))


def test_the_page_follows_the_work_until_it_is_over(as_mira):
    books(120)
    as_mira.post(NEW, WANTED)
    row = Training.objects.latest("pk")
    part = reverse("admin:credit_training_progress", args=[row.pk])
    assert "Waiting for a worker" in text(as_mira.get(part))
    assert "Stop the work" in text(as_mira.get(page(row)))
    work()
    assert as_mira.get(part)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"days": 0}, "greater than or equal to 1"),
        ({"first_on": "2025-02-01", "last_on": "2025-01-01"}, "The last day lies before the first."),
        ({"gain": ""}, "This field is required."),
        ({"people": SimpleUploadedFile("g.csv", b"sex,customer\n")}, "The first line names the columns"),
        ({"people": SimpleUploadedFile("g.csv", b"customer,sex\n1,F\n1,M\n")}, "stands in the file twice"),
        ({"people": SimpleUploadedFile("g.csv", b"customer,sex\n\xff\n")}, "not UTF-8"),
    ],
)
def test_a_form_that_cannot_be_used_says_why(as_mira, wanted, said):
    answer = as_mira.post(NEW, {**WANTED, **wanted})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Training.objects.exists()


def test_clerks_see_no_model_and_auditors_only_look(as_mira, as_clem, as_nina):
    books(120)
    row, model = ask(as_mira), shelved()
    looks = [NEW, page(row), reverse("admin:credit_trainings"), reverse("admin:credit_models")]
    looks += [reverse("admin:credit_model", args=[model.pk]), reverse("admin:credit_model_card", args=[model.pk])]
    assert {as_clem.get(address).status_code for address in looks} == {403}
    assert [as_nina.get(address).status_code for address in looks] == [403, 200, 200, 200, 200, 200]
    for address, act in ((page(row), "train"), (looks[4], "activate"), (looks[3], "stop")):
        assert as_nina.post(address, {"act": act}).status_code == 403
    assert "Train on these" not in text(as_nina.get(page(row)))
    work()
    assert not ScoringModel.objects.filter(active=True).exists()
    assert row.models.count() == 0


def test_without_a_model_the_page_says_what_to_do_next(as_mira):
    for name in ("credit_models", "credit_trainings"):
        assert "Train a model" in text(as_mira.get(reverse(f"admin:{name}")))
