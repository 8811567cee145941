"""The same purchase comes in many files and is entered once; two purchases that look alike are both kept."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from expenses.actions import put_in_trash
from expenses.importing import matching, reading, taking
from expenses.importing.matching import NEW, Found, Matching, Verdict, text_key
from expenses.importing.taking import Outcome
from expenses.models import Expense, StatementRow
from expenses.tests.filing import a_file, notebook, send, standings, take, taken
from expenses.tests.test_matching import DAY
from expenses.tests.test_notebook import entry_of

pytestmark = pytest.mark.django_db
MARCH = (
    "2026-03-02,CORNER CAFE,-4.00",
    "2026-03-02,CORNER CAFE,-4.00",
    "2026-03-05,RENT,-500.00",
    "2026-03-20,PAY,900",
)


def test_the_same_file_twice_adds_nothing_the_second_time(asha):
    assert taken(asha, a_file(*MARCH)).added == 4
    again = send(asha, a_file(*MARCH))
    assert standings(again) == ["there"] * 4
    assert take(asha, again) == Outcome.TAKEN
    assert Expense.objects.of(asha).count() == 4


def test_without_the_matching_the_same_file_would_be_entered_twice(asha, monkeypatch):
    """The control of this page."""
    monkeypatch.setattr(Matching, "run", lambda self: {row.place: Verdict(NEW) for row in self.found})
    for _ in range(2):
        taken(asha, a_file(*MARCH))
    assert Expense.objects.of(asha).count() == 8


def test_two_equal_purchases_in_one_file_are_two(asha):
    taken(asha, a_file(*MARCH))
    assert Expense.objects.of(asha).filter(note="CORNER CAFE").count() == 2


def test_overlapping_files_add_each_row_once(asha):
    taken(asha, a_file(*MARCH))
    later = a_file(*MARCH[2:], "2026-03-20,CINEMA,-9.00", "2026-04-01,RENT,-500.00")
    assert standings(send(asha, later)) == ["there", "there", "new", "new"]
    taken(asha, later)
    assert Expense.objects.of(asha).count() == 6


def test_a_third_equal_purchase_of_a_day_is_new(asha):
    taken(asha, a_file(*MARCH))
    assert standings(send(asha, a_file(MARCH[0], *MARCH))) == ["there", "there", "new", "there", "there"]


def test_an_equal_purchase_next_week_in_another_file_is_new(asha):
    taken(asha, a_file(*MARCH))
    assert standings(send(asha, a_file("2026-03-09,CORNER CAFE,-4.00"))) == ["new"]


@pytest.mark.parametrize(("said", "count"), [("skip", 1), ("keep", 2)])
def test_a_pending_purchase_that_is_posted_later_is_asked_about(asha, said, count):
    taken(asha, a_file("2026-03-02,CORNER CAFE,-4.00"))
    posted = a_file("2026-03-04,CORNER CAFE LISBON PT 0042,-4.00")
    statement = send(asha, posted)
    assert standings(statement) == ["near"]
    assert take(asha, statement) == Outcome.UNDECIDED, "nothing is stored unasked"
    assert Expense.objects.of(asha).count() == 1
    taken(asha, posted, rest=said)
    assert Expense.objects.of(asha).count() == count
    assert standings(send(asha, posted)) == ["there"], "and it is asked once"


def test_what_was_typed_by_hand_is_asked_about_and_the_next_ones_are_new(asha):
    typed = entry_of(asha, day="2026-07-06", amount="4.00", note="coffee")
    data = a_file("2026-07-06,CORNER CAFE,-4.00", "2026-07-09,CORNER CAFE,-4.00", "2026-07-10,BUS TICKET,-4.00")
    statement = send(asha, data)
    assert standings(statement) == ["near", "new", "new"]
    assert StatementRow.objects.of(asha).undecided().get().entry == typed.pk
    taken(asha, data, rest="skip")
    assert Expense.objects.of(asha).count() == 3


OFX = "OFXHEADER:100\n\n<OFX><BANKTRANLIST>{}</BANKTRANLIST></OFX>"
PAID = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{}<TRNAMT>{}<FITID>{}<NAME>{}</STMTTRN>\n"


def ofx(*rows):
    return OFX.format("".join(PAID.format(*row) for row in rows)).encode()


def test_one_bank_number_on_all_rows_loses_and_doubles_none(asha):
    rows = [("20260302", "-4.00", "1", "CAFE"), ("20260302", "-5.00", "1", "CAFE"), ("20260303", "-4.00", "1", "BUS")]
    assert taken(asha, ofx(*rows)).added == 3
    more = [*rows, ("20260304", "-7.00", "1", "BUS")]
    assert standings(send(asha, ofx(*more))) == ["there", "there", "there", "new"]


def test_two_bank_numbers_for_one_day_amount_and_text_are_asked_about(asha):
    taken(asha, ofx(("20260302", "-4.00", "a1", "CAFE")))
    assert standings(send(asha, ofx(("20260302", "-4.00", "a2", "CAFE")))) == ["near"]
    both = ofx(("20260302", "-4.00", "a1", "CAFE"), ("20260302", "-4.00", "a2", "CAFE"))
    assert standings(send(asha, both)) == ["there", "new"]


def test_the_same_fee_of_a_second_account_is_asked_about(asha):
    fee = "2026-03-10,ACCOUNT FEE,-2.50"
    taken(asha, a_file(*MARCH, fee))
    other = a_file("2026-03-03,BOOKS,-12.00", "2026-03-09,GYM,-20.00", fee, "2026-03-22,GYM,-20.00")
    assert standings(send(asha, other)) == ["new", "new", "near", "new"]


JANUARY = (("02", "-4.00", "CORNER CAFE"), ("05", "-500.00", "CITY HOMES"), ("20", "-9.00", "CINEMA ROYAL"))


@pytest.mark.parametrize("agrees", [True, False])
def test_the_same_account_in_another_format_and_other_words_is_asked_about(asha, monkeypatch, agrees):
    if not agrees:  # as if the days that both files cover told of two accounts: it is a guess, and does not hide a row
        monkeypatch.setattr(matching, "_overlap_agrees", lambda *files: False)
    taken(asha, a_file(*(f"2026-01-{day},CARD 1234 {text} LONDON GB,{amount}" for day, amount, text in JANUARY)))
    reworded = ofx(*((f"202601{day}", amount, f"n{day}", text) for day, amount, text in JANUARY))
    assert standings(send(asha, reworded)) == ["near"] * 3


def test_files_that_agree_in_days_and_amounts_are_of_one_account_whatever_their_texts(asha):
    mine = [Found(place, DAY, Decimal(place + 1), text, text_key(text)) for place, text in enumerate("ab")]
    other = [replace(row, note="x", key=text_key("x")) for row in mine]
    assert matching.of_other_accounts(mine, {1: other}) == frozenset()
    assert matching.of_other_accounts(mine, {1: [replace(row, signed=Decimal(99)) for row in other]}) == {1}


def test_an_entry_that_was_changed_since_is_still_known(asha):
    taken(asha, a_file(*MARCH))
    Expense.objects.of(asha).filter(note="RENT").update(note="the flat", day="2026-02-28", amount="510.00")
    assert standings(send(asha, a_file(*MARCH))) == ["there"] * 4


def test_an_entry_that_was_deleted_is_asked_about_even_when_the_trash_is_emptied(asha):
    taken(asha, a_file(*MARCH))
    rent = Expense.objects.of(asha).get(note="RENT")
    put_in_trash(asha, rent.pk, timezone.now())
    assert standings(send(asha, a_file(*MARCH))) == ["there", "there", "near", "there"]
    rent.delete()
    statement = send(asha, a_file(*MARCH, "2026-03-21,CINEMA,-9.00"))
    assert standings(statement) == ["there", "there", "near", "there", "new"]
    assert StatementRow.objects.of(asha).filter(statement=statement).undecided().get().why == "deleted"


def test_another_owners_entries_are_not_looked_at(asha, bo):
    taken(bo, a_file(*MARCH))
    assert standings(send(asha, a_file(*MARCH))) == ["new"] * 4


def test_a_notebook_that_changed_after_the_preview_is_shown_again_and_nothing_is_stored(asha):
    first, second = send(asha, a_file(*MARCH)), send(asha, a_file(*MARCH, "2026-03-21,CINEMA,-9.00"))
    assert take(asha, first) == Outcome.TAKEN
    assert take(asha, second) == Outcome.CHANGED
    assert Expense.objects.of(asha).count() == 4
    assert standings(second) == ["there"] * 4 + ["new"]
    assert take(asha, second) == Outcome.TAKEN
    assert Expense.objects.of(asha).count() == 5


def test_taken_over_twice_is_taken_over_once(asha):
    statement = send(asha, a_file(*MARCH))
    assert [take(asha, statement) for _ in range(2)] == [Outcome.TAKEN] * 2
    assert Expense.objects.of(asha).count() == 4


def test_taking_back_removes_what_the_file_made_and_nothing_else(asha):
    entry_of(asha, day="2026-03-02", amount="3.00", note="bread")
    taken(asha, a_file(*MARCH[:2]))
    before = notebook(asha)
    whole = taken(asha, a_file(*MARCH))
    assert whole.added == 2
    back = taking.revert(asha, whole.pk, timezone.now())
    assert (back.state, back.removed, notebook(asha)) == ("reverted", 2, before)
    assert taking.revert(asha, whole.pk, timezone.now()).removed == 2, "again is no harm"
    assert standings(send(asha, a_file(*MARCH))) == ["there", "there", "new", "new"]


@pytest.mark.parametrize(("also", "left"), [(False, 1), (True, 0)])
def test_taking_back_leaves_what_was_changed_since_unless_told(asha, also, left):
    statement = taken(asha, a_file(*MARCH))
    Expense.objects.of(asha).filter(note="RENT").update(amount="510.00")
    assert len(taking.changed_since(asha, statement)) == 1
    taking.revert(asha, statement.pk, timezone.now(), also_changed=also)
    assert Expense.objects.of(asha).count() == left
    again = standings(send(asha, a_file(*MARCH)))
    assert again == ["new", "new", "there" if left else "new", "new"]


def test_what_waits_is_put_away_and_what_is_taken_is_not(asha):
    waiting, done = send(asha, a_file(*MARCH)), taken(asha, a_file(*MARCH[:2]))
    for statement in (waiting, done):
        reading.put_away(asha, statement.pk)
    assert not StatementRow.objects.of(asha).filter(statement=waiting).exists()
    assert Expense.objects.of(asha).count() == 2
