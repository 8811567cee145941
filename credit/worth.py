"""What a threshold is worth: who is approved, how many of those default, and what that earns. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from credit.quality import auc

Floats = NDArray[np.float64]
Whole = NDArray[np.int8]
Row = dict[str, Any]
STEPS = 100


def profit_curve(p_repays: Floats, repaid: Whole, gain: int, loss: int) -> list[Row]:
    """For each threshold 0.00 to 0.99: the part approved, the part of those that defaults, and the profit.

    gain and loss are percent of the amount lent; profit is percent of all that was asked for, by equal loans.
    """
    return [_at(step / STEPS, p_repays >= step / STEPS, repaid, gain, loss) for step in range(STEPS)]


def _at(threshold: float, approved: NDArray[np.bool_], repaid: Whole, gain: int, loss: int) -> Row:
    good, bad = int(repaid[approved].sum()), int((1 - repaid[approved]).sum())
    return {
        "threshold": threshold,
        "approved": round((good + bad) / len(repaid), 6),
        "bad": round(bad / (good + bad), 6) if good + bad else None,
        "profit": round((gain * good - loss * bad) / len(repaid), 6),
    }


def suggested(curve: list[Row]) -> Row:
    """The threshold of the largest profit; of several the highest, which takes the smallest risk."""
    return max(curve, key=lambda row: (row["profit"], row["threshold"]))


def break_even(gain: int, loss: int) -> float:
    """The chance of repaying at which a loan earns nothing on average."""
    return loss / (gain + loss)


def side_by_side(scores: Mapping[str, Floats], repaid: Whole, approved: float) -> list[Row]:
    """Each way to rank customers, when each approves the same part of them. A score that is not known ranks last."""
    return [_ranked(name, np.nan_to_num(score, nan=-np.inf), repaid, approved) for name, score in scores.items()]


def _ranked(name: str, score: Floats, repaid: Whole, approved: float) -> Row:
    place = min(max(round(approved * len(repaid)), 0), len(repaid))
    return {"name": name, "auc": round(auc(score, repaid), 6), "bad": _bad_above(score, repaid, place)}


def _bad_above(score: Floats, repaid: Whole, place: int) -> float | None:
    """The part that defaults of the best `place`; of those that tie at the end each counts with its chance to be in."""
    if not place:
        return None
    last = np.sort(score)[-place]
    above, tied = score > last, score == last
    part = (place - above.sum()) / tied.sum()
    return round(float(((1 - repaid[above]).sum() + part * (1 - repaid[tied]).sum()) / place), 6)
