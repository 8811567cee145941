"""Which rows of a file are there already: nothing is lost, and nothing is doubled unasked."""

import time
from datetime import date, timedelta
from decimal import Decimal

from expenses.importing.matching import NEAR, NEW, THERE, Found, Known, Matching, Written, of_other_accounts, text_key

DAY = date(2026, 7, 6)


def row(place, note="CORNER CAFE", signed="-4.00", days=0, bank_id="", category="", currency=""):
    on = DAY + timedelta(days)
    return Found(place, on, Decimal(signed), note, text_key(note), currency, bank_id, category)


def entry(number, note="CORNER CAFE", signed="-4.00", days=0, bank_id="", statement=1, **more):
    way = Written(DAY + timedelta(days), ("", Decimal(signed)), text_key(note), note, bank_id, statement)
    return Known(number, [way], **more)


def standings(found, known, **more):
    verdicts = Matching(found, known, **more).run()
    return [verdicts[each.place].standing for each in found]


def reasons(found, known, **more):
    verdicts = Matching(found, known, **more).run()
    return [verdicts[each.place].why for each in found]


def test_the_same_row_is_there_and_its_twin_in_the_file_is_new():
    assert standings([row(0), row(1)], [entry(1)]) == [THERE, NEW]
    assert standings([row(0), row(1)], [entry(1), entry(2)]) == [THERE, THERE]


def test_another_amount_and_another_text_far_away_are_new():
    assert standings([row(0, signed="-4.01"), row(1, days=6), row(2, "BUS TICKET")], [entry(1)]) == [NEW, NEW, NEW]


def test_what_was_typed_by_hand_is_asked_about_once_and_the_later_ones_are_new():
    coffee = entry(1, "coffee", statement=0)
    found = [row(0), row(1, days=3), row(2, "BUS TICKET", days=4)]
    assert standings(found, [coffee]) == [NEAR, NEW, NEW]
    assert reasons(found, [coffee])[0] == "typed"


def test_a_pending_row_posted_days_later_under_a_longer_text_is_asked_about():
    found = [row(0, "CORNER CAFE 0042 LISBON", days=3)]
    assert standings(found, [entry(1)]) == [NEAR]
    assert reasons(found, [entry(1)]) == ["text"]


def test_one_bank_number_on_many_rows_decides_nothing():
    known = [entry(1, bank_id="1"), entry(2, "RENT", "-500.00", bank_id="1")]
    found = [row(0, "TEA", "-2.00", bank_id="1"), row(1, bank_id="1"), row(2, "RENT", "-500.00", bank_id="1")]
    assert standings(found, known) == [NEW, THERE, THERE]


def test_two_bank_numbers_on_one_purchase_are_asked_about_and_none_matches_any():
    assert standings([row(0, bank_id="2")], [entry(1, bank_id="1")]) == [NEAR]
    assert reasons([row(0, bank_id="2")], [entry(1, bank_id="1")]) == ["number"]
    assert standings([row(0)], [entry(1, bank_id="1")]) == [THERE]
    assert standings([row(0, bank_id="1")], [entry(1)]) == [THERE]


def test_equal_bank_numbers_are_paired_before_others():
    known = [entry(1, bank_id="1"), entry(2, bank_id="2")]
    found = [row(0, bank_id="3"), row(1, bank_id="2")]
    assert standings(found, known) == [NEAR, THERE]


def test_a_single_bank_number_with_another_text_is_asked_about_and_not_merged():
    assert standings([row(0, "XY 77", days=1, bank_id="9")], [entry(1, bank_id="9")]) == [NEAR]


def test_what_lies_in_the_trash_is_asked_about():
    assert reasons([row(0)], [entry(1, gone=True)]) == ["deleted"]


def test_without_a_text_a_banks_row_is_asked_about_and_our_own_export_is_known():
    typed = entry(1, "", statement=0, category="Food")
    assert standings([row(0, "")], [typed]) == [NEAR]
    own = [row(0, "", category="Fun"), row(1, "", category="Food")]
    assert standings(own, [typed], own=True) == [NEW, THERE]
    assert standings(own[:1], [typed], own=True) == [THERE], "moved to another category since"


def test_another_currency_is_another_purchase():
    assert standings([row(0, currency="EUR")], [entry(1)]) == [NEW]


def test_a_transfer_is_known_either_way():
    ways = [Written(DAY, ("", Decimal(amount)), text_key("to savings"), "to savings") for amount in (5, -5)]
    known = Known(1, ways)
    assert standings([row(0, "to savings", "5")], [known]) == [THERE]


def test_the_same_fee_of_two_accounts_is_asked_about():
    fee = row(0, "ACCOUNT FEE", "-2.50", days=2)
    first = [fee, row(1, "SALARY", "900"), row(2, "RENT", "-500", days=5)]
    second = [fee, row(1, "GYM", "-20", days=1), row(2, "BOOKS", "-12", days=4), row(3, "BREAD", "-3", days=3)]
    assert of_other_accounts(second, {1: first}) == {1}
    assert of_other_accounts(first, {1: first}) == frozenset()
    known = [entry(1, "ACCOUNT FEE", "-2.50", days=2)]
    assert standings([fee], known, other_accounts=frozenset({1})) == [NEAR]
    assert standings([fee], known) == [THERE]


def test_many_equal_rows_cost_no_more_than_few():
    found = [row(place, "SAME", days=place % 3) for place in range(20_000)]
    known = [entry(place, "SAME", days=place % 3 + 1) for place in range(20_000)]
    begun = time.perf_counter()
    counted = standings(found, known)
    assert (counted.count(THERE), counted.count(NEW)) == (13_333, 0)
    assert time.perf_counter() - begun < 10


def test_a_notebook_full_of_words_is_looked_through_only_for_what_a_row_asks():
    """A file made to hurt: 50 words an entry took a place in memory each, whatever the rows were of."""
    words = " ".join(f"w{letter}{other}" for letter in "abcdefgh" for other in "abcdef")
    known = [entry(number, words, signed=f"-{number}.00") for number in range(1, 500)]
    assert list(Matching([row(0, "OTHER", signed="-999.00")], known)._near_ways({("", Decimal(-999))})) == []
    assert len(list(Matching([], known)._near_ways({("", Decimal(-7))}))) <= 14
    assert standings([row(0, words, signed="-7.00", days=2)], known) == [NEAR]
