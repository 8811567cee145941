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
