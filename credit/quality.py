"""How well P(repays) tells who repaid: figures from predictions made without the row."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def quality(p_repays: Floats, repaid: NDArray[np.int8]) -> dict[str, float]:
    """auc and its standard error, ks, brier, and calibration_error: the mean gap of ten equal groups."""
    area = auc(p_repays, repaid)
    return {
        "auc": round(area, 6),
        "auc_se": round(_auc_error(area, repaid), 6),
        "ks": round(_ks(p_repays, repaid), 6),
        "brier": round(float(np.mean((p_repays - repaid) ** 2)), 6),
        "calibration_error": round(calibration_error(p_repays, repaid), 6),
    }


def auc(score: Floats, repaid: NDArray[np.int8]) -> float:
    """The chance that one who repaid scores above one who did not; ties count half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    good = int(repaid.sum())
    return float((rank[repaid == 1].sum() - good * (good + 1) / 2) / (good * (len(repaid) - good)))


def _auc_error(area: float, repaid: NDArray[np.int8]) -> float:
    """Hanley and McNeil 1982."""
    good, bad = int(repaid.sum()), int(len(repaid) - repaid.sum())
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (good - 1) * (one - area**2) + (bad - 1) * (two - area**2)
    return float(np.sqrt(max(spread, 0) / (good * bad)))


def _ks(score: Floats, repaid: NDArray[np.int8]) -> float:
    """The largest distance between the two cumulated shares."""
    order = np.argsort(score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    good, bad = np.cumsum(repaid[order])[ends], np.cumsum(1 - repaid[order])[ends]
    return float(np.abs(good / good[-1] - bad / bad[-1]).max())


def calibration_error(p_repays: Floats, repaid: NDArray[np.int8], groups: int = 10) -> float:
    parts = np.array_split(np.argsort(p_repays, kind="stable"), groups)
    return float(sum(len(part) * abs(p_repays[part].mean() - repaid[part].mean()) for part in parts) / len(repaid))


def calibration_groups(p_repays: Floats, repaid: NDArray[np.int8], groups: int = 10) -> list[dict[str, float]]:
    """Ten equal groups by P(repays): what was foretold, what came, and the 95 % interval of what came (Wilson 1927)."""
    parts = np.array_split(np.argsort(p_repays, kind="stable"), min(groups, len(repaid)))
    return [_group(p_repays[part], repaid[part]) for part in parts]


def _group(p_repays: Floats, repaid: NDArray[np.int8]) -> dict[str, float]:
    low, high = wilson(int(repaid.sum()), len(repaid))
    found = {"foretold": float(p_repays.mean()), "came": float(repaid.mean()), "low": low, "high": high}
    return {"rows": len(repaid), **{name: round(value, 6) for name, value in found.items()}}


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share; all is possible where nothing was counted."""
    if not of:
        return 0.0, 1.0
    z = 1.96
    share, spread = count / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * float(np.sqrt(share * (1 - share) / of + spread / (4 * of)))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def stability_index(before: NDArray[np.int64], now: NDArray[np.int64]) -> float:
    """The population stability index of two counts over the same bins; half a row more in each bin forbids log 0."""
    one, two = ((count + 0.5) / (count.sum() + 0.5 * len(count)) for count in (before, now))
    return round(float(((two - one) * np.log(two / one)).sum()), 6)
