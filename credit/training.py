"""From the books to trained models: gather who repaid, measure, fit, cross-validate, report, and shelve."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from django.db.models import Min
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from accounts.audit import Fact, record_house
from accounts.transactions import one_transaction
from credit.cards import Card
from credit.derived import defaulted, looks
from credit.features import FEATURES, features
from credit.histories import PIECE, histories
from credit.models import Outcome, ScoringModel, Training
from credit.quality import quality
from credit.registry import NoModel, active_model, shelve
from credit.reporting import Trained, Wishes, by_year, report
from credit.scorecard import FOLDS, Fit, Sample, cross_validate, fit_boosting, fit_scorecard
from credit.timeline import History
from ledger.models import Due

LEAST_OUTCOMES, LEAST_BAD, CHALLENGE_FROM = 100, 20, 5_000
FITTING = "Fitting and cross-validating"

Seen = tuple[History, bool]  # a customer as seen on a day, and whether a default followed
Tell = Callable[[str, int, int], None]  # what is being done, how far it is, and of how much; may stop it by raising


class TooFew(Exception):
    """Not enough outcomes for a model to decide by."""


def nobody_listens(doing: str, done: int, total: int) -> None:
    """For a door that shows no progress."""


def train(training: Training, tell: Tell = nobody_listens) -> list[ScoringModel]:
    """The scorecard, and from 5,000 outcomes on its challenger; the better in cross-validation first. None is active.

    Raises TooFew.
    """
    sample = gather(seen(training, tell))
    if few := too_few(len(sample.repaid), len(sample.repaid) - int(sample.repaid.sum())):
        raise TooFew(few)
    kinds: list[Fit] = [fit_scorecard, *([fit_boosting] if len(sample.repaid) >= CHALLENGE_FROM else [])]
    steps = len(kinds) * FOLDS
    found = []
    for place, fit in enumerate(kinds):
        before = partial(_tell_fold, tell, place * FOLDS, steps)
        trained = Trained(fit(sample), fit, sample, cross_validate(fit, sample, before))
        found.append((_row(trained, training), trained.card))
    found.sort(key=lambda one: -one[0].metrics["auc"])
    return keep(training, found, partial(tell, FITTING, steps, steps))


def _tell_fold(tell: Tell, first: int, steps: int, fold: int) -> None:
    tell(FITTING, first + fold, steps)


def _row(trained: Trained, training: Training) -> ScoringModel:
    sample = trained.sample
    return ScoringModel(
        kind=trained.card.kind,
        metrics=quality(trained.p_repays, sample.repaid),
        report=report(trained, Wishes(training.gain, training.loss, training.groups), _active_card()),
        outcomes=training.outcomes,
        rows=len(sample.repaid),
        bad=len(sample.repaid) - int(sample.repaid.sum()),
        first_as_of=sample.days.min().item(),
        last_as_of=sample.days.max().item(),
        trained_by=training.asked_by,
    )


def _active_card() -> Card | None:
    try:
        return active_model().card
    except NoModel:
        return None


@one_transaction
def keep(
    training: Training, found: list[tuple[ScoringModel, Card]], may: Callable[[], None] = lambda: None
) -> list[ScoringModel]:
    """All of a training's models are on the shelf, or none. A training that no page asked for is stored with them.

    `may` raises where another run has the work by now; within the transaction, so that no two runs shelve.
    """
    may()
    if training._state.adding:
        training.save()
    for row, card in found:
        row.training = training
        shelve(row, card)
    rows = [row for row, _ in found]
    kept: dict[str, Fact] = {
        "models": ", ".join(row.code for row in rows),
        "rows": rows[0].rows,
        "defaulted": rows[0].bad,
    }
    record_house("train_models", {"training": training.pk, "outcomes": training.outcomes, **kept})
    return rows


def too_few(rows: int, bad: int) -> str:
    """Why nothing can be learned from so many outcomes, so many of them defaults; "" where it can."""
    if rows >= LEAST_OUTCOMES and min(bad, rows - bad) >= LEAST_BAD:
        return ""
    told = {"rows": rows, "bad": bad, "least": LEAST_OUTCOMES, "each": LEAST_BAD}
    return _("%(rows)s outcomes with %(bad)s defaults are too few: %(least)s are needed, %(each)s of each end.") % told


def look_at(training: Training, tell: Tell = nobody_listens) -> dict[str, Any]:
    """The sample in figures: rows, defaults, by year. Nothing is measured yet."""
    days, repaid, customers = [], [], []
    for history, bad in seen(training, tell):
        days.append(history.as_of)
        repaid.append(not bad)
        customers.append(history.customer)
    sample = _sample(np.empty((len(days), 0)), repaid, customers, days, names=[])
    rows, bad_rows = len(repaid), len(repaid) - sum(repaid)
    people = len(set(customers))
    return {"rows": rows, "bad": bad_rows, "customers": people, "years": by_year(sample)}


def gather(seen: Iterable[Seen]) -> Sample:
    """The features of everybody seen, row by row, so that only numbers stay in memory."""
    names = [feature.name for feature in FEATURES]
    values, repaid, customers, days = [], [], [], []
    for history, bad in seen:
        values.append(as_row(history, names))
        repaid.append(not bad)
        customers.append(history.customer)
        days.append(history.as_of)
    return _sample(np.array(values).reshape(-1, len(names)), repaid, customers, days, names)


def _sample(
    values: NDArray[np.float64],
    repaid: list[bool],
    customers: list[int],
    days: list[datetime.date],
    names: list[str],
) -> Sample:
    directions = [feature.direction for feature in FEATURES[: len(names)]]
    ends = np.array(repaid, dtype=np.int8)
    return Sample(names, directions, values, ends, np.array(customers, np.int64), np.array(days, "datetime64[D]"))


def as_row(history: History, names: list[str]) -> NDArray[np.float64]:
    found: dict[str, Any] = features(history)
    return np.array([found[name] for name in names], dtype=np.float64)  # None becomes NaN


def seen(training: Training, tell: Tell = nobody_listens) -> Iterator[Seen]:
    """Everybody the training asks for."""
    found = imported(tell) if training.outcomes == "imported" else derived(training, tell)
    return (one for one in found if training.takes(one[0].as_of, len(one[0].dues)))


def imported(tell: Tell = nobody_listens) -> Iterator[Seen]:
    stored = Outcome.objects.order_by("customer_id", "as_of").values_list(
        "customer_id", "as_of", "defaulted", "percents"
    )
    rows = list(stored)
    asked = ((row[0], row[1]) for row in rows)
    for place, (history, row) in enumerate(zip(histories(asked), rows, strict=True)):
        _now_and_then(tell, place, len(rows))
        yield replace(history, percents=tuple((int(year), part) for year, part in row[3].items())), row[2]


def derived(training: Training, tell: Tell = nobody_listens) -> Iterator[Seen]:
    """Every customer, once for each window of time that the books hold whole."""
    first = Due.objects.aggregate(first=Min("due_on"))["first"]
    days = list(looks(first, training.today, training.default)) if first else []
    ends = [training.today, *days]
    asked = [(as_of, end, _owing(as_of)) for as_of, end in zip(days, ends, strict=False)]
    total, place = sum(len(customers) for *_, customers in asked), 0
    for as_of, end, customers in asked:
        for later in histories((customer, end) for customer in customers):
            _now_and_then(tell, place, total)
            place += 1
            if (bad := defaulted(later, as_of, training.default)) is not None:
                yield History.until(as_of, later), bad


def _owing(as_of: datetime.date) -> list[int]:
    """Who had a due by then. A list: with a query left open, SQLite could not note how far the work is."""
    owing = Due.objects.filter(due_on__lte=as_of).order_by("customer_id")
    return list(owing.values_list("customer_id", flat=True).distinct())


def _now_and_then(tell: Tell, place: int, total: int) -> None:
    if place % PIECE == 0:
        tell("Reading the books", place, total)
