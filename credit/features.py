"""What a model may know of a customer: figures drawn from dues and payments up to a day, and from the limit.

Pure: no Django, no clock. Each has a name, a unit, a direction (+1: more of it is safer, -1: riskier; a model may
use it in that direction only); credit.naming has what people call it. None is "not known". Nothing of who somebody
is - sex, age, marriage - is here, and nothing dated after the day.
"""

from dataclasses import dataclass
from statistics import fmean, median, pstdev

from credit import measures
from credit.measures import Measure, Value
from credit.timeline import History, Timeline


@dataclass(frozen=True, slots=True)
class Feature:
    name: str
    unit: str
    direction: int
    of: Measure


def features(history: History) -> dict[str, Value]:
    """Every feature by its name."""
    seen = Timeline(history)
    return {feature.name: feature.of(seen) for feature in FEATURES}


YEARS = 5
FEATURES: tuple[Feature, ...] = (
    *(Feature(f"percent_year_{back}", "%", 1, measures.percent_of_year(back)) for back in range(YEARS)),
    Feature("percent_overall", "%", 1, measures.percent_covered),
    *(Feature(f"percent_{months}_months", "%", 1, measures.percent_paid(months)) for months in (3, 6, 12)),
    Feature("on_time", "%", 1, measures.on_time),
    Feature("days_late_mean", "days", -1, measures.late(fmean)),
    Feature("days_late_worst", "days", -1, measures.late(max)),
    Feature("days_late_last", "days", -1, measures.late(lambda days: days[-1])),
    Feature("days_past_due", "days", -1, measures.past_due_now),
    Feature("months_past_due", "months", -1, measures.months_past_due),
    Feature("paid_part_last", "part", 1, measures.ratio(1)),
    Feature("paid_part_before", "part", 1, measures.ratio(2)),
    Feature("paid_part_3", "part", 1, measures.ratios(fmean, 3)),
    Feature("paid_part_6", "part", 1, measures.ratios(fmean, 6)),
    Feature("paid_part_12", "part", 1, measures.ratios(fmean)),
    Feature("paid_part_least_3", "part", 1, measures.ratios(min, 3)),
    Feature("paid_part_least", "part", 1, measures.ratios(min)),
    Feature("paid_part_second", "part", 1, measures.ratios(lambda all: sorted(all)[1], 12, 2)),
    Feature("paid_part_most", "part", 1, measures.ratios(max)),
    Feature("paid_evenly", "part", 1, measures.ratios(measures.even)),
    Feature("paid_lately", "part", 1, measures.ratios(measures.later_counts_more)),
    Feature("spread", "part", -1, measures.ratios(pstdev, 12, 2)),
    Feature("trend", "part", 1, measures.ratios(measures.trend, 12, 3)),
    Feature("missed", "months", -1, measures.year(lambda all: sum(m.missed for m in all))),
    Feature("missed_now", "months", -1, lambda seen: float(seen.runs[0])),
    Feature("missed_in_a_row", "months", -1, lambda seen: float(seen.runs[1])),
    Feature("since_missed", "months", 1, measures.year(measures.since_missed)),
    Feature("missed_lately", "points", -1, measures.year(measures.missed_lately)),
    Feature("behind_25", "times", -1, measures.year(measures.behind_worst(25))),
    Feature("behind_10", "times", -1, measures.year(measures.behind_worst(10))),
    Feature("behind_now", "times", -1, measures.year(measures.behind_now(25))),
    Feature("days_since_payment", "days", -1, measures.days_since_payment),
    Feature("longest_gap", "days", -1, measures.longest_gap),
    Feature("months_to_clear", "months", -1, measures.months_to_clear),
    Feature("used", "%", -1, measures.of_limit(lambda all: all[-1].balance)),
    Feature("used_mean", "%", -1, measures.of_limit(lambda all: fmean(m.balance for m in all))),
    Feature("used_most", "%", -1, measures.of_limit(lambda all: max(m.owed for m in all))),
    Feature("used_least", "%", -1, measures.of_limit(lambda all: min(m.balance for m in all))),
    Feature("grown", "%", -1, measures.of_limit(measures.grown)),
    Feature("unpaid_of_limit", "%", -1, measures.of_limit(measures.unpaid_at_most)),
    Feature("unpaid_in_all", "%", -1, measures.of_limit(measures.unpaid_in_all)),
    Feature("limit", "money", 1, lambda seen: float(seen.limit) if seen.limit else None),
    Feature("free", "money", 1, measures.free),
    Feature("free_least", "money", 1, measures.least_free),
    Feature("paid_year", "money", 1, measures.year(measures.paid)),
    Feature("paid_quarter", "money", 1, measures.year(lambda all: measures.paid(all[-3:]))),
    Feature("paid_least_3", "money", 1, measures.year(lambda all: min(m.paid for m in all[-3:]))),
    Feature("paid_least", "money", 1, measures.year(lambda all: min(m.paid for m in all))),
    Feature("paid_second", "money", 1, measures.year(measures.second_smallest)),
    Feature("paid_middle", "money", 1, measures.year(lambda all: median(m.paid for m in all))),
    Feature("paid_most", "money", 1, measures.year(lambda all: max(m.paid for m in all))),
    Feature("paid_last", "money", 1, measures.year(lambda all: all[-1].paid)),
    Feature("paid_least_of_limit", "%", 1, measures.of_limit(lambda all: min(m.paid for m in all))),
    Feature("paid_before", "money", 1, measures.year(lambda all: all[-2:][0].paid)),
    Feature("unpaid_most", "money", -1, measures.year(measures.unpaid_at_most)),
    Feature("billed_most", "money", 1, measures.year(measures.billed_most)),
    Feature("billed_of_limit", "%", 1, measures.of_limit(measures.billed_anew)),
    Feature("paid_usual", "money", 1, measures.year(measures.usual_payment)),
    Feature("paid_usual_lately", "money", 1, measures.year(measures.usual_payment_lately)),
    Feature("paid_usual_of_limit", "%", 1, measures.of_limit(measures.usual_payment)),
    Feature("unpaid_lately", "%", -1, measures.of_limit(measures.unpaid_lately)),
    Feature("billed_last_of_limit", "%", 1, measures.of_limit(measures.billed_last)),
    Feature("owed_usual", "money", -1, measures.year(measures.usually_owed)),
    Feature("used_spread", "%", -1, measures.of_limit(measures.balance_spread)),
    Feature("over_limit", "%", -1, measures.over),
    Feature("billed_last", "money", 1, measures.year(lambda all: all[-1].due)),
    Feature("paid_last_of_usual", "times", 1, measures.year(measures.last_against_usual)),
    Feature("paid_unevenly", "times", -1, measures.year(measures.unevenness)),
    Feature("billed_of_paid", "times", -1, measures.year(measures.billed_of_paid)),
    Feature("in_full", "months", 1, measures.year(measures.months_in_full)),
    Feature("in_full_now", "months", 1, measures.year(measures.in_full_now)),
    Feature("dues_seen", "dues", 1, lambda seen: float(len(seen.settled))),
    Feature("request_of_repaid", "%", -1, measures.request_of_repaid),
)

BY_NAME = {feature.name: feature for feature in FEATURES}
