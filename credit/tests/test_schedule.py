"""Schedules come out to other lenders' figures, and whatever the terms are, they bring back exactly what was lent."""

import datetime
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.schedule import DueDay, Interest, Schedule, Terms, due_day, schedule, yearly_rate
from credit.tests.schedule_cases import ours, schedules

JANUARY = datetime.date(2025, 1, 1)


@pytest.mark.data
def test_the_cases_are_there() -> None:
    if not schedules():
        pytest.skip("../shared/cases/schedules.json is not here")
    assert len(schedules()) >= 4


@pytest.mark.data
@pytest.mark.parametrize("case", schedules(), ids=lambda case: str(case["id"]))
def test_another_lenders_schedule_comes_out_to_its_figures(case: dict[str, Any]) -> None:
    assert ours(case) == case["expect"]


def parts(plan: Schedule) -> list[tuple[str, str, str]]:
    return [(f"{row.principal:f}", f"{row.interest:f}", f"{row.balance:f}") for row in plan.rows]


def plan_of(principal: str, rate: str, periods: int = 3, **more: Any) -> Schedule:
    return schedule(Terms(D(principal), D(rate), periods, **more), JANUARY)


def test_equal_instalments_bear_interest_on_what_is_left() -> None:
    assert parts(plan_of("300", "12")) == [
        ("99.01", "3.00", "200.99"),
        ("100.00", "2.01", "100.99"),
        ("100.99", "1.01", "0.00"),
    ]


def test_flat_interest_is_the_same_each_month_on_the_whole_principal() -> None:
    plan = plan_of("100", "12", interest=Interest.FLAT)
    assert parts(plan) == [("33.34", "1.00", "66.66"), ("33.34", "1.00", "33.32"), ("33.32", "1.00", "0.00")]


def test_equal_principal_bears_less_interest_each_month() -> None:
    plan = plan_of("100", "12", interest=Interest.EQUAL_PRINCIPAL)
    assert parts(plan) == [("33.34", "1.00", "66.66"), ("33.34", "0.67", "33.32"), ("33.32", "0.33", "0.00")]


def test_without_interest_the_last_row_takes_the_rest() -> None:
    plan = plan_of("100", "99", interest=Interest.NONE)
    assert parts(plan) == [("33.34", "0.00", "66.66"), ("33.34", "0.00", "33.32"), ("33.32", "0.00", "0.00")]


def test_one_instalment_is_all_of_it() -> None:
    for interest in Interest:
        assert parts(plan_of("100", "12", 1, interest=interest))[0][0] == "100"


def test_a_fixed_instalment_says_how_many_there_are() -> None:
    plan = schedule(Terms(D(100), D(12), instalment=D(40)), JANUARY)
    assert parts(plan) == [("39.00", "1.00", "61.00"), ("39.39", "0.61", "21.61"), ("21.61", "0.22", "0.00")]


def test_a_currency_without_decimals_has_whole_instalments() -> None:
    plan = schedule(Terms(D(100), D(12), 3, smallest=D(1)), JANUARY)
    assert parts(plan) == [("34", "1", "66"), ("34", "1", "32"), ("32", "0", "0")]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"principal": D(0), "periods": 3}, "more than 0"),
        ({"principal": D(9)}, "either how many"),
        ({"principal": D(9), "periods": 3, "instalment": D(3)}, "either how many"),
        ({"principal": D(9), "periods": 601}, "1 to 600 instalments"),
        ({"principal": D(9), "periods": -1}, "1 to 600 instalments"),
        ({"principal": D(9), "periods": 1, "annual_rate": D(-1)}, "between 0 and 1000 %"),
        ({"principal": D(9), "instalment": D(3), "interest": Interest.FLAT}, "on what is still owed"),
        ({"principal": D(1000), "annual_rate": D(120), "instalment": D(100)}, "never pay back"),
        ({"principal": D(1000), "instalment": D(1)}, "never pay back"),
    ],
)
def test_terms_that_make_no_loan_are_refused_with_a_sentence(told: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        schedule(Terms(**told), JANUARY)


terms = st.builds(
    Terms,
    principal=st.integers(1, 10**9).map(lambda cents: D(cents) / 100),
    annual_rate=st.integers(0, 30_000).map(lambda rate: D(rate) / 100),
    periods=st.integers(1, 120),
    interest=st.sampled_from(Interest),
    unit=st.sampled_from([None, D("0.05"), D(1), D(100)]),
)


@given(terms)
def test_any_schedule_brings_back_principal_and_interest_and_nothing_else(told: Terms) -> None:
    plan = schedule(told, JANUARY)
    assert plan.principal == told.principal
    assert plan.total == sum(row.payment for row in plan.rows)
    assert plan.rows[-1].balance == 0
    assert len(plan.rows) <= told.periods
    left = told.principal
    for row in plan.rows:
        assert row.principal >= 0
        assert row.interest >= 0
        assert row.payment > 0
        left -= row.principal
        assert row.balance == left
    assert all(figure == round(figure, 2) for row in plan.rows for figure in (row.principal, row.interest))


@given(terms)
def test_equal_instalments_are_equal_but_for_the_last_which_is_no_larger(told: Terms) -> None:
    if told.interest in (Interest.EQUAL_PRINCIPAL,):
        return
    payments = [row.payment for row in schedule(told, JANUARY).rows]
    assert len(set(payments[:-1])) <= 1
    assert payments[-1] <= payments[0] + D("0.01") * told.periods


def test_a_very_high_rate_does_not_gather_the_rounding_of_interest_in_the_last() -> None:
    told = Terms(principal=D("4525.55"), annual_rate=D("192.62"), periods=82)
    payments = [row.payment for row in schedule(told, JANUARY).rows]
    assert (payments[0], payments[-1] <= payments[0]) == (D("726.44"), True)


@given(terms)
def test_interest_is_what_a_second_reckoning_comes_to(told: Terms) -> None:
    """Month by month, with nothing but fractions, and each month's interest within half a coin."""
    left = Fraction(told.principal)
    plan = schedule(told, JANUARY)
    if told.interest == Interest.FLAT:
        exact = left * Fraction(told.annual_rate) * told.periods / 1200
        assert abs(Fraction(plan.total_interest) - exact) <= Fraction(1, 200)
        return
    rate = 0 if told.interest == Interest.NONE else Fraction(told.annual_rate) / 1200
    for row in plan.rows:
        assert abs(Fraction(row.interest) - left * rate) <= Fraction(1, 200)
        left -= Fraction(row.principal)


# --- Days ---------------------------------------------------------------------------------------
def days(rule: DueDay, day: int, month: datetime.date = JANUARY) -> list[str]:
    plan = schedule(Terms(D(90), D(0), 3), month, rule, day)
    assert [row.month.month for row in plan.rows] == [1, 2, 3]
    return [f"{row.due_on:%m-%d}" for row in plan.rows]


def test_the_31st_of_a_short_month_is_its_last_day_and_comes_back() -> None:
    assert days(DueDay.SAME_DAY, 31) == ["01-31", "02-28", "03-31"]


def test_month_ends_and_firsts() -> None:
    assert days(DueDay.MONTH_END, 4) == ["01-31", "02-28", "03-31"]
    assert days(DueDay.FIRST_OF_NEXT, 4) == ["02-01", "03-01", "04-01"]
    assert due_day(datetime.date(2024, 2, 1), DueDay.MONTH_END) == datetime.date(2024, 2, 29)


def test_the_month_may_be_told_by_any_of_its_days() -> None:
    assert days(DueDay.SAME_DAY, 17, datetime.date(2025, 1, 17)) == ["01-17", "02-17", "03-17"]


# --- The yearly rate ----------------------------------------------------------------------------
def rate(*paid: tuple[int, str], given: str = "100") -> D | None:
    return yearly_rate(D(given), JANUARY, [(JANUARY + datetime.timedelta(day), D(part)) for day, part in paid])


def test_the_rate_is_effective_by_the_days() -> None:
    assert rate((365, "112")) == D("12.00")
    assert rate((730, "121")) == D("10.00")
    assert rate((73, "102")) == D("10.41")  # 1.02 to the fifth power
    assert rate((365, "56"), (730, "56")) == D("7.90")  # 56/x + 56/x² = 100


def test_what_costs_nothing_has_no_rate() -> None:
    assert rate((30, "50"), (60, "50")) == 0


def test_interest_on_the_very_day_has_no_rate_at_all() -> None:
    assert rate((0, "101")) is None


def test_twelve_percent_in_monthly_instalments_is_more_than_twelve_a_year() -> None:
    plan = schedule(Terms(D(1200), D(12), 12), JANUARY)
    found = yearly_rate(plan.principal, JANUARY, [(row.due_on, row.payment) for row in plan.rows])
    assert found is not None
    assert D("12.6") < found < D("12.9")
