"""What recurs: its days, skipping and entering one, an end, a pause, and what three months suggest."""

import datetime
import secrets

import pytest
from django.utils import timezone

from expenses import actions
from expenses.coming import planned
from expenses.importing import taking
from expenses.models import Expense, Occurrence, Recurring, SamePayment
from expenses.planning import answer_same, enter_day, is_entry, start_recurring
from expenses.recurrence import days_of
from expenses.tests.filing import a_file, taken
from expenses.tests.june import D, earn, june, on, spend, text  # noqa: F401
from expenses.tests.test_this_month import owes, pays
from expenses.this_month import this_month

pytestmark = pytest.mark.usefixtures("june", "lender")


def rent(owner, **changed):
    given = {"amount": D(800), "first_on": on(1, 20), "key": secrets.token_urlsafe(24)} | changed
    return start_recurring(Recurring(customer=owner, **given), "Rent")


def fields(**changed):
    return {
        "key": secrets.token_urlsafe(24),
        "amount": "800",
        "category": "Rent",
        "kind": "spending",
        "every": "month",
        "first_on": "2025-01-20",
        "ends_on": "",
        "note": "",
    } | changed


def coming(owner, month=6):
    return [one.day for one in planned(owner, on(month, 1)).coming]


@pytest.mark.parametrize(
    ("every", "first", "start", "end", "expected"),
    [
        ("month", "2024-01-31", "2024-02-01", "2024-04-30", ["2024-02-29", "2024-03-31", "2024-04-30"]),
        ("month", "2024-12-15", "2025-01-01", "2025-01-31", ["2025-01-15"]),
        ("week", "2025-06-02", "2025-06-10", "2025-06-30", ["2025-06-16", "2025-06-23", "2025-06-30"]),
        ("fortnight", "2025-05-30", "2025-06-01", "2025-06-30", ["2025-06-13", "2025-06-27"]),
        ("quarter", "2024-11-30", "2025-02-01", "2025-08-31", ["2025-02-28", "2025-05-30", "2025-08-30"]),
        ("year", "2024-02-29", "2025-01-01", "2028-12-31", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("month", "2025-07-01", "2025-06-01", "2025-06-30", []),
    ],
)
def test_its_days(every, first, start, end, expected):
    day = datetime.date.fromisoformat
    assert [str(one) for one in days_of(every, day(first), None, day(start), day(end))] == expected


def test_it_is_still_to_come_and_makes_no_entry_by_itself(as_asha, asha):
    assert as_asha.post("/expenses/recurring/", fields()).status_code == 303
    earn(asha, on(6, 1), "2000")
    assert coming(asha) == [on(6, 20)]
    assert this_month(asha, on(6, 15)).left.amount == 1200
    page = text(as_asha.get("/expenses/"))
    assert "Still to come" in page and "Jun 20, 2025" in page
    assert Expense.objects.of(asha).count() == 1


def test_a_form_sent_twice_keeps_one(as_asha, asha):
    same = fields()
    assert [as_asha.post("/expenses/recurring/", same).status_code for _ in range(2)] == [303, 303]
    assert Recurring.objects.of(asha).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "nan"},
        {"category": " "},
        {"kind": "transfer"},
        {"every": "day"},
        {"first_on": ""},
        {"first_on": "1969-12-31"},
        {"first_on": "2027-01-01"},
        {"ends_on": "2025-01-19"},
        {"key": ""},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(as_asha, asha, wrong):
    assert as_asha.post("/expenses/recurring/", fields(**wrong)).status_code == 422
    assert not Recurring.objects.exists()


def settle(client, one, act, day="2025-06-20", **more):
    return client.post(f"/expenses/recurring/{one.pk}/day/", {"day": day, "act": act, **more})


def test_entering_it_twice_makes_one_entry(as_asha, asha):
    one = rent(asha)
    for _ in range(2):
        assert settle(as_asha, one, "enter").status_code == 303
    entry = Expense.objects.of(asha).get()
    assert (entry.day, entry.amount, entry.category.name) == (on(6, 20), D(800), "Rent")
    assert coming(asha) == [] and coming(asha, 7) == [on(7, 20)]


def test_an_entry_put_in_the_trash_is_still_to_come_again(asha):
    one = rent(asha)
    entry = enter_day(asha, one.pk, on(6, 20))
    actions.put_in_trash(asha, entry.pk, entry.recorded_at)
    assert coming(asha) == [on(6, 20)]
    assert enter_day(asha, one.pk, on(6, 20)).pk != entry.pk
    assert coming(asha) == []


def test_erasing_the_trash_leaves_the_day_open(asha):
    entry = enter_day(asha, rent(asha).pk, on(6, 20))
    actions.put_in_trash(asha, entry.pk, entry.recorded_at - datetime.timedelta(days=31))
    actions.put_in_trash(asha, 0, entry.recorded_at)
    assert not Expense.objects.exists() and Occurrence.objects.get().is_open
    assert coming(asha) == [on(6, 20)]


def test_taking_a_file_back_takes_the_answers_about_its_rows_along(asha):
    owes(asha, 6, "800")
    payment = pays(asha, on(6, 15), "800")
    statement = taken(asha, a_file("2025-06-15,LANDLORD,-800.00"))
    entry, one = Expense.objects.of(asha).get(), rent(asha)
    is_entry(asha, one.pk, on(6, 20), entry.pk)
    answer_same(asha, entry.pk, payment.pk, True)
    assert coming(asha) == []
    assert taking.revert(asha, statement.pk, timezone.now()).removed == 1
    assert coming(asha) == [on(6, 20)] and not SamePayment.objects.exists()


def test_one_is_skipped_and_the_skip_taken_back(as_asha, asha):
    one = rent(asha)
    settle(as_asha, one, "skip")
    assert coming(asha) == [] and coming(asha, 7) == [on(7, 20)]
    assert "Skipped in June 2025" in text(as_asha.get("/expenses/recurring/"))
    settle(as_asha, one, "again")
    assert coming(asha) == [on(6, 20)]


def test_an_entry_of_the_banks_file_is_proposed_and_counts_once_the_owner_says_so(as_asha, asha):
    one, entry = rent(asha), spend(asha, on(6, 18), "800", "Other", note="LANDLORD")
    assert "Is that it?" in text(as_asha.get("/expenses/"))
    assert coming(asha) == [on(6, 20)]
    assert settle(as_asha, one, "is", entry=entry.pk, month="on")["Location"] == "/expenses/"
    assert coming(asha) == [] and Expense.objects.of(asha).count() == 1


def test_one_entry_settles_one_day_only(as_asha, asha):
    entry = spend(asha, on(6, 18), "800", "Rent")
    one, other = rent(asha), rent(asha)
    settle(as_asha, one, "is", entry=entry.pk)
    settle(as_asha, other, "is", entry=entry.pk)
    assert Occurrence.objects.get().recurring == one


@pytest.mark.parametrize("day", ["2025-06-21", "x", "", "2024-12-20"])
def test_a_day_that_is_not_its_own_is_refused(as_asha, asha, day):
    one = rent(asha)
    for act in ("enter", "skip", "is"):
        assert settle(as_asha, one, act, day).status_code == 303
    assert not Occurrence.objects.exists() and not Expense.objects.exists()


def test_it_ends_and_it_pauses(as_asha, asha):
    one = rent(asha)
    page = f"/expenses/recurring/{one.pk}/"
    assert as_asha.post(page, fields(ends_on="2025-06-19", key=one.key)).status_code == 303
    assert coming(asha) == []
    as_asha.post(page, fields(ends_on="2025-06-20", key=one.key))
    assert coming(asha) == [on(6, 20)] and coming(asha, 7) == []
    as_asha.post(page, {"act": "pause"})
    assert coming(asha) == []
    as_asha.post(page, {"act": "resume"})
    assert coming(asha) == [on(6, 20)]


def test_another_customers_is_not_found(as_bo, asha):
    one = rent(asha)
    assert as_bo.get(f"/expenses/recurring/{one.pk}/").status_code == 404
    assert as_bo.post(f"/expenses/recurring/{one.pk}/", {"act": "pause"}).status_code == 404
    assert settle(as_bo, one, "skip").status_code == 404
    assert coming(asha) == [on(6, 20)]


def test_income_that_recurs_is_money_in(asha):
    rent(asha, kind="income", amount=D(3000))
    assert this_month(asha, on(6, 15)).left.amount == 3000


def three_months(owner, amounts=("9.99", "9.99", "10.50"), days=(5, 6, 4), **more):
    for month, day, amount in zip((3, 4, 5), days, amounts, strict=True):
        spend(owner, on(month, day), amount, "Fun", note=f"MUSIC {month}/2025", **more)


def test_three_similar_months_suggest_it_and_only_the_owner_begins_it(as_asha, asha):
    three_months(asha)
    page = text(as_asha.get("/expenses/recurring/"))
    assert "Does it recur?" in page and "$10.50" in page
    assert not Recurring.objects.exists()
    form = dict(fields(amount="10.50", category="Fun", note="MUSIC 5/2025", first_on="2025-06-04"), act="start")
    as_asha.post("/expenses/recurring/", form)
    assert "Does it recur?" not in text(as_asha.get("/expenses/recurring/"))
    assert coming(asha) == [on(6, 4)]


def test_a_suggestion_that_was_declined_is_not_made_again(as_asha, asha):
    three_months(asha)
    form = dict(fields(amount="10.50", category="Fun", note="MUSIC 5/2025", first_on="2025-06-04"), act="decline")
    as_asha.post("/expenses/recurring/", form)
    page = text(as_asha.get("/expenses/recurring/"))
    assert "Does it recur?" not in page and "Nothing recurs yet" in page
    assert coming(asha) == []


@pytest.mark.parametrize(
    "unlike", [{"amounts": ("9", "9", "12")}, {"days": (5, 6, 20)}, {"kind": "transfer"}, {"kind": "refund"}], ids=str
)
def test_what_is_not_similar_is_not_suggested(as_asha, asha, unlike):
    three_months(asha, **unlike)
    assert "Does it recur?" not in text(as_asha.get("/expenses/recurring/"))


def test_what_came_twice_in_a_month_is_not_suggested(as_asha, asha):
    three_months(asha)
    three_months(asha)
    assert "Does it recur?" not in text(as_asha.get("/expenses/recurring/"))
