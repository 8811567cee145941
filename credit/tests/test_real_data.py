"""23,992 real credit customers: what the product's own features tell of who defaulted. Minutes; run with -m soak."""

import time
from pathlib import Path

import pytest

from credit.models import ScoringModel, Training
from credit.training import gather, imported, train
from ledger.tests.shop import DAY, load

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "uci"

pytestmark = [
    pytest.mark.soak,
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not on this machine: no folder {DATA}"),
]


def test_both_models_tell_who_defaults_and_their_chances_are_true():
    """Bank's own counts and groups stay out: only customers, dues, payments, and the outcomes to learn."""
    for kind in ("customers", "dues", "payments", "outcomes"):
        load(kind, DATA / f"{kind}.csv")
    start = time.process_time()
    gather(imported())
    assert time.process_time() - start < 20
    train(Training(today=DAY, asked_by="a test"))
    found = {model.kind: model.metrics for model in ScoringModel.objects.all()}
    assert found["scorecard"]["auc"] >= 0.725
    assert found["boosting"]["auc"] > found["scorecard"]["auc"]
    assert max(metrics["calibration_error"] for metrics in found.values()) <= 0.02
