"""What a model may know of a customer: figures drawn from dues and payments up to a day, and from the limit.

Pure: no Django, no clock. Each has a name, a unit, a direction (+1: more of it is safer, -1: riskier; a model may
use it in that direction only) and a sentence for people. None is "not known". Nothing of who somebody is - sex,
age, marriage - is here, and nothing dated after the day.
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
    sentence: str
    of: Measure


def features(history: History) -> dict[str, Value]:
    """Every feature by its name."""
    seen = Timeline(history)
    return {feature.name: feature.of(seen) for feature in FEATURES}


YEARS = ("this year", "last year", "two years ago", "three years ago", "four years ago")
FEATURES: tuple[Feature, ...] = (
    *(
        Feature(
            f"percent_year_{back}", "%", 1, f"How much of the dues of {name} is paid", measures.percent_of_year(back)
        )
        for back, name in enumerate(YEARS)
    ),
    Feature("percent_overall", "%", 1, "How much of all that fell due is paid", measures.percent_covered),
    *(
        Feature(
            f"percent_{months}_months",
            "%",
            1,
            f"Paid of what was owed in the last {months} months",
            measures.percent_paid(months),
        )
        for months in (3, 6, 12)
    ),
    Feature("on_time", "%", 1, "How many dues were paid by their day", measures.on_time),
    Feature("days_late_mean", "days", -1, "Days late, on average", measures.late(fmean)),
    Feature("days_late_worst", "days", -1, "Days late, at worst", measures.late(max)),
    Feature("days_late_last", "days", -1, "Days late with the last due", measures.late(lambda days: days[-1])),
    Feature("days_past_due", "days", -1, "Days since the oldest unpaid due", measures.past_due_now),
    Feature("months_past_due", "months", -1, "What is overdue, in months of usual dues", measures.months_past_due),
    Feature("paid_part_last", "part", 1, "Paid last month of what was owed", measures.ratio(1)),
    Feature("paid_part_before", "part", 1, "Paid the month before last of what was owed", measures.ratio(2)),
    Feature("paid_part_3", "part", 1, "Paid in a month of what was owed, over three months", measures.ratios(fmean, 3)),
    Feature("paid_part_6", "part", 1, "Paid in a month of what was owed, over six months", measures.ratios(fmean, 6)),
    Feature("paid_part_12", "part", 1, "Paid in a month of what was owed, over twelve months", measures.ratios(fmean)),
    Feature("paid_part_least_3", "part", 1, "The month with the smallest part paid, of three", measures.ratios(min, 3)),
    Feature("paid_part_least", "part", 1, "The month with the smallest part paid, of twelve", measures.ratios(min)),
    Feature(
        "paid_part_second",
        "part",
        1,
        "The second worst month of twelve",
        measures.ratios(lambda all: sorted(all)[1], 12, 2),
    ),
    Feature("paid_part_most", "part", 1, "The month with the largest part paid, of twelve", measures.ratios(max)),
    Feature("paid_evenly", "part", 1, "Paid every month, without a month of nothing", measures.ratios(measures.even)),
    Feature(
        "paid_lately",
        "part",
        1,
        "Paid every month, later months counting more",
        measures.ratios(measures.later_counts_more),
    ),
    Feature("spread", "part", -1, "How much the months differ", measures.ratios(pstdev, 12, 2)),
    Feature("trend", "part", 1, "The last two months against those before", measures.ratios(measures.trend, 12, 3)),
    Feature(
        "missed",
        "months",
        -1,
        "Months without a payment worth the name",
        measures.year(lambda all: sum(m.missed for m in all)),
    ),
    Feature("missed_now", "months", -1, "Missed months in a row until now", lambda seen: float(seen.runs[0])),
    Feature("missed_in_a_row", "months", -1, "Missed months in a row, at worst", lambda seen: float(seen.runs[1])),
    Feature("since_missed", "months", 1, "Months since the last missed one", measures.year(measures.since_missed)),
    Feature(
        "missed_lately", "points", -1, "Missed months, later ones counting more", measures.year(measures.missed_lately)
    ),
    Feature(
        "behind_25",
        "times",
        -1,
        "Behind with a payment of one in 25, at worst",
        measures.year(measures.behind_worst(25)),
    ),
    Feature(
        "behind_10",
        "times",
        -1,
        "Behind with a payment of one in ten, at worst",
        measures.year(measures.behind_worst(10)),
    ),
    Feature(
        "behind_now", "times", -1, "Behind with a payment of one in 25, now", measures.year(measures.behind_now(25))
    ),
    Feature("days_since_payment", "days", -1, "Days since the last payment", measures.days_since_payment),
    Feature("longest_gap", "days", -1, "The longest time without a payment", measures.longest_gap),
    Feature(
        "months_to_clear", "months", -1, "Months to clear the balance at the present pace", measures.months_to_clear
    ),
    Feature("used", "%", -1, "How much of the limit is used", measures.of_limit(lambda all: all[-1].balance)),
    Feature(
        "used_mean",
        "%",
        -1,
        "How much of the limit was used on average",
        measures.of_limit(lambda all: fmean(m.balance for m in all)),
    ),
    Feature(
        "used_most",
        "%",
        -1,
        "How much of the limit was used at most",
        measures.of_limit(lambda all: max(m.owed for m in all)),
    ),
    Feature(
        "used_least",
        "%",
        -1,
        "How much of the limit was used at least",
        measures.of_limit(lambda all: min(m.balance for m in all)),
    ),
    Feature("grown", "%", -1, "How much the balance grew, in parts of the limit", measures.of_limit(measures.grown)),
    Feature(
        "unpaid_of_limit",
        "%",
        -1,
        "The largest balance a missed month left, of the limit",
        measures.of_limit(measures.unpaid_at_most),
    ),
    Feature(
        "unpaid_in_all",
        "%",
        -1,
        "The balances all missed months left, of the limit",
        measures.of_limit(measures.unpaid_in_all),
    ),
    Feature(
        "limit", "money", 1, "The limit the lender has given", lambda seen: float(seen.limit) if seen.limit else None
    ),
    Feature("free", "money", 1, "What of the limit is free", measures.free),
    Feature("free_least", "money", 1, "What of the limit was free at the tightest", measures.least_free),
    Feature("paid_year", "money", 1, "Paid in twelve months", measures.year(measures.paid)),
    Feature("paid_quarter", "money", 1, "Paid in three months", measures.year(lambda all: measures.paid(all[-3:]))),
    Feature(
        "paid_least_3",
        "money",
        1,
        "The smallest month's payment of three",
        measures.year(lambda all: min(m.paid for m in all[-3:])),
    ),
    Feature(
        "paid_least",
        "money",
        1,
        "The smallest month's payment of twelve",
        measures.year(lambda all: min(m.paid for m in all)),
    ),
    Feature("paid_second", "money", 1, "The second smallest month's payment", measures.year(measures.second_smallest)),
    Feature(
        "paid_middle", "money", 1, "A usual month's payment", measures.year(lambda all: median(m.paid for m in all))
    ),
    Feature(
        "paid_most",
        "money",
        1,
        "The largest month's payment of twelve",
        measures.year(lambda all: max(m.paid for m in all)),
    ),
    Feature("paid_last", "money", 1, "Paid last month", measures.year(lambda all: all[-1].paid)),
    Feature(
        "paid_least_of_limit",
        "%",
        1,
        "The smallest month's payment, of the limit",
        measures.of_limit(lambda all: min(m.paid for m in all)),
    ),
    Feature("paid_before", "money", 1, "Paid the month before last", measures.year(lambda all: all[-2:][0].paid)),
    Feature(
        "unpaid_most", "money", -1, "The largest balance a missed month left", measures.year(measures.unpaid_at_most)
    ),
    Feature("billed_most", "money", 1, "The largest month of new dues", measures.year(measures.billed_most)),
    Feature("billed_of_limit", "%", 1, "New dues of the year, of the limit", measures.of_limit(measures.billed_anew)),
    Feature(
        "paid_usual", "money", 1, "What usually comes in, no month left out", measures.year(measures.usual_payment)
    ),
    Feature(
        "paid_usual_lately",
        "money",
        1,
        "The same, later months counting more",
        measures.year(measures.usual_payment_lately),
    ),
    Feature(
        "paid_usual_of_limit", "%", 1, "What usually comes in, of the limit", measures.of_limit(measures.usual_payment)
    ),
    Feature(
        "unpaid_lately",
        "%",
        -1,
        "What missed months left of the limit, later ones counting more",
        measures.of_limit(measures.unpaid_lately),
    ),
    Feature(
        "billed_last_of_limit",
        "%",
        1,
        "What fell due last month, of the limit",
        measures.of_limit(measures.billed_last),
    ),
    Feature("owed_usual", "money", -1, "What is usually owed", measures.year(measures.usually_owed)),
    Feature(
        "used_spread", "%", -1, "How far the balance swings, of the limit", measures.of_limit(measures.balance_spread)
    ),
    Feature("over_limit", "%", -1, "By how much the limit was passed", measures.over),
    Feature("billed_last", "money", 1, "What fell due last month", measures.year(lambda all: all[-1].due)),
    Feature(
        "paid_last_of_usual",
        "times",
        1,
        "Last month's payment against the usual one",
        measures.year(measures.last_against_usual),
    ),
    Feature("paid_unevenly", "times", -1, "How much payments differ in size", measures.year(measures.unevenness)),
    Feature("billed_of_paid", "times", -1, "New dues against what was paid", measures.year(measures.billed_of_paid)),
    Feature("in_full", "months", 1, "Months that paid all that stood open", measures.year(measures.months_in_full)),
    Feature(
        "in_full_now", "months", 1, "Months in a row that paid all that stood open", measures.year(measures.in_full_now)
    ),
    Feature("dues_seen", "dues", 1, "Dues that have fallen due", lambda seen: float(len(seen.settled))),
    Feature(
        "request_of_repaid", "%", -1, "What is asked for, against all that was ever repaid", measures.request_of_repaid
    ),
)

BY_NAME = {feature.name: feature for feature in FEATURES}
