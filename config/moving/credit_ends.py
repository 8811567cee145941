"""The credit manager's year_percentage: who turned out how, and what was paid of each year's dues."""

import datetime
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from config.moving import values
from config.moving.nouns import Ended, Findings
from ledger.money import ZERO
from ledger.months import FIRST_YEAR, LAST_YEAR

STEP = 0.01  # by which a stored percentage may miss ours
ByYear = dict[tuple[int, int], Decimal]  # a customer and a year


@dataclass
class Sums:
    """What the months of one piece come to, to hold stored totals and percentages against."""

    due: ByYear = field(default_factory=dict)
    paid: ByYear = field(default_factory=dict)


class Ends:
    """Reads the table's rows. Where all its figures are parts of 1 (0.93 for 93 %), they are taken as such."""

    def __init__(self, old: sqlite3.Connection, columns: Sequence[str], today: datetime.date, found: Findings) -> None:
        self.any = "result" in columns
        self.today, self.found = today, found
        self.years = [name for name in columns if re.fullmatch(r"y[0-9]{4}", name)]
        self.scale = self._scale(old) if self.any and self.years else 1.0

    def _scale(self, old: sqlite3.Connection) -> float:
        most = ", ".join(f"MAX({name})" for name in self.years)
        tops = [top for top in old.execute(f"SELECT {most} FROM year_percentage").fetchone() if _is_number(top)]  # noqa: S608
        if not tops or max(tops) > 1:
            return 1.0
        self.found.note("year_percentage holds parts of 1 (0.93 for 93 %); they are taken as such.")
        return 100.0

    def read(self, rows: Sequence[sqlite3.Row], sums: Sums) -> list[Ended]:
        return [ended for row in rows if (ended := self._end(row, sums))]

    def _end(self, row: sqlite3.Row, sums: Sums) -> Ended | None:
        """The day is the last of the last year that is over and has a percentage; the result is 1 for who repays."""
        where = f"year_percentage, id {row['id']}"
        if row["result"] is None:
            return None
        self.found.there["outcomes"].add()
        percents = self._percents(row, where, sums)
        if row["result"] not in (0, 1) or not percents:
            said = "is neither 0 nor 1" if row["result"] not in (0, 1) else "stands beside no percentage"
            self.found.differ(where, f"the result {values.shown(row['result'])} {said}. Left out.")
            return None
        as_of = datetime.date(min(int(max(percents)), self.today.year - 1), 12, 31)
        return Ended(str(row["id"]), where, as_of, not row["result"], percents)

    def _percents(self, row: sqlite3.Row, where: str, sums: Sums) -> dict[str, float]:
        percents = {}
        for name in self.years:
            year, given = int(name[1:]), row[name]
            if given is None:
                continue
            if not _is_number(given) or not 0 <= given * self.scale <= 1000 or not FIRST_YEAR <= year <= LAST_YEAR:
                self.found.differ(f"{where}, {name}", f"{values.shown(given)} is no percentage. Left out.")
                continue
            percents[str(year)] = round(float(given) * self.scale, 6)
            self._hold_against(percents[str(year)], (row["id"], year), f"{where}, {name}", sums)
        return percents

    def _hold_against(self, stated: float, key: tuple[int, int], where: str, sums: Sums) -> None:
        if (due := sums.due.get(key, ZERO)) > 0:
            ours = float(100 * sums.paid.get(key, ZERO) / due)
            if abs(ours - stated) > STEP:
                self.found.differ(where, f"{stated:.2f} % stands there, the months say {ours:.2f} %.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and value == value and abs(value) != float("inf")
