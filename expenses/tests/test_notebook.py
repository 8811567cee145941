"""The notebook's pages: enter, change, delete with undo, the month's totals, the file; and the old tracker's faults."""

import datetime
import secrets
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Lender
from expenses import actions, sorting
from expenses.models import Category, Expense


def fields(**changed):
    today = Lender.load().today()
    return {
        "key": secrets.token_urlsafe(24),
        "amount": "12.50",
        "day": str(today),
        "category": "Food",
        "kind": "spending",
        "note": "lunch",
    } | changed


def entry_of(owner, **changed):
    today = Lender.load().today()
    given = {"amount": Decimal("12.50"), "day": today, "note": "lunch", "key": secrets.token_urlsafe(24)} | changed
    category = given.pop("category", "Food")
    return actions.enter(Expense(customer=owner, **given), category)


def test_an_entry_is_stored_and_shown(as_asha, asha):
    answer = as_asha.post("/expenses/", fields())
    assert answer.status_code == 303
    entry = Expense.objects.of(asha).get()
    assert (entry.amount, entry.category.name, entry.note) == (Decimal("12.50"), "Food", "lunch")
    page = as_asha.get(answer["Location"]).content.decode()
    assert "lunch" in page and "$12.50" in page and "100.00 %" in page


def test_a_form_sent_twice_is_entered_once(as_asha, asha):
    same = fields()
    assert [as_asha.post("/expenses/", same).status_code for _ in range(2)] == [303, 303]
    assert Expense.objects.of(asha).count() == 1


@pytest.mark.parametrize(
    "other",
    [{"amount": "13"}, {"note": "tea"}, {"category": "Fun"}, {"day": "2026-01-02"}, {"kind": "refund"}],
    ids=str,
)
def test_a_form_sent_again_with_something_else_in_it_is_refused_and_may_be_sent_once_more(as_asha, asha, other):
    first = fields()
    as_asha.post("/expenses/", first)
    answer = as_asha.post("/expenses/", first | other)
    assert answer.status_code == 422 and "Is this one more?" in answer.content.decode()
    assert Expense.objects.of(asha).count() == 1
    key = answer.content.decode().split('name="key" value="')[2].split('"')[0]
    assert as_asha.post("/expenses/", first | other | {"key": key}).status_code == 303
    assert Expense.objects.of(asha).count() == 2


def test_a_form_sent_twice_is_one_entry_although_its_category_was_merged(as_asha, asha):
    same = fields(category="Snacks")
    as_asha.post("/expenses/", same)
    mine = Category.objects.of(asha)
    sorting.merge_category(asha, mine.get(name="Snacks").pk, mine.get(name="Food").pk)
    assert as_asha.post("/expenses/", same).status_code == 303
    assert Expense.objects.of(asha).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        *({"amount": amount} for amount in ("0", "-5", "nan", "inf", "1e5", "1_000", "", "12.345", "999999999999")),
        *({"day": day} for day in ("", "today", "1969-12-31", "2026-02-30", "2999-01-01", "13/01/2026")),
        {"category": ""},
        {"category": "   "},
        {"kind": "theft"},
        {"note": "x" * 201},
        {"key": ""},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_and_nothing_is_stored(as_asha, asha, wrong):
    answer = as_asha.post("/expenses/", fields(**wrong))
    assert answer.status_code == 422
    assert not Expense.objects.of(asha).exists()


def test_an_entry_is_changed(as_asha, asha):
    entry = entry_of(asha)
    assert "12.50" in as_asha.get(f"/expenses/{entry.pk}/").content.decode()
    assert as_asha.post(f"/expenses/{entry.pk}/", fields(amount="13.00", category="Fun")).status_code == 303
    entry = Expense.objects.of(asha).get()
    assert (entry.amount, entry.category.name) == (Decimal("13.00"), "Fun")
    assert as_asha.post(f"/expenses/{entry.pk}/", fields(amount="-1")).status_code == 422


def test_delete_works_and_undo_brings_it_back(as_asha, asha):
    entry = entry_of(asha)
    answer = as_asha.post(f"/expenses/{entry.pk}/delete/")
    page = as_asha.get(answer["Location"]).content.decode()
    assert "Undo" in page and "lunch" not in page
    assert "lunch" in as_asha.get("/expenses/trash/").content.decode()
    assert as_asha.get(f"/expenses/{entry.pk}/").status_code == 404
    assert as_asha.post(f"/expenses/{entry.pk}/restore/").status_code == 303
    assert "lunch" in as_asha.get("/expenses/").content.decode()


def test_the_trash_keeps_an_entry_for_30_days(asha):
    now = timezone.now()
    old, young = entry_of(asha), entry_of(asha)
    actions.put_in_trash(asha, old.pk, now - datetime.timedelta(days=31))
    actions.put_in_trash(asha, young.pk, now - datetime.timedelta(days=29))
    assert not actions.take_out(asha, old.pk, now)
    assert actions.take_out(asha, young.pk, now)
    actions.put_in_trash(asha, young.pk, now)
    assert list(Expense.objects.of(asha)) == [young]


def test_delete_and_undo_need_a_post(as_asha, asha):
    entry = entry_of(asha)
    assert as_asha.get(f"/expenses/{entry.pk}/delete/").status_code == 405
    assert as_asha.get(f"/expenses/{entry.pk}/restore/").status_code == 405


def test_a_month_shows_its_own_entries_only(as_asha, asha):
    entry_of(asha, day=datetime.date(2026, 1, 31), note="january")
    entry_of(asha, day=datetime.date(2026, 2, 1), note="february")
    page = as_asha.get("/expenses/?month=2026-01").content.decode()
    assert "january" in page and "february" not in page
    for odd in ("2026-13", "x", "0001-01", "9999-12", "1970-01", ""):
        assert as_asha.get("/expenses/", {"month": odd, "deleted": "9" * 30}).status_code == 200


def test_the_file_signs_money_out_and_runs_in_no_spreadsheet(as_asha, asha):
    day = datetime.date(2026, 1, 31)
    entry_of(asha, day=day, note="=1+1", category="+Food")
    entry_of(asha, day=day, note="pay", category="Work", kind=Expense.Kind.INCOME, amount=Decimal("100"))
    lines = b"".join(as_asha.get("/expenses.csv").streaming_content).decode().splitlines()
    assert lines == [
        "date,kind,amount,category,note,currency",
        "2026-01-31,spending,-12.50,'+Food,'=1+1,USD",
        "2026-01-31,income,100.00,Work,pay,USD",
    ]


def test_the_number_of_queries_does_not_grow(as_asha, asha, django_assert_max_num_queries):
    for number in range(30):
        entry_of(asha, category=f"category {number}")
    with django_assert_max_num_queries(18):
        as_asha.get("/expenses/")


@pytest.mark.parametrize(
    "wrong",
    [{"amount": Decimal(0)}, {"amount": Decimal(-1)}, {"day": datetime.date(1969, 12, 31)}, {"kind": "theft"}],
    ids=str,
)
def test_the_database_refuses_what_the_form_would(asha, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        entry_of(asha, **wrong)


def test_two_customers_may_name_a_category_alike(asha, bo):
    entry_of(asha), entry_of(bo), entry_of(asha)
    assert Category.objects.filter(name="Food").count() == 2
