"""What the staff's pages say beside amounts: shares, and the query that finds the rows behind a figure."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from babel.numbers import format_percent
from django import template

from ledger.money import active_locale
from ledger.months import last_day

register = template.Library()
DAY = datetime.timedelta(1)


@register.filter
def percent(share: Decimal) -> str:
    """0.0712 is 7.1%, and 7,1 % in French."""
    locale = active_locale()
    return format_percent(share, locale.percent_formats[None].pattern.replace("##0", "##0.0"), locale=locale)


@register.filter
def beside(cells: Sequence[str], amounts: Sequence[bool]) -> list[tuple[str, bool]]:
    """Each cell of a paper's table with whether its column holds amounts."""
    return list(zip(cells, amounts, strict=True))


@register.filter
def in_month(month: datetime.date, field: str) -> str:
    return within((month, last_day(month)), field)


@register.filter
def on_day(day: datetime.date, field: str) -> str:
    return within((day, day), field)


@register.filter
def within(days: tuple[datetime.date | None, datetime.date | None], field: str) -> str:
    """The part of an address that narrows a changelist to a first and a last day; None is open-ended."""
    first, last = days
    asked = {}
    if first:
        asked[f"{field}__gte"] = first.isoformat()
    if last:
        asked[f"{field}__lt"] = (last + DAY).isoformat()
    return urlencode(asked)
