"""The figures of the report: each is what a count by hand gives."""

import numpy as np
import pytest

from credit.cards import Card, Table
from credit.plots import Frame, Line, plot, reaches
from credit.quality import calibration_groups, stability_index, wilson
from credit.reporting import Trained, Wishes, by_year, distribution, later_window, points_table, report
from credit.scorecard import Sample, fit_scorecard
from credit.tests.shelf import sample
from credit.worth import break_even, profit_curve, side_by_side, suggested

REPAID = np.array([0, 0, 1, 1, 1, 1, 1, 1, 1, 1], dtype=np.int8)
CHANCE = np.array([0.2, 0.5, 0.5, 0.6, 0.7, 0.7, 0.8, 0.9, 0.9, 0.95])


def small(days: list[str]) -> Sample:
    values = np.array([[np.nan], [1.0], [2.0], [2.0], [3.0], [3.0], [4.0], [4.0], [5.0], [5.0]])
    return Sample(["percent_overall"], [1], values, REPAID, np.arange(10), np.array(days, "datetime64[D]"))


def test_the_profit_of_a_threshold_is_what_the_approved_gain_and_lose():
    curve = profit_curve(CHANCE, REPAID, gain=10, loss=50)
    at = {round(row["threshold"], 2): row for row in curve}
    assert at[0.0] == {"threshold": 0.0, "approved": 1.0, "bad": 0.2, "profit": (8 * 10 - 2 * 50) / 10}
    assert at[0.5]["profit"] == (8 * 10 - 50) / 10
    assert at[0.6] == {"threshold": 0.6, "approved": 0.7, "bad": 0.0, "profit": 7.0}
    assert at[0.99] == {"threshold": 0.99, "approved": 0.0, "bad": None, "profit": 0.0}
    assert suggested(curve)["threshold"] == 0.6
    assert break_even(10, 50) == pytest.approx(50 / 60)


def test_side_by_side_everybody_approves_the_same_part_and_ties_count_in_part():
    upside_down, alike, unknown = -CHANCE, np.zeros(10), np.where(REPAID == 0, np.nan, 1.0)
    found = side_by_side({"a": CHANCE, "b": upside_down, "c": alike, "d": unknown}, REPAID, 0.4)
    assert [row["bad"] for row in found] == [0.0, 0.5, 0.2, 0.0]
    assert [row["auc"] for row in found] == [pytest.approx(15.5 / 16), pytest.approx(0.5 / 16), 0.5, 1.0]
    assert side_by_side({"a": CHANCE}, REPAID, 0.0)[0]["bad"] is None


def test_groups_foretell_what_they_foretell_and_an_interval_holds_the_share():
    groups = calibration_groups(CHANCE, REPAID, 5)
    assert [group["rows"] for group in groups] == [2] * 5
    assert [group["came"] for group in groups] == [0.0, 1.0, 1.0, 1.0, 1.0]
    assert groups[0]["foretold"] == pytest.approx(0.35)
    assert all(group["low"] <= group["came"] <= group["high"] for group in groups)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_stability_index_is_nothing_for_the_same_and_grows_with_the_distance():
    before = np.array([100, 100, 100])
    assert stability_index(before, before * 3) == pytest.approx(0, abs=1e-4)
    near, far = stability_index(before, np.array([90, 100, 110])), stability_index(before, np.array([10, 90, 200]))
    assert 0 < near < 0.02 < 0.25 < far
    assert far == pytest.approx(0.3 * np.log(10) + 0.1 / 3 * np.log(10 / 9) + np.log(2) / 3, abs=0.03)
    assert np.isfinite(stability_index(before, np.array([300, 0, 0])))


def test_each_year_has_its_rows_defaults_and_how_far_the_scores_moved():
    days = ["2023-12-31"] * 4 + ["2024-01-01"] * 6
    first, second = by_year(small(days), CHANCE)
    assert (first["year"], first["rows"], first["bad"], first["foretold_bad"]) == (2023, 4, 2, 2.2)
    assert (second["rows"], second["bad"], second["auc"]) == (6, 0, None)
    assert first["moved"] == 0 < second["moved"]


def test_bins_and_bands_hold_everybody_once():
    table = Table("percent_overall", (2.0, 4.0), (-5, 3, 9), -7)
    told = points_table(table, small(["2024-01-31"] * 10))
    assert [(row["from"], row["to"], row["points"], row["rows"], row["bad"]) for row in told["bins"]] == [
        (None, 2.0, -5, 1, 1),
        (2.0, 4.0, 3, 4, 0),
        (4.0, None, 9, 4, 0),
    ]
    assert told["unknown"] == {"points": -7, "rows": 1, "bad": 1}
    bands = distribution(np.array([-25, -5, 0, 5, 19, 20, 25, 40, 41, 59]), REPAID)
    assert [(band["from"], band["to"], band["good"], band["bad"]) for band in bands] == [
        (-40, -20, 0, 1),
        (-20, 0, 0, 1),
        (0, 20, 3, 0),
        (20, 40, 2, 0),
        (40, 60, 3, 0),
    ]


def test_the_later_window_is_told_by_a_card_of_the_earlier_ones_alone():
    whole = sample(400)
    days = np.where(np.arange(400) < 300, np.datetime64("2024-03-31"), np.datetime64("2025-03-31"))
    told = Sample(whole.names, whole.directions, whole.values, whole.repaid, whole.customers, days)
    seen = []

    def fit(part: Sample) -> Card:
        seen.append(part)
        return fit_scorecard(part)

    found = later_window(Trained(fit_scorecard(told), fit, told, np.full(400, 0.7)))
    assert (found["from"], found["trained_until"], found["rows"]) == ("2025-03-31", "2024-03-31", 100)
    assert [len(part.repaid) for part in seen] == [300]
    assert found["auc"] > 0.6
    assert later_window(Trained(Card("scorecard", 0, 0.0, 1.0, ()), fit, whole, np.full(400, 0.7))) == {}


def test_a_report_of_good_guesses_beats_the_rule_and_names_the_rival():
    whole = sample(400)
    card = fit_scorecard(whole)
    told = report(Trained(card, fit_scorecard, whole, np.where(whole.repaid == 1, 0.9, 0.3)), Wishes(10, 60, {}), card)
    assert [row["name"] for row in told["rivals"]] == ["this", "rule", "active"]
    this, rule, active = told["rivals"]
    assert (this["auc"], this["bad"]) == (1.0, 0.0)
    assert this["auc"] > active["auc"] > 0.6
    assert rule["bad"] > 0
    assert told["suggested"]["threshold"] == 0.9
    assert told["fairness"] == []


def test_a_plot_keeps_its_proportions_and_a_scale_is_round():
    frame = Frame((0, 1), (0, 10), "x", "y", str, str)
    drawn = plot("told", frame, [Line("plot-line", [(0, 0), (0.5, 5), (1, 10)])])
    assert drawn.paths == [("plot-line", "M52.0 236.0L234.0 124.0L416.0 12.0")]
    assert len(drawn.x_ticks) == len(drawn.y_ticks) == 5
    assert [reaches(number) for number in (0.3, 0.81, 7, 41, 0)] == [0.4, 1.0, 8.0, 80.0, 4e-09]
