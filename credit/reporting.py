"""What a manager reads of a model before it is used: figures and tables as plain numbers. Pure.

All that says how well it tells comes from predictions for customers the predicting card had not seen: five-fold
cross-validation, and a later window of time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from credit.cards import Card, Table
from credit.groups import Groups, fairness
from credit.quality import Floats, calibration_groups, quality, stability_index
from credit.scorecard import Fit, Sample, chances, codes, points
from credit.worth import break_even, profit_curve, side_by_side, suggested

Json = dict[str, Any]
LATER = 0.8  # the later window is the last fifth
LEAST_OF_EACH = 10  # defaults, and repaid ones, below which a window of time says nothing
BAND = 20  # points
RULE = "percent_overall"  # what the percentage method goes by


@dataclass(frozen=True)
class Trained:
    """A card, how it was made, and P(repays) of each row of the sample from cards that had not seen the customer."""

    card: Card
    fit: Fit
    sample: Sample
    p_repays: Floats


@dataclass(frozen=True)
class Wishes:
    """The lender's: percent of a loan that repaying earns and a default costs; groups for the fairness report."""

    gain: int
    loss: int
    groups: Groups


def report(trained: Trained, wishes: Wishes, active: Card | None) -> Json:
    sample, p_repays = trained.sample, trained.p_repays
    curve = profit_curve(p_repays, sample.repaid, wishes.gain, wishes.loss)
    best = suggested(curve)
    approved = p_repays >= best["threshold"]
    return {
        "years": by_year(sample, p_repays),
        "calibration": calibration_groups(p_repays, sample.repaid),
        "distribution": distribution(points(trained.card, sample.names, sample.values), sample.repaid),
        "tables": [points_table(table, sample) for table in trained.card.tables],
        "later": later_window(trained),
        "curve": curve,
        "suggested": best,
        "break_even": break_even(wishes.gain, wishes.loss),
        "gain": wishes.gain,
        "loss": wishes.loss,
        "rivals": side_by_side(_rivals(trained, active), sample.repaid, best["approved"]),
        "fairness": fairness(wishes.groups, sample.customers, approved, sample.repaid),
    }


def _rivals(trained: Trained, active: Card | None) -> Mapping[str, Floats]:
    sample = trained.sample
    rule = sample.values[:, list(sample.names).index(RULE)]
    found = {"this": trained.p_repays, "rule": rule}
    return found if active is None else {**found, "active": chances(active, sample)}


def by_year(sample: Sample, p_repays: Floats | None = None) -> list[Json]:
    """Rows and defaults of each year; with predictions also how well they told, and how the scores moved."""
    years = sample.days.astype("datetime64[Y]").astype(int) + 1970
    first = years == years.min() if len(years) else years
    found = []
    for year in np.unique(years).tolist():
        inside = years == year
        row = {"year": year, "rows": int(inside.sum()), "bad": int((1 - sample.repaid[inside]).sum())}
        if p_repays is not None:
            row |= _told(p_repays[inside], sample.repaid[inside])
            row["moved"] = _moved(p_repays[first], p_repays[inside])
        found.append(row)
    return found


def _told(p_repays: Floats, repaid: NDArray[np.int8]) -> Json:
    """What was foretold, and the quality where both ends are there often enough to say."""
    bad = int((1 - repaid).sum())
    told: Json = {"foretold_bad": round(float((1 - p_repays).sum()), 1), "auc": None, "auc_se": None}
    return told | quality(p_repays, repaid) if min(bad, len(repaid) - bad) >= LEAST_OF_EACH else told


def _moved(before: Floats, now: Floats) -> float:
    """The stability index over ten equal groups of `before`."""
    cuts = np.unique(np.quantile(before, np.linspace(0.1, 0.9, 9)))
    count = [np.bincount(np.searchsorted(cuts, part, side="right"), minlength=len(cuts) + 1) for part in (before, now)]
    return stability_index(*count)


def distribution(points: NDArray[np.int64], repaid: NDArray[np.int8]) -> list[Json]:
    """How many of each end lie in each band of twenty points; the outer bands take what lies beyond."""
    low, high = (int(np.floor(np.quantile(points, end) / BAND)) for end in (0.005, 0.995))
    place = np.clip(np.floor_divide(points, BAND), low, high) - low
    count = [np.bincount(place[repaid == end], minlength=high - low + 1).tolist() for end in (1, 0)]
    return [
        {"from": (low + band) * BAND, "to": (low + band + 1) * BAND, "good": good, "bad": bad}
        for band, (good, bad) in enumerate(zip(*count, strict=True))
    ]


def points_table(table: Table, sample: Sample) -> Json:
    """Each bin of a feature with its points, the customers in it, and those who defaulted."""
    place = codes(sample.values[:, list(sample.names).index(table.feature)], np.array(table.cuts))
    count = np.bincount(place, minlength=len(table.points) + 1).tolist()
    bad = np.bincount(place[sample.repaid == 0], minlength=len(table.points) + 1).tolist()
    ends = [None, *table.cuts, None]
    bins = [
        {"from": ends[n], "to": ends[n + 1], "points": points, "rows": count[n], "bad": bad[n]}
        for n, points in enumerate(table.points)
    ]
    unknown = {"points": table.unknown, "rows": count[-1], "bad": bad[-1]}
    return {"feature": table.feature, "bins": bins, "unknown": unknown}


def later_window(trained: Trained) -> Json:
    """Trained on what was seen first, tried on the last fifth. Empty where all was seen too close together."""
    sample = trained.sample
    numbers = sample.days.astype(np.int64)
    cut = np.quantile(numbers, LATER, method="lower")
    later = numbers > cut if numbers.max() > cut else numbers >= cut
    for part in (sample.repaid[later], sample.repaid[~later]):
        if min(int(part.sum()), int(len(part) - part.sum())) < LEAST_OF_EACH:
            return {}
    told, card = sample.rows(later), trained.fit(sample.rows(~later))
    return {
        "from": str(told.days.min()),
        "trained_until": str(sample.days[~later].max()),
        "rows": len(told.repaid),
        "bad": int((1 - told.repaid).sum()),
        **quality(chances(card, told), told.repaid),
    }
