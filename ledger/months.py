"""Months as the ledger counts them: a month is the date of its first day."""

import calendar
import datetime

FIRST_YEAR, LAST_YEAR = 1970, 2200


def month_of(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def last_day(month: datetime.date) -> datetime.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def month_from(year: int, number: int) -> datetime.date:
    """2025, 3 -> 1 March 2025. Raises ValueError with a sentence for a 13th month or a year out of range."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"The year {year} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    if not 1 <= number <= 12:
        raise ValueError(f"The month {number} is not between 1 and 12.")
    return datetime.date(year, number, 1)


def months_of(year: int) -> list[datetime.date]:
    return [datetime.date(year, number, 1) for number in range(1, 13)]


def add_months(month: datetime.date, count: int) -> datetime.date:
    """The first day of the month `count` months later (earlier, where negative)."""
    years, number = divmod(month.month - 1 + count, 12)
    return datetime.date(month.year + years, number + 1, 1)
