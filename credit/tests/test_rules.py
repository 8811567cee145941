"""The percentage method: exact to the last unit, and without history no verdict."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.rules import Missing, ModelPolicy, Owed, PercentagePolicy, Verdict, judge, judge_chance, least_payment

TODAY = datetime.date(2025, 6, 30)
PAST, LATER = datetime.date(2025, 5, 31), datetime.date(2025, 7, 31)
EIGHTY = PercentagePolicy()


def owed(amount: int, paid: int, due_on: datetime.date = PAST, waived: int = 0) -> Owed:
    return Owed(due_on, amount, paid, waived)


@pytest.mark.parametrize(
    ("paid", "verdict", "needed", "shown"),
    [
        (80_000, Verdict.APPROVED, 0, "80.00"),
        (79_995, Verdict.DECLINED, 5, "79.99"),
        (79_999, Verdict.DECLINED, 1, "79.99"),
        (46_000, Verdict.DECLINED, 34_000, "46.00"),
        (0, Verdict.DECLINED, 80_000, "0.00"),
        (100_000, Verdict.APPROVED, 0, "100.00"),
    ],
)
def test_eighty_percent_is_eighty_percent_and_nothing_is_rounded_up(paid, verdict, needed, shown):
    opinion = judge([owed(100_000, paid)], TODAY, EIGHTY)
    assert (opinion.verdict, opinion.needed, str(opinion.percentage)) == (verdict, needed, shown)


def test_rounded_to_two_decimals_it_would_have_been_approved():
    """The control: 79.995 % is 80.00 % to whoever rounds."""
    assert round(79_995 / 100_000 * 100 + 1e-9, 2) >= 80
    assert judge([owed(100_000, 79_995)], TODAY, EIGHTY).verdict == Verdict.DECLINED


@pytest.mark.parametrize(
    ("dues", "policy", "missing"),
    [
        ([], EIGHTY, Missing.NOTHING_FELL_DUE),
        ([owed(100, 100, LATER)], EIGHTY, Missing.NOTHING_FELL_DUE),
        ([], PercentagePolicy(only_fallen_due=False), Missing.NOTHING_DUE),
        ([owed(100, 100)], PercentagePolicy(least_dues=3), Missing.FEW_DUES),
        ([owed(100, 0, waived=100)], EIGHTY, Missing.ALL_LET_OFF),
    ],
)
def test_without_history_a_manager_decides(dues, policy, missing):
    opinion = judge(dues, TODAY, policy)
    assert opinion.verdict == Verdict.REFERRED
    assert opinion.missing == missing
    assert opinion.needed == 0


def test_a_due_of_today_counts_and_one_of_tomorrow_does_not():
    tomorrow = TODAY + datetime.timedelta(1)
    assert judge([owed(100, 80, TODAY), owed(900, 0, tomorrow)], TODAY, EIGHTY).verdict == Verdict.APPROVED
    whole = PercentagePolicy(only_fallen_due=False)
    opinion = judge([owed(100, 80, TODAY), owed(900, 0, tomorrow)], TODAY, whole)
    assert (opinion.verdict, opinion.needed) == (Verdict.DECLINED, 720)


def test_who_paid_ahead_is_not_above_a_hundred_percent():
    ahead = [owed(100, 100), owed(100, 100, LATER)]
    assert judge(ahead, TODAY, EIGHTY).percentage == 100


def test_what_was_let_off_is_not_asked_for():
    assert judge([owed(100, 40, waived=50)], TODAY, EIGHTY).verdict == Verdict.APPROVED
    assert judge([owed(100, 40)], TODAY, EIGHTY).verdict == Verdict.DECLINED


@given(
    rows=st.lists(st.tuples(st.integers(1, 10**13), st.floats(0, 1)), min_size=1, max_size=6),
    threshold=st.decimals("0.01", "100", places=2),
)
def test_what_is_needed_flips_the_verdict_and_one_unit_less_does_not(rows, threshold):
    dues = [owed(amount, int(amount * part)) for amount, part in rows]
    whole, paid = sum(due.amount for due in dues), sum(due.paid for due in dues)
    policy = PercentagePolicy(threshold)
    opinion = judge(dues, TODAY, policy)
    assert opinion.needed == least_payment(whole, paid, threshold)
    assert (opinion.verdict == Verdict.APPROVED) == (opinion.needed == 0)
    if opinion.needed:
        assert paid + opinion.needed <= whole
        assert judge([owed(whole, paid + opinion.needed)], TODAY, policy).verdict == Verdict.APPROVED
        assert judge([owed(whole, paid + opinion.needed - 1)], TODAY, policy).verdict == Verdict.DECLINED


@pytest.mark.parametrize("threshold", ["0", "-1", "100.01"])
def test_a_threshold_nobody_or_everybody_reaches_is_no_policy(threshold):
    with pytest.raises(ValueError, match="is not more than 0 and at most 100"):
        PercentagePolicy(Decimal(threshold))
    with pytest.raises(ValueError, match="At least one due"):
        PercentagePolicy(least_dues=0)


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [
        (0.8, Verdict.APPROVED),
        (0.7999999, Verdict.DECLINED),
        (1.0, Verdict.APPROVED),
        (None, Verdict.REFERRED),
        (float("nan"), Verdict.REFERRED),
        (float("inf"), Verdict.REFERRED),
        (1.5, Verdict.REFERRED),
    ],
)
def test_the_model_approves_from_its_threshold_on_and_never_without_a_figure(chance, verdict):
    assert judge_chance(chance, ModelPolicy()) == verdict
