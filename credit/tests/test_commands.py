"""train_scorecard and score_customers, on a made-up shop in the database."""

import csv
import datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import Customer
from credit import scorecard, training
from credit.derived import Default, defaulted, looks
from credit.models import Outcome, ScoringModel, Training
from credit.tests.shelf import AS_OF, books, shelved
from credit.timeline import History
from ledger.models import Payment

pytestmark = pytest.mark.django_db
NUMBER = 160


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The steps of the challenger are measured elsewhere (test_scorecard, test_real_data)."""
    monkeypatch.setitem(scorecard.BOOSTING, "max_iter", 10)


def run(*words: str) -> str:
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def rows(path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_shop_trains_activates_and_scores_everybody(tmp_path):
    books(NUMBER)
    said = run("train_scorecard", "--activate")
    model = ScoringModel.objects.get()
    assert (
        f"{NUMBER} outcomes" in said
        and "No challenger: it needs 5000 outcomes." in said
        and f"Active: {model}." in said
    )
    assert (model.active, model.rows, model.first_as_of) == (True, NUMBER, AS_OF)
    assert model.metrics["auc"] > 0.6
    out = tmp_path / "scores.csv"
    run("score_customers", "--as-of", f"{AS_OF}", "--out", f"{out}")
    found = rows(out)
    assert list(found[0]) == ["customer", "as_of", "p_repays", "points", "model"]
    assert [int(row["customer"]) for row in found] == list(range(1, NUMBER + 1))
    assert {row["model"] for row in found} == {str(model)}
    assert all(0 < float(row["p_repays"]) < 1 and int(row["points"]) is not None for row in found)
    bad = set(Outcome.objects.filter(defaulted=True).values_list("customer_id", flat=True))
    mean = {side: _mean(row for row in found if (int(row["customer"]) in bad) == side) for side in (True, False)}
    assert mean[True] < mean[False] - 0.05
    Payment.objects.bulk_create(
        Payment(customer_id=number, received_on=AS_OF + datetime.timedelta(1), amount=999, policy="oldest_first")
        for number in range(1, NUMBER + 1)
    )
    again = tmp_path / "again.csv"
    run("score_customers", "--as-of", f"{AS_OF}", "--out", f"{again}")
    assert again.read_bytes() == out.read_bytes()
    run("score_customers", "--as-of", f"{AS_OF + datetime.timedelta(1)}", "--out", f"{again}")
    assert [row["points"] for row in rows(again)] != [row["points"] for row in found]


def _mean(found) -> float:
    chances = [float(row["p_repays"]) for row in found]
    return sum(chances) / len(chances)


def test_the_better_of_two_comes_first_and_is_activated(monkeypatch):
    monkeypatch.setattr(training, "CHALLENGE_FROM", 150)
    books(NUMBER)
    run("train_scorecard", "--activate")
    best = max(ScoringModel.objects.all(), key=lambda model: model.metrics["auc"])
    assert {model.kind for model in ScoringModel.objects.all()} == {"scorecard", "boosting"}
    assert ScoringModel.objects.get(active=True) == best


@time_machine.travel("2026-11-21T12:00Z", tick=True)
def test_too_few_outcomes_train_nothing():
    books(90)
    with pytest.raises(CommandError, match=r"90 outcomes with \d+ defaults are too few: 100 are needed"):
        run("train_scorecard")
    Outcome.objects.all().delete()
    with pytest.raises(CommandError, match=r"89 outcomes with \d+ defaults are too few"):
        run("train_scorecard", "--outcomes", "derived")
    assert not ScoringModel.objects.exists()


def test_without_an_active_model_no_file_is_written(tmp_path):
    shelved()
    out = tmp_path / "scores.csv"
    with pytest.raises(CommandError, match=r"No model is active\. Nobody was scored"):
        run("score_customers", "--as-of", "2025-06-30", "--out", f"{out}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path):
    ScoringModel.objects.filter(pk=shelved().pk).update(active=True)
    Customer.objects.create(id=1, name="One")
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        run("score_customers", "--as-of", "2025-06-30", "--out", f"{tmp_path / 'none' / 'scores.csv'}")


D = datetime.date


def later(*paid: tuple[D, int]) -> History:
    return History(1, D(2025, 6, 30), None, ((D(2024, 6, 1), 100), (D(2024, 12, 1), 100)), paid)


@pytest.mark.parametrize(
    ("paid", "bad"),
    [
        ([(D(2024, 6, 1), 200)], False),
        ([(D(2024, 6, 1), 100), (D(2025, 2, 28), 100)], False),  # 89 days
        ([(D(2024, 6, 1), 100), (D(2025, 3, 1), 100)], True),  # 90 days
        ([(D(2024, 6, 1), 100)], True),
        ([(D(2024, 12, 1), 200)], True),  # the first due turned 90 days late on 30 August
    ],
)
def test_ninety_days_past_due_within_the_window_is_a_default(paid, bad):
    assert defaulted(later(*paid), D(2024, 6, 30), Default()) is bad


def test_a_default_of_before_and_a_customer_of_after_say_nothing():
    assert defaulted(later(), D(2024, 9, 30), Default()) is None
    assert defaulted(later(), D(2024, 5, 31), Default()) is None


def test_the_looks_lie_a_window_apart_and_the_last_one_a_window_back():
    assert list(looks(D(2022, 3, 5), D(2025, 7, 14), Default())) == [D(2024, 6, 30), D(2023, 6, 30), D(2022, 6, 30)]


def test_books_without_outcomes_train_on_what_they_show(monkeypatch):
    monkeypatch.setattr(training, "LEAST_BAD", 5)
    books(NUMBER)
    Outcome.objects.all().delete()
    told = {"outcomes": "derived", "days": 60, "months": 6}
    model = training.train(Training(today=D(2025, 7, 14), asked_by="a test", **told))[0]
    assert model.outcomes == "derived"
    assert model.last_as_of == D(2024, 12, 31)
    assert 5 <= model.bad < model.rows <= NUMBER
