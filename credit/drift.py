"""How a model does in use: what it foretold against what came, and how far customers differ from the sample."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from credit.cards import Card, Table
from credit.naming import name_of
from credit.quality import stability_index, wilson

Json = dict[str, Any]
BANDS = 10  # of the chance foretold, each a tenth
MOVED, MUCH = 0.1, 0.25  # population stability index
LEAST = 30  # decisions, or customers, below which nothing is alarming
NAMED = 3  # features that an alarm names
SURE = 2.58  # standard deviations: once in a hundred by chance


@dataclass(frozen=True, slots=True)
class Lent:
    """An approval by a model's score: when, the chance foretold, and what came of it by now.

    defaulted is None while nothing can be said; over: the whole window lies behind.
    """

    vintage: str
    p_repays: float
    defaulted: bool | None
    over: bool


def came_of(lent: Sequence[Lent]) -> Json:
    """Foretold and realised, by band of the score and by vintage."""
    known = [one for one in lent if one.defaulted is not None]
    bands = {f"{band}": [one for one in known if _band(one) == band] for band in range(BANDS)}
    vintages = {name: [one for one in known if one.vintage == name] for name in sorted({one.vintage for one in known})}
    return {
        "all": _row("", known),
        "bands": [_row(name, rows) for name, rows in bands.items() if rows],
        "vintages": [_row(name, rows) for name, rows in vintages.items()],
    }


def _band(one: Lent) -> int:
    return min(int(one.p_repays * BANDS), BANDS - 1)


def _row(name: str, rows: Sequence[Lent]) -> Json:
    bad = sum(bool(one.defaulted) for one in rows)
    low, high = wilson(bad, len(rows))
    foretold = sum(1 - one.p_repays for one in rows)
    over = sum(one.over for one in rows)
    told = {"rows": len(rows), "over": over, "bad": bad, "foretold": round(foretold, 4), "low": low, "high": high}
    return {"name": name, **told, "alarm": drifts(rows)}


def drifts(rows: Sequence[Lent]) -> str:
    """ "" while what came fits what was foretold; else "worse" or "better".

    A window that is not over yet may still bring defaults: it counts only for worse, never for better.
    """
    worse = _distance(rows)
    if len(rows) >= LEAST and worse > SURE:
        return "worse"
    done = [one for one in rows if one.over]
    return "better" if len(done) >= LEAST and _distance(done) < -SURE else ""


def _distance(rows: Iterable[Lent]) -> float:
    """How many standard deviations more defaults came than the chances foretold."""
    chances = np.array([1 - one.p_repays for one in rows])
    if not len(chances):
        return 0.0
    bad = sum(bool(one.defaulted) for one in rows)
    return float((bad - chances.sum()) / np.sqrt(max((chances * (1 - chances)).sum(), 1e-9)))


class Population:
    """Counts customers in the bins of a card's tables, one after the other, to be set against its sample."""

    def __init__(self, card: Card) -> None:
        self.tables = card.tables
        self.counts = {table.feature: np.zeros(len(table.points) + 1, dtype=np.int64) for table in card.tables}
        self.rows = 0

    def add(self, values: Mapping[str, float | None]) -> None:
        self.rows += 1
        for table in self.tables:
            self.counts[table.feature][_place(table, values[table.feature])] += 1

    def moved(self, sample: Iterable[Json]) -> list[Json]:
        """The stability index of each feature, the most moved first. `sample` is the report's tables."""
        before = {told["feature"]: [row["rows"] for row in (*told["bins"], told["unknown"])] for told in sample}
        found = [
            {"feature": name, "moved": stability_index(np.array(before[name]), count)}
            for name, count in self.counts.items()
            if len(before.get(name, ())) == len(count)
        ]
        return sorted(found, key=lambda row: -float(row["moved"]))


def _place(table: Table, value: float | None) -> int:
    return len(table.points) if value is None else int(np.searchsorted(table.cuts, value, side="right"))


def alarms(came: Json, moved: Sequence[Json], customers: int) -> list[str]:
    """What a manager should look at, in sentences; none while all is as it was."""
    said = []
    whole = came["all"]
    if whole["alarm"]:
        drift = _(
            "Calibration drifts: of those approved by the model %(bad)s of %(rows)s defaulted, and %(foretold)s were "
            "foretold."
        )
        said.append(drift % _counts(whole))
    for row in came["bands"]:
        if row["alarm"] == "worse" and not whole["alarm"]:
            low = int(row["name"]) * 10
            drift = _(
                "Calibration drifts between %(low)s and %(high)s %%: %(bad)s of %(rows)s defaulted, and %(foretold)s "
                "were foretold."
            )
            said.append(drift % (_counts(row) | {"low": low, "high": low + 10}))
    far = [name_of(row["feature"]) for row in moved if row["moved"] > MUCH] if customers >= LEAST else []
    return [*said, _differ(far)] if far else said


def _counts(row: Json) -> Json:
    return {"bad": row["bad"], "rows": row["rows"], "foretold": f"{row['foretold']:.0f}"}


def _differ(far: Sequence[str]) -> str:
    named = [_("“%(name)s”") % {"name": name} for name in far[:NAMED]]
    told = {"names": pgettext("between names", ", ").join(named), "number": len(far) - NAMED}
    if len(far) <= NAMED:
        return _("Customers differ much from those it learned from, in %(names)s.") % told
    return (
        ngettext(
            "Customers differ much from those it learned from, in %(names)s and %(number)s more.",
            "Customers differ much from those it learned from, in %(names)s and %(number)s more.",
            len(far) - NAMED,
        )
        % told
    )
