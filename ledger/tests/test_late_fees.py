"""The rule of late fees: how much, for which part, and on which day, however late the run comes."""

import datetime
from dataclasses import replace
from decimal import Decimal as D

import pytest

from ledger.late_fees import LateFee, charged_on, fee, last_day_of_grace, latest_due_on

pytestmark = pytest.mark.every_case("postgresql")

MARCH = datetime.date(2025, 3, 10)
FLAT = LateFee("flat", D("5.00"), D(0), 3, None, datetime.date(2025, 1, 1), D("0.01"))
PERCENT = replace(FLAT, kind="percentage", flat=D(0), percent=D("2.50"))


@pytest.mark.parametrize(
    ("policy", "late", "expected"),
    [
        (FLAT, "100", "5"),
        (FLAT, "0.01", "5"),
        (FLAT, "0", "0"),
        (replace(FLAT, cap=D("4.00")), "100", "4"),
        (PERCENT, "100", "2.50"),
        (PERCENT, "0", "0"),
        (PERCENT, "-5", "0"),
        (PERCENT, "0.19", "0"),
        (PERCENT, "0.20", "0.01"),
        (PERCENT, "33.33", "0.83"),
        (replace(PERCENT, cap=D("2.00")), "100", "2"),
        (replace(PERCENT, cap=D("3.00")), "100", "2.50"),
        (replace(PERCENT, smallest=D(1)), "100", "3"),
        (replace(FLAT, kind="none"), "100", "0"),
    ],
)
def test_the_fee(policy: LateFee, late: str, expected: str) -> None:
    assert fee(D(late), policy) == D(expected)


def test_the_fee_is_dated_the_day_after_grace_and_dues_from_then_on_are_looked_at() -> None:
    assert last_day_of_grace(MARCH, FLAT) == datetime.date(2025, 3, 13)
    day = charged_on(MARCH, FLAT, None)
    assert day == datetime.date(2025, 3, 14)
    assert latest_due_on(FLAT, day) == MARCH


@pytest.mark.parametrize(
    ("closed", "expected"),
    [((2025, 2, 28), (2025, 3, 14)), ((2025, 3, 13), (2025, 3, 14)), ((2025, 3, 31), (2025, 4, 1))],
)
def test_a_day_in_a_closed_month_gives_way_to_the_first_open_one(
    closed: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    assert charged_on(MARCH, FLAT, datetime.date(*closed)) == datetime.date(*expected)
