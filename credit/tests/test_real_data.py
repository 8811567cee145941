"""23,992 real credit customers: what the product's own features tell of who defaulted, and what it costs.

Minutes; run with -m soak, and with -s to read the figures.
"""

import datetime
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from sklearn.ensemble import HistGradientBoostingClassifier

from accounts.models import Customer
from credit.actions.activating import activate_at_once
from credit.features import FEATURES
from credit.groups import read_groups
from credit.histories import histories
from credit.models import ScoringModel, Training
from credit.quality import auc
from credit.scorecard import BOOSTING, Sample, chances, fit_boosting, fit_scorecard
from credit.training import gather, imported, train
from ledger.tests.shop import DAY, load

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "uci"

LAST = datetime.date(2005, 9, 30)  # of these books; years of silence after it would be reckoned month by month
pytestmark = [
    pytest.mark.soak,
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not on this machine: no folder {DATA}"),
]


def cpu(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return round(time.process_time() - start, 2)


def say(*told: object) -> None:
    print(*told, flush=True)  # noqa: T201  with -s the figures are there to be read


def test_it_tells_who_defaults_and_what_that_costs_is_bounded(tmp_path: Path) -> None:
    """One test, for the books are filled once: 23,992 customers, their dues and payments."""
    for kind in ("customers", "dues", "payments", "outcomes"):
        load(kind, DATA / f"{kind}.csv")
    start = time.process_time()
    sample = gather(imported())
    features = round(time.process_time() - start, 2)
    say("\nfeatures, CPU s:", features, "for", sample.values.shape)
    assert features <= 20
    fitting_keeps_within_its_seconds(sample)
    both_models_tell_who_defaults_and_their_chances_are_true()
    two_hundred_customers_are_enough_to_begin(sample)
    scoring_costs_little_more_than_reading(sample, tmp_path / "out.csv")


def fitting_keeps_within_its_seconds(sample: Sample) -> None:
    costs = [cpu(partial(fit, sample)) for fit in (fit_scorecard, fit_boosting)]
    say("fitting scorecard and challenger, CPU s:", costs)
    assert sum(costs) <= 5


def both_models_tell_who_defaults_and_their_chances_are_true() -> None:
    """The bank's own counts and groups stay out: only customers, dues, payments, and the outcomes to learn."""
    groups = read_groups((DATA / "groups.csv").read_text(encoding="utf-8").splitlines())
    say("training with its report, CPU s:", cpu(lambda: train(Training(today=DAY, asked_by="a test", groups=groups))))
    found = {model.kind: model for model in ScoringModel.objects.all()}
    for model in found.values():
        say(model, model.metrics, model.report["rivals"], model.report["suggested"])
        say(
            [
                (kind["name"], [(row["group"], row["ratio"]) for row in kind["groups"]])
                for kind in model.report["fairness"]
            ]
        )
        assert model.metrics["calibration_error"] <= 0.02
        assert not {"sex", "age", "married"} & set(model.features)
    assert found["scorecard"].metrics["auc"] >= 0.725
    assert found["boosting"].metrics["auc"] >= 0.738
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("peak memory of all, MB:", round(peak))
    assert peak < 700


def two_hundred_customers_are_enough_to_begin(sample: Sample) -> None:
    draws = np.random.default_rng(7)
    told = []
    for _ in range(20):
        order = draws.permutation(len(sample.repaid))
        few, rest = sample.rows(order[:200]), sample.rows(order[200:])
        told.append(auc(chances(fit_scorecard(few), rest), rest.repaid))
    say("200 customers, AUC of 20 draws: mean", round(float(np.mean(told)), 4), "least", round(min(told), 4))
    assert np.mean(told) >= 0.66


def scoring_costs_little_more_than_reading(sample: Sample, out: Path) -> None:
    """Against scikit-learn's own predict_proba over the whole matrix, and against reading the rows."""
    activate_at_once(ScoringModel.objects.get(kind="scorecard"), "a test")
    known = sample.values[:, ~np.isnan(sample.values).all(axis=0)]
    trees = HistGradientBoostingClassifier(**BOOSTING).fit(known, sample.repaid)
    numbers = list(Customer.objects.order_by("id").values_list("id", flat=True))
    predict = cpu(lambda: trees.predict_proba(known))
    reading = cpu(lambda: [None for _ in histories((number, LAST) for number in numbers)])
    scoring = cpu(lambda: call_command("score_customers", "--as-of", f"{LAST}", "--out", f"{out}"))
    say("CPU s: predict_proba", predict, "reading", reading, "score_customers", scoring, "features", len(FEATURES))
    assert scoring <= 2 * (predict + reading)
