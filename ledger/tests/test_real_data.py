"""23,992 real credit customers: the totals are right to the cent, and each file spreads as single payments do."""

import csv
import io
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Customer, Lender
from config.kinds import EXPORTS
from config.tests.databases import drop, living_in, new_database
from ledger.actions import record_payment
from ledger.models import HELD, Due, Payment, total
from ledger.overview import overview
from ledger.past import portfolio_on
from ledger.proof import differences
from ledger.tests.shop import load, row_counts, spread

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "uci"
KINDS = ("customers", "dues", "payments")
APART = 10**9  # added to a customer's number for the twin whose payments are recorded one by one
AGES = (("current", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("90+", 10**6))
# A process inherits the peak of the one that started it, and the tests' own is large: a small one stands between.
WATCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
LARGEST_PEAK = 500 * 1024  # kB
DRAWN = {"sqlite": 300, "postgresql": 100}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not on this machine: no folder {DATA}"),
]


@pytest.fixture(scope="module")
def real_books(django_db_setup, django_db_blocker, migrated, tmp_path_factory) -> Iterator[dict[str, tuple[str, int]]]:
    """All three files loaded once for this module, as an operator loads them; what was said of each, and the peak."""
    url = new_database(tmp_path_factory.mktemp("real"), "real", like=migrated)
    with django_db_blocker.unblock(), living_in(url):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the database has counted the tables when they were small, as a lender's has
        yield {kind: watched(url, "import_csv", kind, str(DATA / f"{kind}.csv")) for kind in KINDS}
    drop(url)


def watched(url: str, *words: str) -> tuple[str, int]:
    """What the command said, and the peak of its memory in kB; it must end well."""
    command = [sys.executable, "-c", WATCH, sys.executable, "manage.py", *words]
    environment = {**os.environ, "DEBUG": "1", "DATABASE_URL": url}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    said, _, peak = ended.stdout.rstrip().rpartition("\n")
    return said, int(peak)


def test_the_totals_are_right_to_the_cent(real_books):
    assert Due.objects.aggregate(raised=total("amount"), filled=total("paid")) == {
        "raised": 1_885_052_771,
        "filled": 649_799_172,
    }
    assert Payment.objects.aggregate(received=total("amount"), spread=total("applied"), held=total(HELD)) == {
        "received": 650_414_159,
        "spread": 649_799_172,
        "held": 614_987,
    }
    assert Customer.objects.count() == 23_992
    assert "97237 rows: 97237 were added" in real_books["payments"][0]
    assert "applied $649,799,172.00, held as credit $614,987.00" in real_books["payments"][0]


def test_the_books_hold(real_books):
    assert list(differences()) == []


def independently(day: date) -> dict[str, Decimal]:
    """Ageing and PAR from the exported files alone: each customer's money until the day fills the oldest dues first."""
    money: defaultdict[str, Decimal] = defaultdict(Decimal)
    dues: defaultdict[str, list[Any]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO("".join(EXPORTS["payments"]()))):
        money[row["customer"]] += Decimal(row["amount"]) if row["date"] <= day.isoformat() else 0
    for row in csv.DictReader(io.StringIO("".join(EXPORTS["dues"]()))):
        dues[row["customer"]].append((int(row["year"]), int(row["month"]), row["due_on"], Decimal(row["amount"])))
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for customer, owed in dues.items():
        balance, oldest = Decimal(0), 0
        for year, month, due_on, amount in sorted(owed):
            part = min(money[customer], amount)
            money[customer] -= part
            if amount > part and date(year, month, 1) <= day:
                late = (day - date.fromisoformat(due_on)).days
                sums[next(name for name, last in AGES if late <= last)] += amount - part
                balance, oldest = balance + amount - part, max(oldest, late)
        for limit in (30, 60, 90):
            sums[f"PAR {limit}"] += balance if oldest > limit else 0
    return {name: amount for name, amount in sums.items() if amount}


@pytest.mark.parametrize("day", [date(2005, 6, 30), date(2005, 8, 15), date(2005, 11, 20)])
def test_arrears_and_risk_on_a_past_day_agree_with_a_count_from_the_exported_files(real_books, day):
    told = portfolio_on(day, Lender.load())
    found = told.by_bucket | {f"PAR {limit}": amount for limit, amount in told.at_risk.items()}
    assert {name: amount for name, amount in found.items() if amount} == independently(day)
    assert told.outstanding > 0


def test_the_first_screen_agrees_with_the_books(real_books):
    lender = Lender.load()
    told, found = overview(lender.today()), portfolio_on(lender.today(), lender)
    assert {age.name: age.amount for age in told.ages} == found.by_bucket
    assert {risk.days: risk.amount for risk in told.risks} == found.at_risk


def test_a_second_load_changes_nothing(real_books):
    before = row_counts()
    for kind in KINDS:
        assert "in the books already" in load(kind, DATA / f"{kind}.csv")
    assert row_counts() == before


def test_the_same_rows_in_another_file_are_there_already(real_books, tmp_path):
    before = row_counts()
    for kind in KINDS:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes((DATA / path.name).read_bytes() + b"\n")
        assert " 0 were added, " in load(kind, path)
    batches = "accounts.Batch"
    assert row_counts() == before | {batches: before[batches] + len(KINDS)}


def rows_of(kind: str, customers: set[int]) -> dict[int, list[dict[str, str]]]:
    found = defaultdict(list)
    with (DATA / f"{kind}.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if int(row["customer"]) in customers:
                found[int(row["customer"])].append(row)
    return found


def twin(customer: int, dues: list[dict[str, str]], payments: list[dict[str, str]]) -> int:
    """Another customer with the same dues, whose payments are recorded one by one."""
    number = customer + APART
    Customer.objects.create(id=number, name="Twin")
    Due.objects.bulk_create(
        Due(customer_id=number, month=month, due_on=Due.objects.get(customer=customer, month=month).due_on, amount=owed)
        for month, owed in ((date(int(row["year"]), int(row["month"]), 1), Decimal(row["amount"])) for row in dues)
    )
    for row in sorted(payments, key=lambda row: row["date"]):
        day = date.fromisoformat(row["date"])
        record_payment(Payment(customer_id=number, amount=Decimal(row["amount"]), received_on=day))
    return number


def test_customers_drawn_at_random_have_the_allocations_of_single_payments(real_books):
    paying = Payment.objects.order_by("customer").values_list("customer", flat=True).distinct()
    chosen = set(random.Random(2005).sample(list(paying), DRAWN[connection.vendor]))
    dues, payments = rows_of("dues", chosen), rows_of("payments", chosen)
    compared = 0
    for customer in sorted(chosen):
        single = spread(twin(customer, dues[customer], payments[customer]))
        assert spread(customer) == single
        compared += sum(len(parts) for _, parts in single)
    assert compared > 3 * len(chosen)


def test_loading_takes_less_than_500_mb(real_books):
    """In processes of their own, as an operator loads them."""
    assert {kind: peak for kind, (_, peak) in real_books.items() if peak >= LARGEST_PEAK} == {}


def test_the_measure_sees_memory():
    """A process that holds 600 MB would be found out."""
    script = "import resource; b = bytearray(600_000_000); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    held = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(held.stdout) > LARGEST_PEAK
