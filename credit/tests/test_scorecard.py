"""Training on a made-up shop: both kinds learn who repays, only in the allowed direction, and the same twice."""

import numpy as np
import pytest

from credit.cards import Card
from credit.features import BY_NAME
from credit.quality import auc, calibration_error, quality
from credit.scorecard import FOLDS, Fit, Sample, cross_validate, fit_boosting, fit_scorecard, folds, points
from credit.tests.shelf import random_values, sample
from credit.tests.test_cards import wrong_ways

pytestmark = pytest.mark.once

KINDS = pytest.mark.parametrize("fit", [fit_scorecard, fit_boosting])


@pytest.fixture(scope="module")
def shop() -> Sample:
    return sample(800)


@pytest.fixture(scope="module", params=[fit_scorecard, fit_boosting])
def trained(request, shop) -> tuple[Fit, Card]:
    return request.param, request.param(shop)


@KINDS
def test_it_learns_who_repays_and_says_so_in_chances(fit, shop):
    found = quality(cross_validate(fit, shop), shop.repaid)
    assert found["auc"] > 0.63
    assert found["calibration_error"] < 0.06


def test_outcomes_that_nothing_tells_are_not_learned(shop):
    """The control: with the outcomes dealt out again the same figures tell nothing."""
    dealt = np.random.default_rng(1).permutation(shop.repaid)
    nothing = Sample(shop.names, shop.directions, shop.values, dealt, shop.customers, shop.days)
    assert abs(auc(cross_validate(fit_scorecard, nothing), dealt) - 0.5) < 0.08


def test_every_table_keeps_the_direction_of_its_feature(trained):
    assert wrong_ways(trained[1]) == []


def test_ten_thousand_single_changes_to_the_better_cost_nobody_a_point(trained):
    card, chance = trained[1], np.random.default_rng(4)
    people = random_values(500)
    for _ in range(10_000 // len(card.tables) + 1):
        values = people[chance.integers(len(people))]
        before = card.points(values)
        for table in card.tables:
            if (value := values[table.feature]) is not None:
                better = value + BY_NAME[table.feature].direction * abs(
                    chance.normal(0, 1) * 10 ** chance.uniform(-2, 6)
                )
                assert card.points({**values, table.feature: better}) >= before


def test_all_at_once_and_one_by_one_give_the_same_points(trained, shop):
    card = trained[1]
    at_once = points(card, shop.names, shop.values)
    for row in range(0, len(shop.values), 50):
        known = [None if np.isnan(value) else float(value) for value in shop.values[row]]
        assert card.points(dict(zip(shop.names, known, strict=True))) == at_once[row]


def test_the_same_sample_gives_the_same_card_to_the_byte(trained, shop):
    fit, card = trained
    assert fit(shop) == card


def test_the_rows_of_one_customer_lie_in_one_fold_and_defaults_are_spread():
    customers = np.repeat(np.arange(100), 3)
    repaid = (customers % 5 != 0).astype(np.int8)
    chosen = folds(Sample([], [], np.empty((300, 0)), repaid, customers, np.zeros(300, "datetime64[D]")))
    assert all(len(set(chosen[customers == one])) == 1 for one in range(100))
    assert [int((repaid[chosen == fold] == 0).sum()) for fold in range(FOLDS)] == [12] * FOLDS


def test_auc_and_calibration_are_what_a_count_by_hand_gives():
    repaid = np.array([0, 0, 1, 1, 1], dtype=np.int8)
    score = np.array([0.1, 0.6, 0.6, 0.7, 0.2])
    assert auc(score, repaid) == pytest.approx((1 + 0.5 + 1 + 1 + 1 + 0) / 6)
    assert calibration_error(np.full(5, 0.6), repaid, groups=1) == pytest.approx(0)
    assert calibration_error(np.full(5, 0.9), repaid, groups=1) == pytest.approx(0.3)
