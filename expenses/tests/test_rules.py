"""Rules: offered after the second correction, followed by new entries, and gone when the owner says so."""

import pytest

from expenses.guesses import by_memory, by_rule, in_common
from expenses.models import Category, Correction, Expense, Rule
from expenses.tests.test_notebook import entry_of, fields
from expenses.tests.test_quick import line


def correct(client, entry, category):
    sent = fields(note=entry.note, category=category, amount=str(entry.amount))
    return client.get(client.post(f"/expenses/{entry.pk}/", sent)["Location"]).content.decode()


def test_a_rule_is_offered_after_the_second_correction_not_the_first(as_asha, asha):
    first, second = (entry_of(asha, note=f"CARD {number} Blue Cafe", category="Other") for number in (17, 34))
    assert "Yes, always" not in correct(as_asha, first, "Fun")
    page = correct(as_asha, second, "Fun")
    assert "Yes, always" in page and "card blue cafe" not in page and "“blue cafe”" in page
    answer = as_asha.post("/expenses/rules/", {"text": "blue cafe", "category": "Fun"})
    assert answer.status_code == 303
    as_asha.post("/expenses/quick/", line("4 blue cafe with bo"))
    assert Expense.objects.latest("id").category.name == "Fun"
    assert not Correction.objects.exists()


def test_no_rule_is_offered_for_what_one_covers_or_where_nothing_is_in_common(as_asha, asha):
    correct(as_asha, entry_of(asha, note="tea", category="Other"), "Fun")
    assert "Yes, always" not in correct(as_asha, entry_of(asha, note="shoes", category="Other"), "Fun")
    assert "Yes, always" in correct(as_asha, entry_of(asha, note="green tea", category="Other"), "Fun")
    as_asha.post("/expenses/rules/", {"text": "tea", "category": "Fun"})
    for _ in range(2):
        page = correct(as_asha, entry_of(asha, note="tea", category="Other"), "Fun")
    assert "Yes, always" not in page


def test_two_corrections_to_different_categories_offer_none(as_asha, asha):
    correct(as_asha, entry_of(asha, note="tea", category="Other"), "Fun")
    assert "Yes, always" not in correct(as_asha, entry_of(asha, note="tea", category="Other"), "Food")


def test_after_a_no_it_takes_two_more(as_asha, asha):
    for _ in range(2):
        correct(as_asha, entry_of(asha, note="tea", category="Other"), "Fun")
    as_asha.post("/expenses/rules/decline/", {"category": "Fun"})
    assert "Yes, always" not in correct(as_asha, entry_of(asha, note="tea", category="Other"), "Fun")
    assert "Yes, always" in correct(as_asha, entry_of(asha, note="tea", category="Other"), "Fun")
    assert not Rule.objects.exists()


def test_a_change_of_something_else_is_no_correction(as_asha, asha):
    entry = entry_of(asha)
    as_asha.post(f"/expenses/{entry.pk}/", fields(amount="13.00"))
    as_asha.post(f"/expenses/{entry.pk}/", fields(note="", category="Fun"))
    assert not Correction.objects.exists()


def test_only_the_last_fifty_corrections_are_kept(as_asha, asha):
    entry = entry_of(asha)
    for number in range(52):
        as_asha.post(f"/expenses/{entry.pk}/", fields(category=("Fun", "Food")[number % 2]))
    assert Correction.objects.count() == 50


def test_a_rule_is_changed_by_saying_it_again_and_deleted(as_asha, asha):
    for category in ("Fun", "Food"):
        as_asha.post("/expenses/rules/", {"text": "Blue  CAFE", "category": category})
    rule = Rule.objects.get()
    assert (rule.text, rule.category.name) == ("blue cafe", "Food")
    assert "blue cafe" in as_asha.get("/expenses/rules/").content.decode()
    as_asha.post(f"/expenses/rules/{rule.pk}/delete/")
    assert not Rule.objects.exists() and Category.objects.of(asha).exists()


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"text": "x"}, {"category": " "}, {"text": "y" * 101}, {"text": "ß" * 60}], ids=str
)
def test_half_a_rule_is_refused(as_asha, wrong):
    assert as_asha.post("/expenses/rules/", {"text": "tea", "category": "Fun"} | wrong).status_code == 422
    assert not Rule.objects.exists()


def test_another_customers_rules_are_neither_seen_nor_followed_nor_deleted(as_asha, as_bo, asha, bo):
    as_asha.post("/expenses/rules/", {"text": "tea", "category": "Zanzibar"})
    assert "anzibar" not in as_bo.get("/expenses/rules/").content.decode()
    as_bo.post("/expenses/quick/", line("4 tea"))
    assert Expense.objects.of(bo).get().category.name == "Other"
    as_bo.post(f"/expenses/rules/{Rule.objects.get().pk}/delete/")
    as_bo.post("/expenses/rules/decline/", {"category": "Zanzibar"})
    assert Rule.objects.of(asha).exists()


def test_the_longest_rule_wins_and_only_whole_words_count():
    rules = {"tea": "Food", "green tea": "Health", "co": "Fun", "route 66": "Transport"}
    assert by_rule("Green TEA, hot", rules) == "Health"
    assert by_rule("black tea", rules) == "Food"
    assert by_rule("steam coffee", rules) == ""
    assert by_rule("Route 66 diner", rules) == "Transport"
    assert by_rule("", rules) == ""


def test_the_same_note_remembers_its_category_whatever_its_case():
    entered = [("Blue  Cafe", "Fun"), ("blue cafe", "Food")]
    assert by_memory("BLUE cafe", entered) == "Fun"
    assert by_memory("", [("", "Food")]) == ""


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("CARD 1234 BLUE CAFE 04/12", "Card 9 Blue Cafe", "blue cafe"),
        ("tea", "green tea", "tea"),
        ("12", "12", ""),
        ("a b", "b a", ""),
        ("", "x", ""),
    ],
)
def test_what_two_notes_have_in_common(one, other, common):
    assert in_common(one, other) == common
