"""Training: from features and outcomes to a card, by a monotone scorecard or by additive gradient boosting.

scikit-learn costs 1.3 seconds and 100 MB to import. It is imported late, here only; scoring needs none of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from credit.cards import Card, Table

Floats = NDArray[np.float64]
DOUBLE = 20  # so many points double the odds of repaying
POINT = np.log(2) / DOUBLE
FOLDS = 5
SEED = 2026
FINEST_STEPS = 100
BOOSTING: dict[str, Any] = {
    "max_iter": 700,
    "learning_rate": 0.06,
    "max_leaf_nodes": 2,
    "min_samples_leaf": 20,
    "max_features": 0.3,
    "l2_regularization": 10.0,
}


@dataclass(frozen=True)
class Sample:
    """Features of customers (rows; NaN is not known), and who repaid (1) or defaulted (0)."""

    names: Sequence[str]
    directions: Sequence[int]
    values: Floats
    repaid: NDArray[np.int8]
    customers: NDArray[np.int64]
    days: NDArray[np.datetime64]

    def rows(self, chosen: Any) -> "Sample":
        parts = (self.values, self.repaid, self.customers, self.days)
        return Sample(self.names, self.directions, *(part[chosen] for part in parts))


Fit = Callable[[Sample], Card]


@threadpool_limits.wrap(limits=1)
def fit_scorecard(sample: Sample) -> Card:
    """Quantile bins merged until monotone, then weights of evidence, then a logistic that takes no negative weight."""
    binned = [_bins(sample, column) for column in range(len(sample.names))]
    evidence = np.column_stack([table[codes] for _, table, codes in binned])
    weights, intercept = _non_negative_logistic(evidence, sample.repaid)
    scaled = [
        _as_table(sample.names[column], binned[column][0], binned[column][1] * weights[column])
        for column in np.flatnonzero(weights).tolist()
    ]
    return _balanced("scorecard", scaled, intercept, sample)


def _bins(sample: Sample, column: int) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Cuts, the weight of evidence of each bin (the last: not known), and the bin of each row."""
    values, repaid = sample.values[:, column], sample.repaid
    cuts = _merged(_quantiles(values, _finest(len(values))), values, repaid, sample.directions[column])
    place = codes(values, cuts)
    good = np.bincount(place, weights=repaid, minlength=len(cuts) + 2)
    count = np.bincount(place, minlength=len(cuts) + 2)
    return cuts, _evidence(good, count, repaid.mean()), place


def _finest(rows: int) -> int:
    """How many bins to begin with: from 5 with few customers to 40 with many."""
    return int(np.clip(rows // 40, 5, 40))


def _quantiles(values: Floats, bins: int) -> Floats:
    known = np.unique(values[~np.isnan(values)])
    if len(known) <= bins:
        return (known[1:] + known[:-1]) / 2
    spread = np.sort(values[~np.isnan(values)])
    inner = np.quantile(spread, np.linspace(0, 1, bins + 1)[1:-1], method="higher")
    return np.unique(inner[inner > spread[0]])


def codes(values: Floats, cuts: Floats) -> NDArray[np.intp]:
    return np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right"))


def _merged(cuts: Floats, values: Floats, repaid: NDArray[np.int8], direction: int) -> Floats:
    """The cuts that stay when neighbours are merged until the share that repaid only rises (or only falls)."""
    from sklearn.isotonic import IsotonicRegression

    known = ~np.isnan(values)
    codes = np.searchsorted(cuts, values[known], side="right")
    count = np.bincount(codes, minlength=len(cuts) + 1)
    share = np.bincount(codes, weights=repaid[known], minlength=len(cuts) + 1) / np.maximum(count, 1)
    steps = np.flatnonzero(count)
    if len(steps) < 2:
        return cuts[:0]
    smooth = IsotonicRegression(increasing=direction > 0).fit_transform(steps, share[steps], sample_weight=count[steps])
    return cuts[steps[1:][np.diff(smooth) != 0] - 1]


def _evidence(good: NDArray[Any], count: NDArray[Any], base: float) -> Floats:
    """ln(odds of the bin / odds of all), drawn towards none where a bin holds few customers."""
    prior = 10.0
    share = (good + prior * base) / (count + prior)
    return np.asarray(np.log(share / (1 - share)) - np.log(base / (1 - base)))


def _non_negative_logistic(evidence: Floats, repaid: NDArray[np.int8]) -> tuple[Floats, float]:
    """Features whose weight would be negative are left out, the worst first, until none is."""
    from sklearn.linear_model import LogisticRegression

    kept = np.flatnonzero(evidence.std(axis=0) > 0)
    weights = np.zeros(evidence.shape[1])
    while len(kept):
        model = LogisticRegression(C=0.05, solver="newton-cholesky").fit(evidence[:, kept], repaid)
        found = model.coef_[0]
        if found.min() > 0:
            weights[kept] = found
            return weights, float(model.intercept_[0])
        kept = kept[found > np.quantile(found[found <= 0], 0.25)]
    return weights, float(np.log(repaid.mean() / (1 - repaid.mean())))


def fit_boosting(sample: Sample) -> Card:
    """Trees of one feature each, monotone: their sum is one step function a feature, read off bin by bin."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return _boosted(sample, HistGradientBoostingClassifier)


@threadpool_limits.wrap(limits=1)
def _boosted(sample: Sample, trees: Any) -> Card:
    """In one thread, which can only be said of a library that is loaded by now."""
    cuts = [_quantiles(column, FINEST_STEPS) for column in sample.values.T]
    chosen = [column for column, inner in enumerate(cuts) if len(inner)]
    codes = np.column_stack([_ordinal(sample.values[:, column], cuts[column]) for column in chosen])
    model = trees(
        interaction_cst="no_interactions",
        monotonic_cst=[sample.directions[column] for column in chosen],
        early_stopping=False,
        random_state=SEED,
        **BOOSTING,
    ).fit(codes, sample.repaid)
    origin = float(model.decision_function(np.zeros((1, len(chosen))))[0])
    tables = []
    for place, column in enumerate(chosen):
        probe = np.zeros((len(cuts[column]) + 2, len(chosen)))
        probe[:, place] = [*range(len(cuts[column]) + 1), np.nan]
        tables.append(_as_table(sample.names[column], cuts[column], model.decision_function(probe) - origin))
    return _balanced("boosting", tables, origin, sample)


def _ordinal(values: Floats, cuts: Floats) -> Floats:
    return np.where(np.isnan(values), np.nan, np.searchsorted(cuts, values, side="right"))


def _as_table(name: str, cuts: Floats, logits: Floats) -> Table:
    """Whole points; neighbours of equal points become one bin."""
    points = np.rint(logits / POINT).astype(int)
    stays = np.diff(points[:-1]) != 0
    return Table(
        name, tuple(map(float, cuts[stays])), (int(points[0]), *map(int, points[1:-1][stays])), int(points[-1])
    )


def _balanced(kind: str, tables: list[Table], intercept: float, sample: Sample) -> Card:
    """The card with its points so placed that rounding moved nobody on the whole."""
    base = round(intercept / POINT)
    return Card(kind, base, 0.0, float(POINT), tuple(t for t in tables if len(set(t.points) | {t.unknown}) > 1))


def points(card: Card, names: Sequence[str], values: Floats) -> NDArray[np.int64]:
    """What card.points gives for each row."""
    total = np.full(len(values), card.base, dtype=np.int64)
    for table in card.tables:
        column = values[:, list(names).index(table.feature)]
        total += np.array([*table.points, table.unknown])[codes(column, np.array(table.cuts))]
    return total


def cross_validate(fit: Fit, sample: Sample, before: Callable[[int], None] = lambda fold: None) -> Floats:
    """P(repays) for each row by a card that was trained without any row of that customer; `before` hears of each."""
    found = np.empty(len(sample.repaid))
    fold = folds(sample)
    for number in range(FOLDS):
        before(number)
        outside = fold == number
        card = fit(sample.rows(~outside))
        found[outside] = chances(card, sample.rows(outside))
    return found


def chances(card: Card, sample: Sample) -> Floats:
    """P(repays) of each row."""
    return np.asarray(1 / (1 + np.exp(-card.offset - card.slope * points(card, sample.names, sample.values))))


def folds(sample: Sample) -> NDArray[np.intp]:
    """A fold for each row: customers dealt out like cards, those with a default first, so each fold gets its share."""
    customers, place = np.unique(sample.customers, return_inverse=True)
    bad = np.bincount(place, weights=1 - sample.repaid) > 0
    dealt = np.random.default_rng(SEED).permutation(len(customers))
    dealt = dealt[np.argsort(~bad[dealt], kind="stable")]
    fold = np.empty(len(customers), dtype=np.intp)
    fold[dealt] = np.arange(len(customers)) % FOLDS
    return np.asarray(fold[place])
