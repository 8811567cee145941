"""Categories and limits: the usual set, rename, merge, archive; what is left of a limit."""

import pytest
from django.db import connection

from accounts.transactions import Refused
from expenses import actions, sorting
from expenses.many import enter_all
from expenses.models import DEFAULT_CATEGORIES, Category, Expense, Limit
from expenses.planning import set_limit
from expenses.tests.filing import taken
from expenses.tests.june import D, june, on, spend, text  # noqa: F401
from expenses.tests.test_recurring import rent

pytestmark = pytest.mark.usefixtures("june", "lender")


def named(owner, name):
    return Category.objects.get(customer=owner, name=name)


def names(client):
    """What is offered on the month page."""
    page = client.get("/expenses/").content.decode()
    return [part.split('"')[0] for part in page.split('<option value="')[1:] if part.split('"')[0][:1].isupper()]


def test_the_usual_set_is_offered_and_comes_with_the_first_entry(as_asha, asha):
    assert names(as_asha) == list(DEFAULT_CATEGORIES)
    spend(asha, on(6, 1), "5", "Goats")
    assert {*DEFAULT_CATEGORIES, "Goats"} == set(names(as_asha))


def test_one_is_renamed_with_all_its_entries(as_asha, asha):
    entry = spend(asha, on(6, 1), "5")
    food = named(asha, "Food")
    assert (
        as_asha.post(f"/expenses/categories/{food.pk}/", {"act": "rename", "name": " Daily  bread "}).status_code == 303
    )
    assert Expense.objects.of(asha).get(pk=entry.pk).category.name == "Daily bread"
    assert "Food" not in names(as_asha)


def test_a_name_that_is_taken_is_not_given_twice(as_asha, asha):
    spend(asha, on(6, 1), "5")
    food = named(asha, "Food")
    for name in ("Fun", "fun"):
        as_asha.post(f"/expenses/categories/{food.pk}/", {"act": "rename", "name": name})
    for wrong in ("", " ", "x" * 61):
        answer = as_asha.post(f"/expenses/categories/{food.pk}/", {"act": "rename", "name": wrong})
        assert answer.status_code == 422
    assert named(asha, "Food") == food


def test_typing_a_known_name_in_other_letters_makes_no_second_category(asha):
    spend(asha, on(6, 1), "5", "Goats")
    assert spend(asha, on(6, 1), "5", "goats").category.name == "Goats"


def test_merging_moves_every_row_and_the_old_name_leads_on(as_asha, asha):
    spend(asha, on(6, 1), "5", "Snacks")
    trashed = spend(asha, on(6, 2), "7", "Snacks")
    actions.put_in_trash(asha, trashed.pk, trashed.recorded_at)
    snacks, food, recurring = named(asha, "Snacks"), named(asha, "Food"), rent(asha)
    sorting.merge_category(asha, named(asha, "Rent").pk, snacks.pk)
    set_limit(asha, snacks.pk, on(6, 1), D(50))
    answer = as_asha.post(f"/expenses/categories/{snacks.pk}/", {"act": "merge", "into": food.pk})
    assert answer.status_code == 303
    assert set(Expense.objects.of(asha).values_list("category", flat=True)) == {food.pk}
    recurring.reread("category")
    assert recurring.category == food and not Limit.objects.exists()
    assert spend(asha, on(6, 3), "1", "Snacks").category == food
    assert spend(asha, on(6, 3), "1", "Rent").category == food
    assert "Snacks" not in names(as_asha) and "Snacks" not in text(as_asha.get("/expenses/categories/"))


def test_an_imported_row_goes_where_its_merged_category_went(asha):
    spend(asha, on(5, 1), "5", "Snacks", note="KIOSK")
    sorting.merge_category(asha, named(asha, "Snacks").pk, named(asha, "Food").pk)
    own = "date,kind,amount,category,note,currency\n2025-06-01,spending,-3.00,Snacks,KIOSK,USD\n"
    taken(asha, own.encode())
    assert [row.category.name for row in Expense.objects.of(asha)] == ["Food", "Food"]


def test_a_notebook_that_is_moved_in_follows_merged_names_and_other_letters(asha, bo):
    snacks = spend(asha, on(6, 1), "5", "Snacks").category
    sorting.merge_category(asha, snacks.pk, named(asha, "Food").pk)
    wanted = [(asha, "Snacks"), (asha, "FUN"), (asha, "Goats"), (asha, "goats"), (bo, "Snacks")]
    rows = [
        (Expense(customer=who, day=on(6, 2), amount=D(1), key=f"moved-{place}"), name)
        for place, (who, name) in enumerate(wanted)
    ]
    made = [entry.category.name for entry in enter_all(rows)]
    assert made == ["Food", "Fun", "Goats", "Goats", "Snacks"]
    assert not Expense.objects.filter(category=snacks).exists()


def test_the_name_of_a_merged_one_may_be_given_again(asha):
    spend(asha, on(6, 1), "5", "Snacks")
    sorting.merge_category(asha, named(asha, "Snacks").pk, named(asha, "Food").pk)
    sorting.rename_category(asha, named(asha, "Fun").pk, "Snacks")
    assert spend(asha, on(6, 1), "5", "Snacks").category.name == "Snacks"


@pytest.mark.parametrize("into", ["itself", "bo's", "nothing"])
def test_one_is_merged_into_another_of_the_same_owner_only(as_asha, asha, bo, into):
    spend(asha, on(6, 1), "5"), spend(bo, on(6, 1), "5")
    food = named(asha, "Food")
    other = {"itself": food.pk, "bo's": named(bo, "Fun").pk, "nothing": ""}[into]
    assert as_asha.post(f"/expenses/categories/{food.pk}/", {"act": "merge", "into": other}).status_code == 422
    assert named(asha, "Food").merged_into is None
    if other:
        with pytest.raises(Refused):
            sorting.merge_category(asha, food.pk, other)


def test_an_archived_one_stays_on_its_rows_and_is_not_offered(as_asha, asha):
    entry = spend(asha, on(6, 1), "5", "Snacks")
    page = f"/expenses/categories/{entry.category.pk}/"
    assert as_asha.post(page, {"act": "archive"}).status_code == 303
    assert "Snacks" not in names(as_asha)
    assert "Snacks" in text(as_asha.get("/expenses/"))
    assert as_asha.get(f"/expenses/{entry.pk}/").content.decode().count('value="Snacks"') == 1
    as_asha.post(page, {"act": "offer"})
    assert "Snacks" in names(as_asha)


def test_one_that_was_archived_is_offered_again_when_it_is_added(as_asha, asha):
    entry = spend(asha, on(6, 1), "5", "Snacks")
    sorting.archive_category(asha, entry.category.pk, archived=True)
    as_asha.post("/expenses/categories/", {"name": "snacks"})
    assert "Snacks" in names(as_asha)


def test_the_usual_ones_that_are_missing_are_added_on_request(as_asha, asha):
    Category.objects.create(customer=asha, name="Goats")
    for _ in range(2):
        as_asha.post("/expenses/categories/", {"act": "usual"})
    assert Category.objects.of(asha).count() == len(DEFAULT_CATEGORIES) + 1


def test_another_customers_category_is_not_found(as_bo, asha):
    number = spend(asha, on(6, 1), "5").category.pk
    assert as_bo.get(f"/expenses/categories/{number}/").status_code == 404
    assert as_bo.post(f"/expenses/categories/{number}/", {"act": "archive"}).status_code == 404


def test_a_limit_says_what_is_left_today_and_for_each_day(as_asha, asha):
    food = spend(asha, on(6, 1), "40").category
    as_asha.post("/expenses/limits/", {"category": food.pk, "amount": "200"})
    for path in ("/expenses/", "/expenses/limits/"):
        page = text(as_asha.get(path))
        assert "$160.00" in page and "$10.00" in page
    spend(asha, on(6, 2), "170")
    assert "over by $10.00" in text(as_asha.get("/expenses/"))


def test_a_limit_holds_from_its_month_on_until_another_is_set(as_asha, asha):
    food = spend(asha, on(6, 1), "40").category
    as_asha.post("/expenses/limits/?month=2025-04", {"category": food.pk, "amount": "200"})
    as_asha.post("/expenses/limits/?month=2025-06", {"category": food.pk, "amount": "300"})
    as_asha.post("/expenses/limits/?month=2025-07", {"category": food.pk, "amount": ""})
    stand = {month: [one.amount for one in Limit.objects.of(asha).standing_in(on(month, 1))] for month in range(3, 9)}
    assert stand == {3: [], 4: [200], 5: [200], 6: [300], 7: [], 8: []}
    assert "No limits in July 2025" in text(as_asha.get("/expenses/limits/?month=2025-07"))


@pytest.mark.parametrize("amount", ["0", "-1", "nan", "1.234"])
def test_a_limit_that_makes_no_sense_is_refused(as_asha, asha, amount):
    food = spend(asha, on(6, 1), "40").category
    assert as_asha.post("/expenses/limits/", {"category": food.pk, "amount": amount}).status_code == 422
    assert not Limit.objects.exists()


def test_a_limit_on_another_customers_category_is_refused(as_bo, asha):
    food = spend(asha, on(6, 1), "40").category
    assert as_bo.post("/expenses/limits/", {"category": food.pk, "amount": "5"}).status_code == 422
    assert not Limit.objects.exists()


@pytest.mark.django_db
def test_the_books_move_although_a_category_leads_to_a_younger_one(asha):
    """The copy of a table goes by pages in the order of its keys, each a transaction of its own."""
    old, young = sorting.add_category(asha, "Old"), sorting.add_category(asha, "Young")
    sorting.merge_category(asha, old.pk, young.pk)
    rows = [Category(pk=old.pk, customer=asha, name="Old", merged_into_id=young.pk)]
    Category.objects.of(asha).filter(pk__in=(old.pk, young.pk)).delete()
    Category.objects.bulk_create(rows)
    connection.check_constraints()
