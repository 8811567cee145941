"""Days past due, buckets and portfolio at risk."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.ageing import BUCKETS, bucket, bucket_days, days_past_due, portfolio

pytestmark = pytest.mark.every_case("postgresql")

TODAY = datetime.date(2024, 6, 15)


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days)


@pytest.mark.parametrize(
    ("days", "name"),
    [(-9, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
     (90, "61-90"), (91, "90+"), (900, "90+")],
)  # fmt: skip
def test_a_due_falls_into_the_bucket_of_its_days(days: int, name: str) -> None:
    assert bucket(ago(days), TODAY) == name
    assert days_past_due(ago(days), TODAY) == max(days, 0)


@given(st.integers(-400, 400))
def test_a_buckets_days_are_those_that_fall_into_it(days: int) -> None:
    for name in BUCKETS:
        first, last = bucket_days(name, TODAY)
        inside = (first is None or ago(days) >= first) and (last is None or ago(days) <= last)
        assert inside == (bucket(ago(days), TODAY) == name)


def test_par_counts_the_whole_balance_of_a_customer_with_one_old_due() -> None:
    asha = [(ago(31), Decimal(10)), (ago(-20), Decimal(90))]
    bo = [(ago(30), Decimal(100))]
    whole = portfolio([asha, bo, []], TODAY)
    assert whole.outstanding == 200
    assert whole.by_bucket == {"current": 90, "1-30": 100, "31-60": 10, "61-90": 0, "90+": 0}
    assert whole.at_risk[30] == 100
    assert whole.par(30) == Decimal("0.5")
    assert whole.par(60) == 0


def test_a_paid_due_does_not_age_and_empty_books_are_at_no_risk() -> None:
    assert portfolio([[(ago(400), Decimal(0))]], TODAY).by_bucket["90+"] == 0
    assert portfolio([], TODAY).par(30) == 0
