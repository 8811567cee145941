"""A card: for each feature a table of points, and what their sum says about repaying. Plain numbers, exact reasons.

Both kinds of model end as a card, for both are sums of one function of each feature. So scoring needs neither
scikit-learn nor its 1.3 seconds, a card is kept as JSON, which cannot run, and a reason is a row of a table.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass

Values = Mapping[str, float | None]  # one customer's features; None is not known


@dataclass(frozen=True, slots=True)
class Table:
    """One feature's points: points[i] from cuts[i - 1] on and below cuts[i]; `unknown` where there is no value."""

    feature: str
    cuts: tuple[float, ...]
    points: tuple[int, ...]
    unknown: int

    def of(self, value: float | None) -> int:
        return self.unknown if value is None else self.points[bisect_right(self.cuts, value)]

    @property
    def best(self) -> int:
        return max(self.points)


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature gave, and what it would give at its best."""

    feature: str
    value: float | None
    points: int
    best: int

    @property
    def lost(self) -> int:
        return max(self.best - self.points, 0)


@dataclass(frozen=True, slots=True)
class Card:
    """P(repays) = 1 / (1 + exp(-(offset + slope * points))), points = base + what each table gives."""

    kind: str
    base: int
    offset: float
    slope: float
    tables: tuple[Table, ...]

    def points(self, values: Values) -> int:
        return self.base + sum(table.of(values[table.feature]) for table in self.tables)

    def p_repays(self, points: int) -> float:
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, self.offset + self.slope * points))))

    def reasons(self, values: Values) -> list[Reason]:
        """One for each feature, those that cost most first; base and their points are exactly the score."""
        found = [
            Reason(table.feature, values[table.feature], table.of(values[table.feature]), table.best)
            for table in self.tables
        ]
        return sorted(found, key=lambda reason: (-reason.lost, reason.feature))

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, allow_nan=False).encode()


class BadCard(ValueError):
    """These bytes are no card, and what is wrong with them."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        super().__init__(f"The model does not read as a card: {fault}")


def read_card(data: bytes) -> Card:
    """The card of as_bytes. Raises BadCard for anything else, and runs nothing."""
    try:
        found = json.loads(data)
        tables = tuple(map(_table, found["tables"]))
        return Card(str(found["kind"]), int(found["base"]), float(found["offset"]), float(found["slope"]), tables)
    except (ValueError, TypeError, KeyError) as error:
        raise BadCard(str(error)) from None


def _table(found: dict[str, list[float]]) -> Table:
    cuts, points = tuple(map(float, found["cuts"])), tuple(map(int, found["points"]))
    if len(points) != len(cuts) + 1 or list(cuts) != sorted(cuts):
        raise ValueError(f"the table of {found['feature']} does not fit together")
    return Table(str(found["feature"]), cuts, points, int(found["unknown"]))  # type: ignore[call-overload]
