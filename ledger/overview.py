"""The whole portfolio in one look: outstanding, arrears, risk, and money that came, from the tallies alone."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.db.models.functions import TruncMonth

from accounts.models import Lender
from ledger.ageing import BUCKETS, bucket_days
from ledger.charts import Pair
from ledger.models import Tally, total
from ledger.months import add_months, last_day, month_of
from ledger.past import portfolio_on

Figure = Tally.Figure
MONTHS, DAYS = 24, 30  # shown, this one and today included
RISKS = (30, 60, 90)  # days


@dataclass(frozen=True)
class Age:
    """What is open in one bucket, due from the first to the last day (None is open-ended), and its share of all."""

    name: str
    days: tuple[datetime.date | None, datetime.date | None]
    amount: Decimal
    share: Decimal


@dataclass(frozen=True)
class Risk:
    """Portfolio at risk: the whole balance of customers with any due more than `days` days past due; its share."""

    days: int
    amount: Decimal
    share: Decimal


@dataclass(frozen=True)
class Overview:
    """What the first screen tells; months and takings are oldest first, and have no gap. What was held on a past day
    is not known."""

    outstanding: Decimal
    held: Decimal | None
    ages: Sequence[Age]
    risks: Sequence[Risk]
    months: Sequence[Pair]
    takings: Sequence[Pair]

    @property
    def overdue(self) -> Decimal:
        return self.outstanding - self.ages[0].amount

    @property
    def late_days(self) -> tuple[None, datetime.date | None]:
        """The days on which a due that is open was late."""
        return None, self.ages[1].days[1]

    @property
    def this_month(self) -> Pair:
        return self.months[-1]


def overview(today: datetime.date) -> Overview:
    """Three queries over sums by day, however many dues there are."""
    sums = _standing(today)
    whole = sums["outstanding"]
    ages = [Age(name, bucket_days(name, today), sums[name], _share(sums[name], whole)) for name in BUCKETS]
    risks = [Risk(days, sums[f"risk_{days}"], _share(sums[f"risk_{days}"], whole)) for days in RISKS]
    return Overview(
        whole, sums["held"], ages, risks, _months(today), takings(today - datetime.timedelta(DAYS - 1), today)
    )


def overview_on(day: datetime.date, lender: Lender) -> Overview:
    """The same as it stood at the end of a past day, from all of the books."""
    told = portfolio_on(day, lender)
    whole = told.outstanding
    ages = [Age(name, bucket_days(name, day), part, _share(part, whole)) for name, part in told.by_bucket.items()]
    risks = [Risk(days, told.at_risk[days], _share(told.at_risk[days], whole)) for days in RISKS]
    return Overview(whole, None, ages, risks, _months(day), takings(month_of(day), day))


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole if whole else Decimal(0)


def _standing(today: datetime.date) -> dict[str, Decimal]:
    """outstanding, held, each bucket by name, and risk_30, risk_60, risk_90."""
    is_open = Q(figure=Figure.OPEN)
    asked: dict[str, Any] = {
        "outstanding": total("amount", filter=is_open),
        "held": total("amount", filter=Q(figure=Figure.HELD)),
    }
    for name in BUCKETS:
        first, last = bucket_days(name, today)
        within = Q(day__gte=first) if first else Q()
        within &= Q(day__lte=last) if last else Q()
        asked[name] = total("amount", filter=is_open & within)
    for days in RISKS:
        before = today - datetime.timedelta(days)
        asked[f"risk_{days}"] = total("amount", filter=Q(figure=Figure.AT_RISK, day__lt=before))
    return Tally.objects.filter(figure__in=[Figure.OPEN, Figure.HELD, Figure.AT_RISK]).aggregate(**asked)


def _months(today: datetime.date) -> list[Pair]:
    first = add_months(month_of(today), 1 - MONTHS)
    last = last_day(month_of(today))
    moved = Tally.objects.filter(figure__in=[Figure.RAISED, Figure.RECEIVED], day__range=(first, last))
    rows = moved.annotate(month=TruncMonth("day")).values_list("figure", "month").annotate(sum=total("amount"))
    known = {(figure, month): part for figure, month, part in rows.order_by()}
    none = Decimal(0)
    months = [add_months(first, n) for n in range(MONTHS)]
    return [
        Pair(month, known.get((Figure.RAISED, month), none), known.get((Figure.RECEIVED, month), none))
        for month in months
    ]


def takings(first: datetime.date, today: datetime.date) -> list[Pair]:
    rows = Tally.objects.of(Figure.RECEIVED).filter(day__range=(first, today)).order_by()
    known = dict(rows.values_list("day").annotate(sum=total("amount")))
    days = [first + datetime.timedelta(n) for n in range((today - first).days + 1)]
    return [Pair(day, Decimal(0), known.get(day, Decimal(0))) for day in days]
