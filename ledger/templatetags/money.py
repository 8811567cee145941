"""Amounts and dates as the reader's locale writes them."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from babel.dates import format_date, get_datetime_format
from babel.lists import format_list
from django import template
from django.utils.translation import gettext as _

from accounts.telling import told, told_apart
from ledger import channels
from ledger import money as rules

register = template.Library()
MOST_NAMED = 3


@register.filter
def money(amount: Decimal | None) -> str:
    """$1,250.00; a dash where there is no figure."""
    return "–" if amount is None else rules.format_money(amount)


@register.filter
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """1,234.5 as the reader writes it, or with so many decimals; nothing where there is no number."""
    return "" if value is None or value == "" else rules.format_number(value, decimals)


@register.filter(expects_localtime=True)
def day(value: datetime.date | None) -> str:
    """3 Mar 2025, in the order the reader writes dates; the month in letters in every language."""
    locale = rules.active_locale()
    return "–" if value is None else format_date(value, locale.datetime_skeletons["yMMMd"], locale=locale)


@register.filter(expects_localtime=True)
def moment(value: datetime.datetime) -> str:
    """3 Mar 2025, 14:05"""
    together = str(get_datetime_format("medium", locale=rules.active_locale()))
    return together.replace("'", "").format(f"{value:%H:%M}", day(value))


@register.filter
def month_name(value: datetime.date) -> str:
    """March 2025"""
    return format_date(value, "MMMM y", locale=rules.active_locale())


@register.filter
def month_short(value: datetime.date) -> str:
    """Mar"""
    return format_date(value, "LLL", locale=rules.active_locale())


@register.filter
def months_left(parts: Sequence[tuple[datetime.date, Decimal]]) -> str:
    """March 2025 ($10.00), April 2025 ($20.00) and later ones: the first three by name."""
    told = [f"{month_name(month)} ({money(left)})" for month, left in parts[:MOST_NAMED]]
    return listed([*told, _("later ones")] if len(parts) > MOST_NAMED else told)


def listed(told: Sequence[str]) -> str:
    """One, two and three; British in English, as our other texts are."""
    locale = rules.active_locale()
    return format_list(told, locale="en_GB" if locale.language == "en" else locale)


register.filter(rules.apart)
register.filter(told)
register.filter(told_apart)


@register.filter
def channel(word: str) -> str:
    """How money came, in the reader's language."""
    return channels.spoken(word)
