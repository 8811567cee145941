"""Features: what each says of a history that can be counted by hand, and that nothing later reaches one."""

import datetime
from dataclasses import replace
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.features import BY_NAME, FEATURES, features
from credit.naming import NAMES
from credit.timeline import History, Timeline

END = datetime.date(2025, 6, 30)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2025-{text}")


def history(dues, paid, waived=(), limit=100_000, as_of=END) -> History:
    rows = [tuple((day(text), amount) for text, amount in side) for side in (dues, paid, waived)]
    return History(1, as_of, limit, *rows)


HALF_YEAR = [("01-31", 1000), ("02-28", 1000), ("03-31", 1000), ("04-30", 1000), ("05-31", 1000), ("06-30", 1000)]
# January on the day, February ten days late, March and April together in April, May not, June not
PAID = [("01-31", 1000), ("03-10", 1000), ("04-30", 2000)]


def test_the_figures_of_a_half_year_are_those_a_clerk_would_count():
    found = features(history(HALF_YEAR, PAID))
    assert found["percent_overall"] == found["percent_year_0"] == pytest.approx(100 * 4 / 6)
    assert found["percent_year_1"] is None
    assert found["on_time"] == pytest.approx(100 * 3 / 6)  # January, April, and June, which is due today
    assert found["days_late_worst"] == 30  # March on 30 April, May until today
    assert found["days_late_mean"] == pytest.approx((0 + 10 + 30 + 0 + 30 + 0) / 6)
    assert found["days_past_due"] == 30
    assert found["months_past_due"] == pytest.approx(2.0)
    assert (found["missed"], found["missed_now"], found["missed_in_a_row"]) == (3, 2, 2)
    assert found["since_missed"] == 0
    assert found["days_since_payment"] == (END - day("04-30")).days
    assert found["used"] == pytest.approx(2.0)
    assert found["paid_most"] == 2000
    assert found["billed_most"] == 1000
    assert (found["in_full"], found["in_full_now"]) == (2, 0)  # March and April; June began with May's
    assert found["billed_of_paid"] == pytest.approx(5000 / 4000)
    assert found["paid_unevenly"] == pytest.approx(pstdev([1000, 0, 1000, 2000, 0, 0]) / (4000 / 6))
    assert found["paid_last_of_usual"] == pytest.approx((1001 * 1001 * 2001) ** (-1 / 6))


def test_the_oldest_due_is_filled_first_and_a_waiver_settles_without_being_paid():
    late = history([("01-31", 1000)], [("03-02", 600)], waived=[("03-31", 400)])
    assert [(due.days_late, due.covered) for due in Timeline(late).settled] == [(59, 1000)]
    assert Timeline(late).paid == 600
    assert Timeline(late).balance == 0


def test_money_that_was_handed_back_leaves_the_due_open():
    back = history([("01-31", 1000)], [("01-31", 1000), ("02-10", -400)])
    assert [(due.days_late, due.covered) for due in Timeline(back).settled] == [(150, 600)]


def test_without_a_due_or_a_payment_nothing_is_known_but_the_limit():
    found = features(history([], []))
    known = {name for name, value in found.items() if value is not None}
    assert known == {"limit", "free", "dues_seen", "missed_now", "missed_in_a_row"}
    assert all(value is None or value == 0 for value in features(history([], [], limit=None)).values())


def test_who_paid_ahead_is_fully_paid_and_not_more():
    found = features(history(HALF_YEAR, [("01-01", 50_000)]))
    assert found["percent_overall"] == 100
    assert found["days_late_worst"] == found["missed"] == 0
    assert found["paid_part_last"] is None  # nothing was owed


def test_what_is_asked_for_is_held_against_what_was_ever_repaid():
    asking = replace(history(HALF_YEAR, PAID), request=8000)
    assert features(asking)["request_of_repaid"] == 200
    assert features(history(HALF_YEAR, PAID))["request_of_repaid"] is None


def test_every_feature_says_what_it_is():
    assert len(BY_NAME) == len(FEATURES)
    for feature in FEATURES:
        assert feature.direction in (-1, 1)
        assert feature.unit and feature.name in NAMES
    assert NAMES.keys() == BY_NAME.keys()


def test_nothing_of_who_somebody_is_is_a_feature():
    words = {word for feature in FEATURES for word in feature.name.split("_")}
    assert not words & {"sex", "age", "gender", "married", "name", "phone", "email"}


days = st.dates(datetime.date(2023, 1, 1), datetime.date(2027, 12, 31))
entries = st.lists(st.tuples(days, st.integers(1, 10**9)), max_size=25).map(lambda rows: tuple(sorted(rows)))


@given(dues=entries, paid=entries, waived=entries, limit=st.none() | st.integers(0, 10**9), as_of=days)
def test_any_history_has_all_features_and_later_rows_change_none(dues, paid, waived, limit, as_of):
    whole = History(1, as_of, limit, dues, paid, waived)
    seen = History.until(as_of, whole)
    assert all(row[0] <= as_of for rows in (seen.dues, seen.paid, seen.waived) for row in rows)
    found = features(seen)
    assert set(found) == set(BY_NAME)
    assert features(History.until(as_of, seen)) == found
    assert Timeline(seen).balance == sum(a for _, a in seen.dues) - sum(a for _, a in (*seen.paid, *seen.waived))
