"""The old credit manager moves in: every year, to the cent, and each figure that does not add up is named."""

import datetime
import json
from decimal import Decimal as D
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import Client

from accounts.models import AuditEntry, Customer, Manager, User
from accounts.tests.doors import MANAGER_DOOR, is_in, knock
from config.moving.nouns import AT_ONCE
from config.tests.moving_in import Lines, moved, stored, table
from config.tests.old_stores import YEARS, CreditDatabase, monthly
from credit.models import Outcome
from credit.training import gather, imported
from ledger.actions import change_due
from ledger.models import Allocation, Due, Payment
from ledger.proof import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lender")]


@pytest.fixture
def old(tmp_path: Path) -> CreditDatabase:
    """Two customers and a manager over nine years; amounts such as 0.1 + 0.2, totals that are wrong, rows of nobody."""
    (tmp_path / "old").mkdir()
    store = CreditDatabase(tmp_path / "old")
    store.people(
        (101, "customer123", "Asha Rao", "asha@example.com", 34, "+254 700 000 101"),
        (7, "secret", "Bo Lind", "no address", 0, "555 01 02"),
    )
    store.people((1, "manager123", "Mira Moss", "mira@example.com", 41, "1"), table="manager_details")
    for year in YEARS:
        due = {101: monthly(0.1 + 0.2), 7: monthly(10.0, 6)}
        paid = {101: monthly(0.3, 6), 7: monthly(10.0, 3)}
        wrong = {"due 101": 4.0, "paid 7": 31.0, "left 7": 29.0} if year == 2022 else {}
        store.year(year, due, paid, wrong)
    store.percentages(
        (101, 50.0, 50.0, 50.0, 50.0, 50.0, 1), (7, 50.0, 12.5, None, 50.0, 50.0, 0), (8, 1, 1, 1, 1, 1, 1)
    )
    return store


def test_every_year_moves_in_and_totals_agree_to_the_cent(old: CreditDatabase) -> None:
    said, saved = moved(old.path)
    assert table(said)["dues"] == ["162", "572.40"] * 3
    assert table(said)["payments"] == ["81", "286.20"] * 3
    assert table(said)["outcomes"] == ["3", "2", "2"]
    assert said.splitlines()[:9] == saved.splitlines()[:9]
    assert sum(Due.objects.of(Customer.objects.get(pk=101)).values_list("amount", flat=True)) == D("32.40")
    assert set(Due.objects.values_list("month__year", flat=True)) == {*YEARS}
    assert Payment.objects.aggregate(all=Sum("amount"))["all"] == D("286.20")
    assert list(differences()) == []


def test_a_months_money_fills_its_month(old: CreditDatabase) -> None:
    moved(old.path)
    parts = Allocation.objects.filter(customer=101).values_list("payment__starting", "due__month")
    assert parts
    assert all(starting == month for starting, month in parts)
    first = Payment.objects.filter(customer=101).order_by("received_on").first()
    assert first
    assert (first.received_on, first.reference) == (datetime.date(2019, 1, 31), "credit manager 2019-01")


@time_machine.travel("2026-11-21T12:00Z", tick=True)
def test_money_paid_ahead_is_dated_today_and_told(old: CreditDatabase) -> None:
    _, saved = moved(old.path)
    ahead = Payment.objects.filter(customer=101, starting__year=2027)
    assert {one.received_on for one in ahead} == {datetime.date(2026, 11, 21)}
    assert "amount_paid_2027, id 101, January: 0.30 paid ahead is dated" in saved


def test_each_figure_that_does_not_add_up_is_named(old: CreditDatabase) -> None:
    _, saved = moved(old.path)
    for sentence in (
        "amount_to_pay_2022, id 101, total_amt: 4.00 stands there, the months come to 3.60.",
        "amount_paid_2022, id 7, total_paid_amt: 31.00 stands there, the months come to 30.00.",
        "amount_paid_2022, id 7, needtopay: 29.00 stands there, the months come to 30.00.",
        "year_percentage, id 7, y2022: 12.50 % stands there, the months say 50.00 %.",
        "year_percentage, id 8: nobody has this number. Left out.",
        "customer_account_details, id 7, mailid: 'no address' is not an e-mail address. Left empty.",
        "customer_account_details, id 7, age: '0' is not between 1 and 130. Left empty.",
    ):
        assert sentence in saved
    assert "total_amt: 3.60" not in saved


def test_rows_that_are_no_money_are_left_out_by_row(tmp_path: Path) -> None:
    store = CreditDatabase(tmp_path).people((101, "x", "Asha", "", None, ""))
    bad: list[float | str | None] = [5.0, "abc", float("inf"), -3.0, None, 0.125, 1e300, *[0.0] * 5]
    store.year(2024, {101: bad, 55: monthly(2.0)}, {})
    said, saved = moved(store.path)
    assert sorted(Due.objects.values_list("amount", flat=True)) == [D("0.13"), D("5.00")]
    for sentence in (
        "amount_to_pay_2024, id 101, feb_amt: 'abc' is not an amount. Left out.",
        "mar_amt: 'inf' is not an amount",
        "apr_amt: -3.00 is less than 0. Left out.",
        "jun_amt: '0.125' is taken as 0.13.",
        "jul_amt: '1e+300' is more than the largest amount",
        "amount_to_pay_2024, id 55: nobody has this number. Its 24.00 are left out.",
    ):
        assert sentence in saved
    assert table(said)["dues"][:2] == ["18", "26.13"]


def test_no_password_is_stored_and_everybody_gets_a_link(old: CreditDatabase, client: Client) -> None:
    moved(old.path)
    assert not any(user.has_usable_password() for user in User.objects.all())
    rows = next(old.path.parent.glob("*-invitations.csv"))
    assert rows.stat().st_mode & 0o777 == 0o600
    links = dict(line.split(",")[0::3] for line in rows.read_text().splitlines()[1:])
    assert set(links) == {"m1", "c7", "c101"}
    address = links["c101"].removeprefix("http://localhost:8000")
    client.post(address, {"password": "quiet-river-42"})
    assert knock(101, "customer123").status_code == 200
    assert knock(101, "quiet-river-42").status_code == 302
    assert knock(1, "manager123", MANAGER_DOOR).status_code == 200
    everything = json.dumps([*User.objects.values_list("password"), *AuditEntry.objects.values_list("facts")])
    assert "customer123" not in everything + "".join(path.read_text() for path in old.path.parent.glob("duebook-*"))
    assert is_in(client)


def test_a_manager_whose_number_is_taken_gets_the_next(old: CreditDatabase, clem: Manager) -> None:
    Manager.objects.create(id=1, name="Somebody else")
    _, saved = moved(old.path)
    assert Manager.objects.get(name="Mira Moss").pk == 3
    assert "manager_details, id 1: the number is taken; Mira Moss gets the staff number 3." in saved


def test_a_second_run_changes_nothing(old: CreditDatabase) -> None:
    first, _ = moved(old.path)
    before = stored()
    second, _ = moved(old.path)
    assert stored() == before
    assert "Nothing was to be added." in second
    assert table(second)["dues"] == [*table(first)["dues"][:4], "0", "0"]
    assert table(second)["payments"] == [*table(first)["payments"][:4], "0", "0"]


def test_more_people_than_are_read_at_once_move_in(tmp_path: Path) -> None:
    many = range(1, 2 * AT_ONCE + 8)
    store = CreditDatabase(tmp_path).people(*[(one, "x", f"Customer {one}", "", None, "") for one in many])
    store.year(2024, {one: monthly(10.0, 1) for one in many}, {one: monthly(4.0, 1) for one in many})
    said, _ = moved(store.path)
    assert table(said)["customers"] == [f"{len(many)}"] * 3
    assert table(said)["dues"] == [f"{len(many)}", f"{len(many)}0.00"] * 3
    assert Due.objects.filter(paid=4).count() == len(many)
    before = stored()
    moved(store.path)
    assert stored() == before


def test_a_dry_run_tells_the_same_and_stores_nothing(old: CreditDatabase) -> None:
    before = stored()
    said, _ = moved(old.path, "--dry-run")
    assert stored() == before
    assert table(said)["dues"] == ["162", "572.40"] * 3
    assert not list(old.path.parent.glob("*-invitations.csv"))


def test_a_number_that_is_somebody_elses_refuses_the_whole_store(old: CreditDatabase, asha: Customer) -> None:
    Customer.objects.filter(pk=101).update(name="Somebody Else")
    before = stored()
    with pytest.raises(CommandError, match=r"id 101: 101 is there already with other details(?s:.*)Nothing of this"):
        moved(old.path)
    assert stored() == before


def test_what_came_since_is_added_and_what_changed_is_named(old: CreditDatabase) -> None:
    moved(old.path)
    old.run("UPDATE amount_paid_2024 SET feb_amt = 0.55, dec_amt = 0.3 WHERE id = 101")
    _, saved = moved(old.path)
    assert "amount_paid_2024, id 101, February: 0.55 in the store, 0.30 in Duebook." in saved
    assert Payment.objects.filter(reference="credit manager 2024-12").count() == 1
    assert Payment.objects.count() == 82


def test_a_due_changed_in_duebook_since_stays_as_it_is_there(old: CreditDatabase) -> None:
    moved(old.path)
    due = Due.objects.of(Customer.objects.get(pk=7)).filter(paid=0, month__year=2024).first()
    assert due
    change_due(due, amount=D(4))
    _, saved = moved(old.path)
    assert "amount_to_pay_2024, id 7, April: 10.00 in the store, 4.00 in Duebook." in saved
    due.refresh_from_db()
    assert due.amount == 4


def test_a_batch_that_was_undone_moves_in_again(old: CreditDatabase) -> None:
    moved(old.path)
    call_command("undo_import", "credit manager payments", stdout=Lines())
    assert Payment.objects.aggregate(all=Sum("amount"))["all"] == 0
    moved(old.path)
    assert Payment.objects.aggregate(all=Sum("amount"))["all"] == D("286.20")
    assert list(differences()) == []


def test_outcomes_come_with_percentages_that_training_uses(old: CreditDatabase) -> None:
    moved(old.path)
    rows = Outcome.objects.order_by("customer_id").values_list("customer_id", "as_of", "defaulted", "percents")
    last = datetime.date(2025, 12, 31)
    assert list(rows) == [
        (7, last, True, {"2021": 50.0, "2022": 12.5, "2024": 50.0, "2025": 50.0}),
        (101, last, False, {f"{year}": 50.0 for year in range(2021, 2026)}),
    ]


def test_where_the_books_hold_no_dues_the_old_percentages_are_what_is_learnt_from(tmp_path: Path) -> None:
    store = CreditDatabase(tmp_path).people((101, "x", "Asha", "", None, ""), (102, "x", "Bo", "", None, ""))
    store.year(2025, {102: monthly(10.0)}, {102: monthly(10.0, 3)})
    store.percentages((101, 0.9, 0.8, 0.7, 0.6, 0.5, 1), (102, None, None, None, 0.4, 0.99, 0))
    _, saved = moved(store.path)
    assert "year_percentage holds parts of 1" in saved
    sample = gather(imported())
    years = [sample.names.index(f"percent_year_{back}") for back in range(5)]
    assert sample.values[0][years].tolist() == [50.0, 60.0, 70.0, 80.0, 90.0]
    assert sample.values[1][years][:2].tolist() == [25.0, 40.0]
    assert sample.repaid.tolist() == [1, 0]
