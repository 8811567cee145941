"""The old loan payment records move in: what was paid is received and held, and no two people become one."""

import datetime
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db.models import Sum

from accounts.models import Customer, OldAccount, User
from config.moving.loan_records import fold
from config.tests.moving_in import moved, stored, table
from config.tests.old_stores import CreditDatabase, app_db, expense_tracker, pbkdf2, sheet, write
from ledger.actions import add_due
from ledger.models import Due, Payment
from ledger.proof import differences

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lender")]
PAID = [("2024-01-03", 0.1, "first"), ("2024-01-03", 0.1, ""), ("2024-01-04", 0.2, "market day")]


def paid_by(name: str) -> list[tuple[datetime.date, D, str]]:
    rows = Payment.objects.filter(customer__name=name).order_by("id")
    return [(row.received_on, row.amount, row.note) for row in rows]


def test_files_become_customers_and_their_rows_receipts_that_are_held(tmp_path: Path) -> None:
    sheet(tmp_path, "asha_rao", 500, *PAID, contact="asha@example.com")
    sheet(tmp_path, "bo-lind", 90.5, ("2024-02-01", 45.25, ""), contact="+254 700 000 102")
    said, saved = moved(tmp_path / "records")
    assert table(said)["payments"] == ["4", "45.65"] * 3
    assert table(said)["customers"] == ["2", "2", "2"]
    day = datetime.date
    assert paid_by("asha_rao") == [
        (day(2024, 1, 3), D("0.10"), "first"),
        (day(2024, 1, 3), D("0.10"), ""),
        (day(2024, 1, 4), D("0.20"), "market day"),
    ]
    assert "$45.65 is held as credit: no due was there for it to fill." in saved
    assert "asha_rao: a loan of 500.00 began in the old app; no due is raised for it." in saved
    assert Customer.objects.get(name="asha_rao").email == "asha@example.com"
    assert Customer.objects.get(name="bo-lind").phone == "+254 700 000 102"
    assert not User.objects.exists()
    assert list(differences()) == []


def test_what_is_held_pays_the_dues_that_are_raised_afterwards(tmp_path: Path) -> None:
    sheet(tmp_path, "asha_rao", 500, ("2024-01-03", 60, ""))
    moved(tmp_path)
    due = add_due(Due(customer=Customer.objects.get(), month=datetime.date(2024, 1, 1), amount=D(100)))
    assert (due.paid, due.balance) == (60, 40)


def test_a_balance_that_does_not_follow_and_rows_that_are_no_payment_are_named(tmp_path: Path) -> None:
    write(
        tmp_path / "records" / "asha.csv",
        "Date,Payment_Amount,Remaining_Balance,Notes",
        ("2024-01-02", "0", "100.0", "Loan started | next to the well"),
        ("2024-01-03", "10.0", "91.0", ""),
        ("2024-01-04", "-5.0", "96.0", "back"),
        ("soon", "5.0", "91.0", ""),
        ("2024-01-05", "nan", "", ""),
        ("2024-01-06", "0", "200.0", "Loan started"),
        ("2099-01-06", "1.0", "199.0", ""),
    )
    with pytest.raises(CommandError, match=r"records/asha.csv, line 8: 2099-01-06 is in the future"):
        moved(tmp_path)
    text = (tmp_path / "records" / "asha.csv").read_text().replace("2099", "2024")
    (tmp_path / "records" / "asha.csv").write_text(text)
    said, saved = moved(tmp_path)
    for sentence in (
        "line 3: a balance of 91.00 stands there, 100.00 less 10.00 is 90.00.",
        "line 4: -5.00 is less than 0. Left out.",
        "line 5: the date 'soon' is not a date",
        "line 6: 'nan' is not an amount",
        "line 7: a second loan, of 200.00, begins in this file: may two people share it?",
        "the contact 'next to the well' is neither an address nor a telephone. Left out.",
    ):
        assert sentence in saved
    assert table(said)["payments"] == ["5", "11.00", "2", "11.00", "2", "11.00"]


def test_the_database_and_the_files_are_one_store_and_nothing_counts_twice(tmp_path: Path) -> None:
    sheet(tmp_path, "asha_rao", 500, ("2023-12-01", 5, "before the database"), *PAID)
    sheet(tmp_path, "dida", 50, ("2024-05-01", 1.5, ""))
    app_db(
        tmp_path,
        [(1, "Asha Rao", "asha_rao", 500.0), (2, "Bo Lind", "bo_lind", 90.0)],
        [
            (1, "2024-01-03", 0.1, "first"),
            (1, "2024-01-03", 0.1, ""),
            (1, "2024-01-04", 0.2, ""),
            (2, "2024-01-05", 7.0, ""),
            (9, "2024-01-05", 3.0, ""),
        ],
    )
    said, saved = moved(tmp_path)
    assert table(said)["payments"] == ["7", "16.90", "6", "13.90", "6", "13.90"]
    assert list(Customer.objects.order_by("id").values_list("name", flat=True)) == ["Asha Rao", "Bo Lind", "dida"]
    assert "records/asha_rao.csv, line 3: 5.00 of 2023-12-01 stand here and not in app.db. Taken." in saved
    assert "3.00 of 2024-01-05 belong to no user. Left out." in saved
    before = stored()
    moved(tmp_path)
    assert stored() == before


def folded(tmp_path: Path) -> Path:
    """Two names that came out as one file, which holds rows of both, one of them in no database."""
    sheet(tmp_path, "jo_ann", 0, ("2024-01-01", 5, ""), ("2024-01-02", 6, ""), ("2024-01-03", 9, "whose?"))
    app_db(
        tmp_path,
        [(1, "Jo Ann", "Jo Ann", 100.0), (2, "jo  ann!", "jo  ann!", 100.0)],
        [(1, "2024-01-01", 5.0, ""), (2, "2024-01-02", 6.0, "")],
    )
    return tmp_path


def test_two_names_that_were_folded_into_one_file_stay_two_customers_and_are_asked(tmp_path: Path) -> None:
    assert fold("Jo Ann") == fold("jo  ann!") == "jo_ann"
    said, saved = moved(folded(tmp_path))
    assert Customer.objects.count() == 2
    assert [amount for _, amount, _ in paid_by("Jo Ann")] == [5]
    assert [amount for _, amount, _ in paid_by("jo ann!")] == [6]
    assert "whose are the 9.00 of 2024-01-03, Jo Ann or jo ann!? Left out; answer with --owner jo_ann=Jo Ann." in saved
    assert table(said)["payments"][:4] == ["3", "20.00", "2", "11.00"]


def test_the_answer_gives_the_rest_to_the_one_it_names(tmp_path: Path) -> None:
    moved(folded(tmp_path))
    said, _ = moved(tmp_path, "--owner", "jo_ann=Jo Ann")
    assert [amount for _, amount, _ in paid_by("Jo Ann")] == [5, 9]
    assert table(said)["payments"] == ["3", "20.00", "3", "20.00", "1", "9.00"]


def test_two_files_whose_names_would_fold_together_stay_two_customers(tmp_path: Path) -> None:
    sheet(tmp_path, "jo_ann", 10, ("2024-01-01", 5, ""))
    sheet(tmp_path, "Jo Ann", 10, ("2024-01-01", 5, ""))
    moved(tmp_path)
    assert OldAccount.objects.values("customer").distinct().count() == 2


def test_a_file_that_cannot_be_read_refuses_the_whole_store(tmp_path: Path) -> None:
    sheet(tmp_path, "asha", 10, ("2024-01-01", 5, ""))
    write(tmp_path / "records" / "zed.csv", "when,what", ("2024-01-01", 5))
    with pytest.raises(CommandError, match=r"records/zed.csv has no column for the date or the amount"):
        moved(tmp_path)
    assert not Customer.objects.exists()


def test_three_stores_in_one_folder_all_move_in(tmp_path: Path) -> None:
    sheet(tmp_path, "asha", 10, ("2024-01-01", 5, ""))
    expense_tracker(tmp_path, [(1, "bo", pbkdf2("x"))], [(1, 1, "2024-01-01", 4, "Food", "")])
    CreditDatabase(tmp_path).people((101, "x", "Asha", "", None, ""))
    moved(tmp_path)
    accounts = OldAccount.objects.order_by("customer").values_list("customer", "store", "name")
    assert list(accounts) == [
        (101, "credit manager", "101"),
        (102, "expense tracker", "bo"),
        (103, "loan records", "asha"),
    ]
    assert Payment.objects.aggregate(all=Sum("amount"))["all"] == 5


def test_a_place_without_a_store_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"holds none of the old apps' stores. Looked for records/<username>.csv"):
        moved(tmp_path)
