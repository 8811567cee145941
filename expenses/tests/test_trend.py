"""Twelve months and this month against its like; what is not known is not guessed."""

import pytest

from expenses.tests.june import D, earn, june, on, spend, text  # noqa: F401

pytestmark = pytest.mark.usefixtures("june", "lender")


def test_this_month_is_compared_with_the_same_days(as_asha, asha):
    for month, early in ((3, "10"), (4, "30"), (5, "20"), (6, "25")):
        spend(asha, on(month, 15), early)
    spend(asha, on(5, 16), "1000")
    spend(asha, on(6, 16), "1000")
    compared = as_asha.get("/expenses/trend/").context["compared"]
    assert (compared.until, compared.now, compared.last, compared.usual) == (15, 25, 20, 20)


def test_a_month_with_later_entries_only_counts_as_nothing_and_one_without_entries_does_not_count(as_asha, asha):
    spend(asha, on(5, 16), "1000")
    compared = as_asha.get("/expenses/trend/").context["compared"]
    assert (compared.now, compared.last, compared.usual) == (0, 0, None)
    assert "Not enough data" in text(as_asha.get("/expenses/trend/"))


def test_twelve_months_end_with_this_one(as_asha, asha):
    spend(asha, on(1, 31), "10")
    earn(asha, on(1, 1), "100")
    spend(asha, on(6, 1).replace(year=2024), "77")
    answer = as_asha.get("/expenses/trend/")
    months = dict(answer.context["rows"])
    assert len(months) == 12 and next(iter(months)) == on(6, 1)
    assert (months[on(1, 1)].spent, months[on(1, 1)].came_in, months[on(2, 1)]) == (D(10), D(100), None)
    page = text(answer)
    assert "<svg" in page and "$90.00" in page and "$77.00" not in page


def test_an_empty_notebook_says_what_to_do(as_asha):
    assert "No month to show yet" in text(as_asha.get("/expenses/trend/"))
