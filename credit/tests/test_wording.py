"""Reasons, figures and changes in words that people understand; percentages are cut off and never rounded up."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from credit.changes import Change
from credit.features import FEATURES
from credit.wording import change_words, percent, value_words

END = datetime.date(2027, 3, 31)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(pay=34000), "Pay $340.00 more."),
        (Change(ask=5000), "Ask for $50.00 or less."),
        (Change(pay=1, ask=5000), "Pay $0.01 more, then ask for $50.00 or less."),
        (Change(months=1, until=END), "Pay what falls due on its day until Mar 31, 2027 and ask again after it."),
        (
            Change(pay=100, months=3, until=END),
            "Pay $1.00 more, then pay what falls due on its day for 3 months, until Mar 31, 2027, "
            "and ask again after it.",
        ),
    ],
)
def test_a_change_says_what_to_do(change, words):
    assert change_words(change) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(Decimal(80), "80%"), (Decimal("79.999"), "79.99%"), (Fraction(2, 3), "0.66%"), (Decimal("12.5"), "12.5%")],
)
def test_a_percentage_is_cut_off(number, words):
    assert percent(number) == words


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("missed", 1.0, "1 month"),
        ("missed", 3.0, "3 months"),
        ("months_past_due", 2.25, "2.2 months"),
        ("months_to_clear", 1000.0, "never"),
        ("days_past_due", 1.0, "1 day"),
        ("percent_overall", 79.96, "79.9%"),
        ("paid_part_3", 0.5, "50%"),
        ("paid_last", 1250.0, "$12.50"),
        ("behind_25", 1.0, "once"),
        ("dues_seen", 14.0, "14"),
        ("used", None, "not known"),
    ],
)
def test_a_figure_is_said_in_its_unit(feature, value, words):
    assert value_words(feature, value) == words


def test_every_feature_can_be_said():
    for feature in FEATURES:
        assert all(value_words(feature.name, value) for value in (None, -1.5, 0.0, 0.333, 1.0, 1e7))
