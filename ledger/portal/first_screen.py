"""The first screen: what the lender's money does, and who waits for an answer."""

import datetime
from typing import Any

from django.db.models import QuerySet

from ledger.charts import draw
from ledger.models import Approval, Notice
from ledger.overview import overview
from ledger.portal.pages import READ, StaffRequest
from ledger.templatetags.money import month_short

MANY = 99


def first_screen(request: StaffRequest) -> dict[str, Any]:
    """What the admin's index shows besides its tables; nothing to who may not read the books."""
    if not request.user.has_perms(READ):
        return {}
    today = request.lender.today()
    told = overview(today)
    return {
        "overview": told,
        "today": today,
        "months_chart": draw(told.months, label=season, slim=True),
        "takings_chart": draw(told.takings, label=_week),
        "month_rows": list(reversed(told.months)),
        "requests": count_waiting(Approval.objects.waiting()),
        "notices": count_waiting(Notice.objects.waiting()),
        "taking_rows": [pair for pair in reversed(told.takings) if pair.paid],
    }


def count_waiting(rows: QuerySet[Any]) -> str:
    """How many wait, counted no further than MANY."""
    count = rows.order_by()[: MANY + 1].count()
    return f"{MANY}+" if count > MANY else str(count or "")


def season(day: datetime.date) -> str:
    """A name for every third month, which is what fits."""
    if day.month == 1:
        return str(day.year)
    return month_short(day).rstrip(".") if day.month in (4, 7, 10) else ""


def _week(day: datetime.date) -> str:
    """The day's number on Mondays."""
    return str(day.day) if day.weekday() == 0 else ""
