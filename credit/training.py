"""From the books to trained models: gather who repaid, measure, fit, cross-validate, and shelve."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Min
from numpy.typing import NDArray

from credit.derived import NINETY_DAYS, Default, defaulted, looks
from credit.features import FEATURES, features
from credit.histories import histories
from credit.models import Outcome, ScoringModel
from credit.quality import quality
from credit.registry import shelve
from credit.scorecard import Fit, Sample, cross_validate, fit_boosting, fit_scorecard
from credit.timeline import History
from ledger.models import Due

LEAST_OUTCOMES, LEAST_BAD, CHALLENGE_FROM = 100, 20, 5_000

Seen = tuple[History, bool]  # a customer as seen on a day, and whether a default followed


class TooFew(Exception):
    """Not enough outcomes for a model to decide by."""


@dataclass(frozen=True)
class Order:
    """What to train on, and in whose name."""

    outcomes: str
    today: datetime.date
    by: str
    default: Default = NINETY_DAYS


def train(order: Order) -> list[ScoringModel]:
    """The scorecard, and from 5,000 outcomes on its challenger; the better in cross-validation first. None is active.

    Raises TooFew.
    """
    sample, days = gather(imported() if order.outcomes == "imported" else derived(order))
    rows, bad = len(sample.repaid), int(len(sample.repaid) - sample.repaid.sum())
    if rows < LEAST_OUTCOMES or min(bad, rows - bad) < LEAST_BAD:
        raise TooFew(
            f"{rows} outcomes with {bad} defaults are too few: {LEAST_OUTCOMES} are needed, {LEAST_BAD} of each end."
        )
    kinds: list[Fit] = [fit_scorecard, *([fit_boosting] if rows >= CHALLENGE_FROM else [])]
    found = [_trained(fit, sample, days, order) for fit in kinds]
    return sorted(found, key=lambda model: -model.metrics["auc"])


def _trained(fit: Fit, sample: Sample, days: list[datetime.date], order: Order) -> ScoringModel:
    card = fit(sample)
    row = ScoringModel(
        kind=card.kind,
        metrics=quality(cross_validate(fit, sample), sample.repaid),
        outcomes=order.outcomes,
        rows=len(sample.repaid),
        bad=len(sample.repaid) - int(sample.repaid.sum()),
        first_as_of=min(days),
        last_as_of=max(days),
        trained_by=order.by,
    )
    return shelve(row, card)


def gather(seen: Iterable[Seen]) -> tuple[Sample, list[datetime.date]]:
    """The features of everybody seen, row by row, so that only numbers stay in memory."""
    names = [feature.name for feature in FEATURES]
    values, repaid, customers, days = [], [], [], []
    for history, bad in seen:
        values.append(as_row(history, names))
        repaid.append(not bad)
        customers.append(history.customer)
        days.append(history.as_of)
    matrix = np.array(values).reshape(-1, len(names))
    directions = [feature.direction for feature in FEATURES]
    return Sample(names, directions, matrix, np.array(repaid, dtype=np.int8), np.array(customers, dtype=np.int64)), days


def as_row(history: History, names: list[str]) -> NDArray[np.float64]:
    found: dict[str, Any] = features(history)
    return np.array([found[name] for name in names], dtype=np.float64)  # None becomes NaN


def imported() -> Iterator[Seen]:
    stored = Outcome.objects.order_by("customer_id", "as_of").values_list(
        "customer_id", "as_of", "defaulted", "percents"
    )
    rows = list(stored)
    for history, row in zip(histories((row[0], row[1]) for row in rows), rows, strict=True):
        yield replace(history, percents=tuple((int(year), part) for year, part in row[3].items())), row[2]


def derived(order: Order) -> Iterator[Seen]:
    """Every customer, once for each window of time that the books hold whole."""
    first = Due.objects.aggregate(first=Min("due_on"))["first"]
    end = order.today
    for as_of in looks(first, order.today, order.default) if first else ():
        owing = Due.objects.filter(due_on__lte=as_of).order_by("customer_id")
        customers = owing.values_list("customer_id", flat=True).distinct()
        for later in histories((customer, end) for customer in customers.iterator()):
            if (bad := defaulted(later, as_of, order.default)) is not None:
                yield History.until(as_of, later), bad
        end = as_of
