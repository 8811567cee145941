"""Files taken into the books: what is added, what is there already, and in which order money is spread."""

import datetime
import getpass
import hashlib
import re

import pytest
from django.db import IntegrityError

from accounts.models import Batch, Customer, Lender
from credit.models import Outcome
from ledger.bulk import importing
from ledger.bulk.dues import MONTH_COLUMNS
from ledger.models import Due, Payment
from ledger.proof import differences
from ledger.tests.shop import D, books, credit, customers, due, file, load, paid, pay, refused, row_counts, spread

pytestmark = pytest.mark.django_db

DUES = ["customer,year,month,amount", "1,2025,1,100.00", "1,2025,2,100.00", "2,2025,1,40.00"]
PAYMENTS = ["customer,date,amount,reference", "1,2025-02-10,150.00,a", "2,2025-02-11,50.00,b"]


@pytest.fixture(autouse=True)
def two_customers(db):
    customers(1, 2)


def close_books(through: datetime.date) -> None:
    Lender.objects.update(closed_through=through)


# --- Each kind ----------------------------------------------------------------------------------
def test_customers_come_in_with_their_details(tmp_path):
    said = load(
        "customers", file(tmp_path, "customer,name,email,phone,age,credit_limit", "7,Ida,i@example.com,55,40,9.50")
    )
    ida = Customer.objects.get(id=7)
    assert (ida.name, ida.email, ida.phone, ida.age, ida.credit_limit) == ("Ida", "i@example.com", "55", 40, D("9.50"))
    assert ida.age_given_on == Lender.load().today()
    assert said == "1 rows: 1 were added, 0 are there already.\nBatch file.\n"


def test_a_due_falls_on_the_last_day_of_its_month_and_is_principal_unless_the_file_says_otherwise(tmp_path):
    load("dues", file(tmp_path, "customer,year,month,amount,due_on,kind", "1,2024,2,5,,", "1,2024,2,6,2024-03-09,fee"))
    plain, fee = Due.objects.order_by("amount")
    assert (plain.due_on, plain.kind) == (datetime.date(2024, 2, 29), "principal")
    assert (fee.due_on, fee.kind) == (datetime.date(2024, 3, 9), "fee")


def test_a_wide_file_is_the_same_as_a_long_one(tmp_path):
    amounts = {month: f"{month * 10}.05" for month in range(1, 13) if month not in (4, 5)}
    cells = [amounts.get(1, ""), *(amounts.get(month, "") for month in range(2, 5)), "0"]
    cells += [amounts[month] for month in range(6, 13)]
    total = sum(map(D, amounts.values()))
    load(
        "dues",
        file(tmp_path, f"customer,year,{','.join(MONTH_COLUMNS)},total_amt", f"1,2025,{','.join(cells)},{total}"),
    )
    load("dues", file(tmp_path, "customer,year,month,amount", *(f"2,2025,{m},{a}" for m, a in amounts.items())))

    def told(customer: int) -> list[tuple[object, ...]]:
        return list(Due.objects.filter(customer=customer).values_list("month", "due_on", "kind", "reference", "amount"))

    assert len(told(1)) == 10
    assert told(1) == told(2)


def test_columns_may_stand_in_any_order(tmp_path):
    load("payments", file(tmp_path, "amount,customer,date", "5.00,1,2025-03-01"))
    assert credit() == {1: D(5)}


def test_outcomes_come_in(tmp_path):
    load("outcomes", file(tmp_path, "customer,as_of,defaulted", "1,2025-03-31,1", "2,2025-03-31,0"))
    assert list(Outcome.objects.order_by("customer").values_list("customer", "defaulted")) == [(1, True), (2, False)]


def test_a_payment_fills_the_month_it_names_first(tmp_path):
    load("dues", file(tmp_path, *DUES))
    load("payments", file(tmp_path, "customer,date,amount,year,month,channel", "1,2025-02-10,30,2025,2,cash"))
    assert paid() == {(1, "2025-01"): 0, (1, "2025-02"): 30, (2, "2025-01"): 0}
    assert Payment.objects.get().channel == "cash"


# --- The order of posting -----------------------------------------------------------------------
def test_payments_of_one_customer_are_posted_by_date_and_then_as_the_file_has_them(tmp_path):
    lines = ["1,2025-03-02,1.00", "1,2025-03-01,2.00", "2,2025-03-09,9.00", "1,2025-03-02,3.00", "1,2025-03-01,4.00"]
    load("payments", file(tmp_path, "customer,date,amount", *lines))
    posted = Payment.objects.filter(customer=1).order_by("id").values_list("amount", flat=True)
    assert list(posted) == [2, 4, 1, 3]


def test_held_credit_pays_the_dues_of_a_file(tmp_path):
    pay(1, "120.00")
    pay(1, "10.00")
    load("dues", file(tmp_path, *DUES))
    assert paid() == {(1, "2025-01"): 100, (1, "2025-02"): 30, (2, "2025-01"): 0}
    assert credit() == {}
    assert list(differences()) == []


# --- Again --------------------------------------------------------------------------------------
AGAIN = {
    "customers": ["customer,name", "7,Ida", "8,Ole"],
    "dues": DUES,
    "payments": PAYMENTS,
    "outcomes": ["customer,as_of,defaulted", "1,2025-03-31,1", "2,2025-03-31,0"],
}


@pytest.mark.parametrize("kind", AGAIN)
def test_the_same_file_again_posts_nothing(kind, tmp_path):
    load(kind, file(tmp_path, *AGAIN[kind]))
    before = row_counts(), books()
    assert load(kind, file(tmp_path, *AGAIN[kind], name="renamed.csv")) == (
        "This file is in the books already, as batch file. Nothing to do.\n"
    )
    assert (row_counts(), books()) == before


@pytest.mark.parametrize("kind", AGAIN)
def test_the_same_rows_in_another_file_are_there_already(kind, tmp_path):
    load(kind, file(tmp_path, *AGAIN[kind]))
    before = row_counts(), books()
    header, *rows = AGAIN[kind]
    said = load(kind, file(tmp_path, header, *reversed(rows)))
    assert said.startswith(f"{len(rows)} rows: 0 were added, {len(rows)} are there already.\n")
    batches = "accounts.Batch"
    assert row_counts() == before[0] | {batches: before[0][batches] + 1}
    assert books() == before[1]


def test_a_payment_without_a_reference_is_another_payment_in_another_file(tmp_path):
    for name in ("monday", "tuesday"):
        load(
            "payments", file(tmp_path, "customer,date,amount", "1,2025-03-01,5", *[""] * len(name), name=f"{name}.csv")
        )
    assert credit() == {1: D(10)}


def test_a_file_half_there_adds_the_other_half(tmp_path):
    load("payments", file(tmp_path, *PAYMENTS))
    said = load("payments", file(tmp_path, *PAYMENTS, "2,2025-02-12,7.00,c"))
    assert said.startswith("3 rows: 1 were added, 2 are there already.\n")


def test_the_same_file_taken_in_by_two_at_once_stands_once(tmp_path, monkeypatch):
    """The second looked before the first had finished: the table's own rule stops it."""
    path = file(tmp_path, *DUES)
    load("dues", path)
    before = row_counts()
    honest, looks = importing._standing, []

    def late(order: importing.Order, sha256: str) -> Batch | None:
        looks.append(sha256)
        return honest(order, sha256) if len(looks) > 1 else None

    monkeypatch.setattr(importing, "_standing", late)
    assert "in the books already" in load("dues", path)
    assert row_counts() == before
    monkeypatch.setattr(importing, "_standing", lambda order, sha256: None)
    with pytest.raises(IntegrityError):
        load("dues", path)


# --- Dry run ------------------------------------------------------------------------------------
EFFECTS = {
    "dues": "3 rows: 3 {were} added, 0 are there already.\n"
    "Dues raised $240.00, received $0.00, applied $60.00, taken from held credit $60.00.\n",
    "payments": "2 rows: 2 {were} added, 0 are there already.\n"
    "Dues raised $0.00, received $200.00, applied $25.00, held as credit $175.00.\n",
    "customers": "2 rows: 2 {were} added, 0 are there already.\n",
    "outcomes": "2 rows: 2 {were} added, 0 are there already.\n",
}


@pytest.mark.parametrize("kind", EFFECTS)
def test_a_dry_run_tells_what_the_real_run_then_does_and_stores_nothing(kind, tmp_path):
    pay(1, "60.00")
    if kind == "payments":
        due(1, "2025-01", "85.00")
    before = row_counts(), books(), credit()
    dry = load(kind, file(tmp_path, *AGAIN[kind]), "--dry-run")
    assert (row_counts(), books(), credit()) == before
    real = load(kind, file(tmp_path, *AGAIN[kind]))
    assert dry == EFFECTS[kind].format(were="would be") + "Dry run: nothing was stored.\n"
    assert real == EFFECTS[kind].format(were="were") + "Batch file.\n"


# --- The batch ----------------------------------------------------------------------------------
def test_the_batch_records_who_when_which_file_and_how_much(tmp_path):
    load("payments", file(tmp_path, *PAYMENTS, name="first.csv"))
    path = file(tmp_path, *PAYMENTS, "1,2025-02-12,7.00,c", name="march.csv")
    load("payments", path)
    batch = Batch.objects.get(name="march")
    assert batch.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (batch.kind, batch.file_name, batch.rows, batch.added, batch.already_there) == (
        "payments",
        "march.csv",
        3,
        1,
        2,
    )
    assert batch.recorded_by == f"{getpass.getuser()} (command)"
    assert abs(batch.recorded_at - Payment.objects.get(batch=batch).recorded_at) < datetime.timedelta(minutes=1)
    assert Payment.objects.get(batch=batch).recorded_by == batch.recorded_by


def test_a_batch_may_be_named_and_a_taken_name_is_refused(tmp_path):
    assert load("dues", file(tmp_path, *DUES), "--batch", "opening").endswith("Batch opening.\n")
    assert refused("payments", file(tmp_path, *PAYMENTS), "--batch", "opening") == [
        "file.csv: There is a batch named 'opening' already. Choose another name. Nothing was stored."
    ]
    assert refused("payments", file(tmp_path, *PAYMENTS), "--batch", "x" * 121) == [
        "file.csv: A batch's name has at most 120 characters. Choose a shorter one. Nothing was stored."
    ]


def test_a_batch_without_a_name_takes_the_files_with_a_number_where_that_is_taken(tmp_path):
    for cents in ("01", "02", "03"):
        load("payments", file(tmp_path, "customer,date,amount", f"1,2025-03-01,5.{cents}", name="march.csv"))
    assert list(Batch.objects.order_by("id").values_list("name", flat=True)) == ["march", "march-2", "march-3"]


def test_a_file_name_that_is_not_utf8_does_not_stop_the_import(tmp_path):
    load("dues", file(tmp_path, *DUES, name="m\udce4rz.csv"))
    assert Batch.objects.get().file_name == "m?rz.csv"


# --- All or nothing -----------------------------------------------------------------------------
@pytest.mark.parametrize("wrong", ["2,2025-02-30,5", "2,2199-01-01,5", "404,2025-03-01,5"])
def test_a_wrong_last_row_keeps_all_the_others_out(wrong, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "MOST_CUSTOMERS", 1)
    rows = [f"1,2025-03-{day:02},5" for day in range(1, 29)]
    assert refused("payments", file(tmp_path, "customer,date,amount", *rows, wrong))[-1] == (
        "1 mistake. Nothing was stored."
    )


def test_chunks_hold_whole_customers_and_change_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "MOST_CUSTOMERS", 2)
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    customers(*range(3, 12))
    lines = [f"{number},2025,{month},10" for number in range(1, 12) for month in range(1, number + 1)]
    said = load("dues", file(tmp_path, "customer,year,month,amount", *lines))
    assert said.startswith("66 rows: 66 were added, 0 are there already.\nDues raised $660.00,")
    lines = [f"{number},2025-01-{day:02},7" for number in range(11, 0, -1) for day in range(1, number + 1)]
    said = load("payments", file(tmp_path, "customer,date,amount", *lines))
    assert "received $462.00, applied $462.00, held as credit $0.00" in said
    assert list(differences()) == []


# --- Closed books -------------------------------------------------------------------------------
def test_closed_books_take_no_entry_dated_in_them(tmp_path):
    close_books(datetime.date(2025, 2, 10))
    assert refused("dues", file(tmp_path, *DUES)) == [
        "file.csv: line 2, column month: '2025-01' is in the books closed through 2025-02-10",
        "file.csv: line 4, column month: '2025-01' is in the books closed through 2025-02-10",
        "2 mistakes. Nothing was stored.",
    ]
    assert refused("payments", file(tmp_path, *PAYMENTS))[0] == (
        "file.csv: line 2, column date: '2025-02-10' is in the books closed through 2025-02-10"
    )


def test_rows_that_are_there_already_may_lie_in_closed_books(tmp_path):
    load("dues", file(tmp_path, *DUES))
    load("payments", file(tmp_path, *PAYMENTS))
    close_books(datetime.date(2025, 12, 31))
    assert "0 were added, 3 are there already" in load("dues", file(tmp_path, *DUES, ""))
    assert "0 were added, 2 are there already" in load("payments", file(tmp_path, *PAYMENTS, ""))


# --- Progress -----------------------------------------------------------------------------------
def test_a_terminal_sees_a_bar_and_a_pipe_sees_none(tmp_path, capsys, monkeypatch):
    load("dues", file(tmp_path, *DUES))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    load("payments", file(tmp_path, *PAYMENTS))
    assert re.fullmatch(r"\r\[#{40}\] 2/2\n", capsys.readouterr().err)
    assert spread(2) == [(1, [("2025-01", "principal", "", D(40))])]
