"""The faults of the tracker that the notebook replaces, each by its name: none of them is here."""

import json
from decimal import Decimal

import pytest

from expenses.models import Expense
from expenses.tests.test_notebook import entry_of, fields
from expenses.tests.test_quick import line
from ledger.tests.racing import finish, start

NUMBER = 101


def page(client, path="/expenses/"):
    return client.get(path).content.decode()


def test_delete_never_worked(as_asha, asha):
    entry, other = entry_of(asha, note="tea"), entry_of(asha, note="bread")
    as_asha.post(f"/expenses/{entry.pk}/delete/")
    assert list(Expense.objects.of(asha).kept()) == [other]
    assert "$12.50" in page(as_asha) and "tea" not in page(as_asha)


def test_there_was_no_edit(as_asha, asha):
    entry = entry_of(asha)
    as_asha.post(f"/expenses/{entry.pk}/", fields(amount="7.00", note="bread", day="2026-01-31", category="Fun"))
    entry.reread()
    assert (str(entry.amount), entry.note, str(entry.day)) == ("7.00", "bread", "2026-01-31")
    assert entry.category.name == "Fun"


@pytest.mark.parametrize("amount", ["-5", "0", "nan", "inf", "-inf", "1e400", "5 euros", "٥"])
def test_amounts_were_anything_python_takes_for_a_number(as_asha, asha, amount):
    assert as_asha.post("/expenses/quick/", fields(amount=amount)).status_code == 422
    assert not Expense.objects.of(asha).exists()


@pytest.mark.parametrize("amount", ["0", "nan", "inf", "1e400", "٥"])
def test_nor_does_the_one_line_take_them(as_asha, asha, amount):
    assert as_asha.post("/expenses/quick/", line(f"{amount} coffee")).status_code == 422
    assert not Expense.objects.of(asha).exists()


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "31/12/2025", "", "1969-12-31", "9999-12-31"])
def test_dates_were_any_text(as_asha, asha, day):
    assert as_asha.post("/expenses/quick/", fields(day=day)).status_code == 422
    assert not Expense.objects.of(asha).exists()


def test_sums_were_floats(as_asha, asha):
    for _ in range(10):
        entry_of(asha, amount=Decimal("0.10"))
    for _ in range(3):
        entry_of(asha, amount=Decimal("33333333.33"))
    assert "$100,000,000.99" in page(as_asha)


def test_percentages_did_not_add_up(as_asha, asha):
    for category in ("Food", "Fun", "Rent"):
        entry_of(asha, amount=Decimal(1), category=category)
    assert sorted(part for part in ("33.34", "33.33") if part in page(as_asha)) == ["33.33", "33.34"]


def test_an_empty_notebook_was_a_fault(as_asha):
    for path in ("/expenses/", "/expenses/quick/", "/expenses/trash/", "/expenses/trend/", "/expenses/search/"):
        assert as_asha.get(path).status_code == 200


def test_other_peoples_rows_could_be_seen(as_asha, as_bo, asha, bo):
    mine, theirs = entry_of(asha, note="of asha"), entry_of(bo, note="of bo")
    assert "of bo" not in page(as_asha) and "of asha" not in page(as_bo)
    assert as_asha.get(f"/expenses/{theirs.pk}/").status_code == 404
    assert as_asha.post(f"/expenses/{theirs.pk}/delete/").status_code == 404
    assert set(Expense.objects.kept()) == {mine, theirs}


def test_a_comma_or_a_line_break_in_a_text_broke_the_file(as_asha, asha):
    entry_of(asha, note='a, "b"', category="x,y")
    lines = b"".join(as_asha.get("/expenses.csv").streaming_content).decode().splitlines()
    assert len(lines) == 2 and lines[1].endswith('"x,y","a, ""b""",USD')


def started(url, call):
    return start(url, "manage.py", "shell", "-v", "0", "-c", f"from expenses.tests import racers; racers.{call}")


def race(url, folder, racer, keys):
    """What each of several processes said that began at one instant, each with keys of its own."""
    processes = [started(url, f"{racer}({str(folder)!r}, {NUMBER}, {own})") for own in keys]
    return [json.loads(finish(process)[1]) for process in processes]


def said(url, call):
    return json.loads(finish(started(url, call))[1])


KEYS = [[f"shared {one}" for one in range(40)] + [f"own {who} {one}" for one in range(20)] for who in range(3)]


@pytest.mark.race
def test_two_writers_at_once_lost_rows(town, tmp_path):
    """Three processes enter 40 rows that they share and 20 of their own, in categories that none had before."""
    said(town, f"open_notebook({NUMBER})")
    told = race(town, tmp_path, "enter_at", KEYS)
    assert [one["refused"] for one in told] == [[], [], []]
    entered = [one["entered"] for one in told]
    assert all(entered[0][key] == entered[1][key] == entered[2][key] for key in KEYS[0][:40])
    assert said(town, f"notebook({NUMBER})") == {"rows": 100, "sum": "10.00", "twice": 0}


@pytest.mark.race
@pytest.mark.only_on("postgresql")
def test_without_the_owners_lock_the_same_writers_meet_at_the_constraints(town, tmp_path):
    """The negative control; SQLite's lock is the transaction itself."""
    said(town, f"open_notebook({NUMBER})")
    told = race(town, tmp_path, "enter_unguarded_at", KEYS)
    assert sum(len(one["refused"]) for one in told) > 0 or said(town, f"notebook({NUMBER})")["twice"] > 0
