"""Amounts and dates as the reader's locale writes them."""

import datetime
from decimal import Decimal

from babel.dates import format_date
from django import template

from ledger import money as rules

register = template.Library()


@register.filter
def money(amount: Decimal | None) -> str:
    """$1,250.00; a dash where there is no figure."""
    return "–" if amount is None else rules.format_money(amount)


@register.filter(expects_localtime=True)
def day(value: datetime.date | None) -> str:
    """3 Mar 2025, in the order the reader writes dates."""
    return "–" if value is None else format_date(value, "medium", locale=rules.active_locale())


@register.filter
def month_name(value: datetime.date) -> str:
    """March 2025"""
    return format_date(value, "MMMM y", locale=rules.active_locale())


@register.filter
def month_short(value: datetime.date) -> str:
    """Mar"""
    return format_date(value, "LLL", locale=rules.active_locale())
