"""What the first screen's figures cost at a million dues, beside adding up the dues themselves: ratios from one run."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("DATABASE_URL", f"sqlite:///{scratch.name}/bench.sqlite3")
os.environ.update(DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import Customer, Lender  # noqa: E402
from ledger.actions import record_payment  # noqa: E402
from ledger.figures import rebuild  # noqa: E402
from ledger.models import Payment  # noqa: E402
from ledger.overview import overview  # noqa: E402

CUSTOMERS, MONTHS = 25_000, 40
TODAY = date(2026, 6, 15)
BY_AGE = """
    SELECT CASE WHEN due_on >= %s THEN 0 WHEN due_on >= %s THEN 1 WHEN due_on >= %s THEN 2 WHEN due_on >= %s THEN 3
                ELSE 4 END, SUM(amount - paid - forgiven)
    FROM ledger_due WHERE amount > paid + forgiven AND withdrawn_at IS NULL GROUP BY 1"""


ROW = """
    INSERT INTO ledger_due (customer_id, month, due_on, kind, reference, amount, paid, forgiven, recorded_at)
    VALUES (%s, %s, %s, 'principal', '', 10000, %s, 0, '2026-06-15 12:00:00+00:00')"""


def rows() -> Iterator[tuple[int, date, date, int]]:
    """40 months of each customer; every fifth leaves the last six open."""
    for customer in range(1, CUSTOMERS + 1):
        for back in range(MONTHS):
            month = date(TODAY.year - (back + 6) // 12, 12 - (back + 6) % 12, 1)
            yield customer, month, month + timedelta(14), 0 if customer % 5 == 0 and back < 6 else 10_000


def fill() -> None:
    """The dues alone, with no payment behind what is paid: the figures need no more."""
    Lender.load()
    Customer.objects.bulk_create(
        (Customer(id=number, name=f"Customer {number}") for number in range(1, CUSTOMERS + 1)), batch_size=5_000
    )
    with connection.cursor() as cursor:
        every = rows()
        while piece := list(islice(every, 20_000)):
            cursor.executemany(ROW, piece)


def middle(work: Callable[[], object], times: int = 9) -> float:
    """Median of the milliseconds, after one that is not counted."""
    work()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)


def by_adding_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BY_AGE, [TODAY - timedelta(days) for days in (0, 30, 60, 90)])
        cursor.fetchall()


def by_counting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ledger_due")
        cursor.fetchone()


def main() -> None:
    call_command("migrate", verbosity=0)
    fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    started = time.perf_counter()
    rebuild()
    rebuilt = time.perf_counter() - started
    for number in range(1, 101):  # steps that are not folded yet, as on a working day
        record_payment(Payment(customer_id=number * 5, amount=Decimal(10)))
    shown, added, counted = middle(lambda: overview(TODAY)), middle(by_adding_up), middle(by_counting)
    print(f"{connection.vendor}, {CUSTOMERS * MONTHS:,} dues of {CUSTOMERS:,} customers; medians of 9")
    print(f"the first screen's figures      {shown:8.1f} ms")
    print(f"the buckets from the dues       {added:8.1f} ms  {added / shown:6.1f} x")
    print(f"a plain count of the dues       {counted:8.1f} ms  {counted / shown:6.1f} x")
    print(f"rebuild_figures                 {rebuilt:8.1f} s")


if __name__ == "__main__":
    main()
