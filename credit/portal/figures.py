"""The pictures and tables of a model's report, from the plain numbers that training left behind."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from credit.features import BY_NAME
from credit.models import ScoringModel
from credit.naming import name_of
from credit.plots import Bar, Frame, Line, Plot, percent, plot, reaches
from ledger.money import format_money, from_minor
from ledger.templatetags.money import number

Json = dict[str, Any]
EVERY = 5  # of the hundred thresholds, the table shows each fifth and the suggested one
RIVALS = {"this": _("This model"), "active": _("The model that scores now"), "rule": _("Percentage paid")}
UNITS = {
    "money": pgettext_lazy("unit", "money"),
    "part": pgettext_lazy("unit", "part"),
    "days": pgettext_lazy("unit", "days"),
    "months": pgettext_lazy("unit", "months"),
    "times": pgettext_lazy("unit", "times"),
    "points": pgettext_lazy("unit", "points"),
    "dues": pgettext_lazy("unit", "dues"),
}


def figures(model: ScoringModel) -> Json:
    """All that the report page draws; empty for a model that was trained before there were reports."""
    if not (told := model.report):
        return {}
    return {
        "told": told,
        "calibration": _calibration(told["calibration"]),
        "distribution": _distribution(told["distribution"]),
        "profit": _profit(told),
        "thresholds": [row for place, row in enumerate(told["curve"]) if place % EVERY == 0 or _is_best(row, told)],
        "rivals": [{**row, "name": RIVALS[row["name"]]} for row in told["rivals"]],
        "tables": sorted(map(_points, told["tables"]), key=lambda table: -table["reach"]),
        "years": [with_rate(row) for row in told["years"]],
    }


def interval(metrics: Json) -> tuple[float, float]:
    """The 95 % confidence interval of the AUC."""
    half = 1.96 * metrics["auc_se"]
    return max(metrics["auc"] - half, 0.0), min(metrics["auc"] + half, 1.0)


def with_rate(row: Json) -> Json:
    """A year with the part that defaulted, and the part that was foretold to."""
    rates = {"rate": row["bad"] / row["rows"]}
    if "foretold_bad" in row:
        rates["foretold"] = row["foretold_bad"] / row["rows"]
    if row.get("auc") is not None:
        rates["low"], rates["high"] = interval(row)
    return {**row, **rates}


def years(rows: list[Json]) -> Plot:
    """The part that defaulted, year by year."""
    rated = [with_rate(row) for row in rows]
    first, last = rated[0]["year"], rated[-1]["year"] + 1
    top = reaches(max(row["rate"] for row in rated))
    middles = [row["year"] + 0.5 for row in rated[:: 1 + len(rated) // 12]]
    frame = Frame(
        (first, last), (0, top), gettext("Seen in the year"), gettext("Defaulted"), _year, percent, x_at=middles
    )
    bars = [Bar("bar-paid", (row["year"] + 0.15, row["year"] + 0.85), (0, row["rate"])) for row in rated]
    return plot(gettext("Bars of the part that defaulted in each year; the table has the figures."), frame, bars=bars)


def _year(middle: float) -> str:
    return f"{int(middle)}"


def _calibration(groups: list[Json]) -> Plot:
    """What came against what was foretold: true chances lie on the diagonal."""
    low = min(0.9, *(min(group["low"], group["foretold"]) for group in groups))
    low = int(low * 10) / 10
    frame = Frame((low, 1), (low, 1), gettext("Foretold to repay"), gettext("Repaid"), percent, percent)
    spans = [
        Line("plot-span", [(group["foretold"], group["low"]), (group["foretold"], group["high"])]) for group in groups
    ]
    line = Line("plot-line", [(group["foretold"], group["came"]) for group in groups])
    told = gettext("Line of the part that repaid against the chance foretold, in ten groups, beside the diagonal.")
    return plot(told, frame, [Line("plot-ideal", [(low, low), (1, 1)]), *spans, line])


def _distribution(bands: list[Json]) -> Plot:
    ends = {end: sum(band[end] for band in bands) or 1 for end in ("good", "bad")}
    top = reaches(max(band[end] / ends[end] for band in bands for end in ends))
    reach = (float(bands[0]["from"]), float(bands[-1]["to"]))
    frame = Frame(reach, (0, top), gettext("Points"), gettext("Part of each"), lambda x: number(x, 0), percent)
    bars = []
    for band in bands:
        middle = (band["from"] + band["to"]) / 2
        bars.append(Bar("bar-paid", (band["from"] + 2, middle), (0, band["good"] / ends["good"])))
        bars.append(Bar("bar-bad", (middle, band["to"] - 2), (0, band["bad"] / ends["bad"])))
    return plot(gettext("Bars of how many who repaid and who defaulted have so many points."), frame, bars=bars)


def _profit(told: Json) -> Plot:
    """Losses are cut off where they would leave no room for the gains."""
    best = told["suggested"]
    top = reaches(max(best["profit"], 0.1))
    floor = max(min(row["profit"] for row in told["curve"]), -top)
    frame = Frame((0, 1), (-top if floor < 0 else 0, top), gettext("Threshold"), gettext("Profit"), percent, _short)
    line = Line("plot-line", [(row["threshold"], max(row["profit"], -top)) for row in told["curve"]])
    at = Line("plot-mark", [(best["threshold"], frame.y[0]), (best["threshold"], best["profit"])])
    zero = Line("plot-ideal", [(0, 0), (1, 0)])
    said = gettext("Line of the profit by threshold, highest at %(threshold)s; the table has the figures.")
    return plot(said % {"threshold": percent(best["threshold"])}, frame, [zero, at, line])


def _short(value: float) -> str:
    """Three figures that tell."""
    return number(float(f"{value:.3g}"))


def _is_best(row: Json, told: Json) -> bool:
    return bool(row["threshold"] == told["suggested"]["threshold"])


def _points(table: Json) -> Json:
    """A feature with its bins in words; reach is what separates its best from its worst."""
    feature = BY_NAME.get(table["feature"])
    unit = feature.unit if feature else ""
    given = [row["points"] for row in table["bins"]]
    bins = [{**row, "label": label} for row, label in zip(table["bins"], _labels(table["bins"], unit), strict=True)]
    return {
        "name": table["feature"],
        "sentence": name_of(table["feature"]),
        "unit": UNITS.get(unit, unit),
        "reach": max(given) - min(given),
        "bins": [_with_bad_rate(row) for row in (*bins, {**table["unknown"], "label": gettext("not known")})],
    }


def _with_bad_rate(row: Json) -> Json:
    return {**row, "rate": row["bad"] / row["rows"] if row["rows"] else None}


def _labels(bins: list[Json], unit: str) -> Iterator[str]:
    for row in bins:
        low, high = row["from"], row["to"]
        if low is None:
            yield pgettext("values", "all") if high is None else gettext("below %(high)s") % {"high": value(high, unit)}
        elif high is None:
            yield pgettext("values", "from %(low)s") % {"low": value(low, unit)}
        else:
            yield gettext("%(low)s to %(high)s") % {"low": value(low, unit), "high": value(high, unit)}


def value(amount: float, unit: str) -> str:
    """A feature's value as people write it; money is stored in minor units."""
    if unit == "money":
        return format_money(from_minor(round(amount)))
    return number(round(amount, 2)) + (" %" if unit == "%" else "")
