"""What a store meets that moved in before, or beside which another one did: no money twice, and none lost."""

import datetime
from contextlib import closing
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.core.management import CommandError

from accounts.models import Customer
from config.moving.credit_manager import CreditManager
from config.moving.nouns import Findings
from config.tests.moving_in import moved, stored, table
from config.tests.old_stores import CreditDatabase, expense_tracker, sheet
from expenses.models import Expense
from ledger.models import Payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lender")]


def test_whoever_moved_in_cannot_become_another_customer_afterwards(tmp_path: Path, asha: Customer) -> None:
    sheet(tmp_path, "asha", 10, ("2024-01-01", 5, ""))
    moved(tmp_path)
    assert Payment.objects.get().customer_id == 102
    before = stored()
    with pytest.raises(CommandError, match="--same asha=101: asha of this store moved in as customer 102"):
        moved(tmp_path, "--same", "asha=101")
    assert stored() == before
    moved(tmp_path, "--same", "asha=102")
    assert stored() == before


def test_a_second_store_of_somebody_loses_no_receipt_that_looks_like_one_of_the_first(tmp_path: Path) -> None:
    sheet(tmp_path / "one", "asha", 10, ("2024-01-01", 5, ""))
    sheet(tmp_path / "two", "asha", 20, ("2024-01-01", 5, "another loan"), ("2024-01-02", 1, ""))
    moved(tmp_path / "one")
    said, _ = moved(tmp_path / "two", "--name", "two", "--same", "asha=101")
    assert table(said)["payments"] == ["2", "6.00"] * 3
    references = list(Payment.objects.order_by("id").values_list("reference", flat=True))
    assert references == ["loan records 2024-01-01 5.00 1"] + [
        f"loan records two 2024-01-0{rest} 1" for rest in ("1 5.00", "2 1.00")
    ]
    before = stored()
    moved(tmp_path / "one")
    moved(tmp_path / "two", "--name", "two")
    assert stored() == before


def test_a_second_notebook_of_somebody_loses_no_entry(tmp_path: Path) -> None:
    for folder, amount in (("one", 4), ("two", 9)):
        expense_tracker(tmp_path / folder, [(1, "bo", "")], [(1, 1, "2024-01-01", amount, "Food", "")])
    moved(tmp_path / "one")
    moved(tmp_path / "two", "--name", "two", "--same", "bo=101")
    rows = Expense.objects.order_by("id").values_list("customer", "amount", "key")
    assert list(rows) == [(101, D(4), "expense tracker 1"), (101, D(9), "expense tracker two 1")]


def test_what_somebody_changed_in_a_notebook_since_is_not_shown_to_the_operator(tmp_path: Path) -> None:
    people, entries = [(1, "bo", "")], [(1, 1, "2024-01-01", 4, "Food", ""), (2, 1, "2024-01-02", 5, "", "")]
    moved(expense_tracker(tmp_path, people, entries))
    Expense.objects.filter(amount=4).update(amount=D("777.77"))
    expense_tracker(tmp_path, people, [*entries, (3, 1, "2024-01-03", 6, "", "")])
    said, saved = moved(tmp_path)
    assert table(said)["entries"] == ["3", "15.00", "1", "6.00", "1", "6.00"]
    assert "they are not compared nor summed" in saved
    assert not any(hidden in said + saved for hidden in ("777.77", "782.77", "788.77"))


@pytest.mark.parametrize(("today", "year"), [("2026-01-01", 2025), ("2026-12-31", 2025), ("2027-01-01", 2026)])
def test_an_outcome_is_of_the_last_year_that_is_over_on_whatever_day_it_is_read(
    tmp_path: Path, today: str, year: int
) -> None:
    store = CreditDatabase(tmp_path).people((101, "x", "Asha", "", None, ""))
    store.percentages((101, 90.0, 40.0, 1), years=(2025, 2026))
    with closing(Findings()) as found:
        (piece,) = CreditManager(store.path, datetime.date.fromisoformat(today)).pieces(found)
    assert [ended.as_of for ended in piece.ended] == [datetime.date(year, 12, 31)]
