"""A card's reasons are its score: exactly, for whatever figures a customer may have."""

import pytest

from credit.cards import Card, Table, read_card
from credit.features import BY_NAME
from credit.tests.shelf import CARD, random_values


def test_points_are_the_base_and_what_each_table_gives():
    values = {"missed": 1.0, "percent_overall": 85.0}
    assert CARD.points(values) == 30 - 5 + 25
    assert CARD.p_repays(0) == 0.5
    assert [(reason.feature, reason.points, reason.lost) for reason in CARD.reasons(values)] == [
        ("missed", -5, 25),
        ("percent_overall", 25, 0),
    ]


def test_a_value_on_a_cut_belongs_to_the_bin_above_and_an_unknown_one_has_its_own():
    table = CARD.tables[1]
    assert [table.of(value) for value in (49.99, 50.0, 79.99, 80.0, None)] == [-30, 4, 4, 25, -2]


def test_a_card_comes_back_from_its_bytes():
    assert read_card(CARD.as_bytes()) == CARD


@pytest.mark.parametrize("points", [-(10**6), 10**6])
def test_no_score_is_too_far_out_for_a_chance(points):
    assert 0 <= CARD.p_repays(points) <= 1


def test_reasons_sum_to_the_score_and_mending_the_first_gives_exactly_what_it_says():
    for values in random_values(1_000):
        points, reasons = CARD.points(values), CARD.reasons(values)
        assert CARD.base + sum(reason.points for reason in reasons) == points
        first = reasons[0]
        table = next(table for table in CARD.tables if table.feature == first.feature)
        mended = {**values, first.feature: _value_at(table, table.points.index(table.best))}
        assert CARD.points(mended) - points == first.best - first.points


def _value_at(table: Table, place: int) -> float:
    """Some value of that bin."""
    return table.cuts[place - 1] if place else table.cuts[0] - 1


def wrong_ways(card: Card) -> list[str]:
    """Tables that somewhere turn against the direction of their feature."""
    return [
        table.feature
        for table in card.tables
        if list(table.points) != sorted(table.points, reverse=BY_NAME[table.feature].direction < 0)
    ]


def test_a_table_that_turns_is_noticed():
    assert wrong_ways(CARD) == []
    turned = Card("scorecard", 0, 0.0, 1.0, (Table("missed", (1.0,), (1, 2), 0),))
    assert wrong_ways(turned) == ["missed"]
