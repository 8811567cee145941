"""Percentages add to 100.00, whatever was spent."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from expenses.shares import shares, totals

NAMES = st.sampled_from(["Food", "Rent", "Fun", "School"])
KINDS = st.sampled_from(["spending", "refund", "income", "transfer"])
AMOUNTS = st.integers(1, 10**12).map(lambda minor: Decimal(minor).scaleb(-2))


def test_thirds_give_the_odd_hundredth_to_one_of_them():
    found = shares({"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)})
    assert [str(share.percent) for share in found] == ["33.34", "33.33", "33.33"]


def test_a_refund_lowers_its_category_and_income_counts_nowhere():
    entries = [("Food", "spending", Decimal(10)), ("Food", "refund", Decimal(4)), ("Work", "income", Decimal(900))]
    assert totals(entries) == {"Food": Decimal(6)}


def test_a_category_with_more_refunds_than_spending_has_no_percentage():
    found = shares({"Food": Decimal(5), "Fun": Decimal(-2)})
    assert [(share.name, share.percent) for share in found] == [("Food", Decimal("100.00")), ("Fun", None)]


@given(st.lists(st.tuples(NAMES, KINDS, AMOUNTS)))
def test_the_parts_add_up(entries):
    spent = totals(entries)
    found = shares(spent)
    signs = {"spending": 1, "refund": -1, "income": 0, "transfer": 0}
    assert sum(share.total for share in found) == sum(signs[kind] * amount for _, kind, amount in entries)
    percents = [share.percent for share in found if share.percent is not None]
    assert sum(percents) == (100 if percents else 0)
