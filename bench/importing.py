"""What the payments import costs beside the raw database, and beside one act a row: ratios from one run."""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("DATABASE_URL", f"sqlite:///{scratch.name}/bench.sqlite3")
os.environ.update(DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import Customer, Lender  # noqa: E402
from ledger.actions import record_payment  # noqa: E402
from ledger.bulk.dues import Dues  # noqa: E402
from ledger.bulk.importing import Order, import_file  # noqa: E402
from ledger.bulk.payments import Payments  # noqa: E402
from ledger.models import Allocation, Payment  # noqa: E402

CUSTOMERS, MONTHS, ONE_BY_ONE = 4_000, 6, 400


def timed(work: Callable[[], object]) -> float:
    """CPU-independent wall seconds of one piece of work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def open_books() -> None:
    """Customers with a due a month."""
    Lender.load()
    Customer.objects.bulk_create(Customer(id=number, name=f"Customer {number}") for number in range(1, CUSTOMERS + 1))
    path = Path(scratch.name) / "dues.csv"
    rows = (f"{number},2024,{month},100" for number in range(1, CUSTOMERS + 1) for month in range(1, MONTHS + 1))
    path.write_text("customer,year,month,amount\n" + "\n".join(rows) + "\n")
    import_file(Order(path=path, kind=Dues()))


def write_file(path: Path) -> None:
    chance = random.Random(1)
    rows = (
        f"{number},2024-{month:02}-15,{chance.randrange(1, 15_000) / 100:.2f},{number}-{month}"
        for number in range(1, CUSTOMERS + 1)
        for month in range(1, MONTHS + 1)
    )
    path.write_text("customer,date,amount,reference\n" + "\n".join(rows) + "\n")


def raw_copy() -> None:
    """Write what the import wrote once more: the same rows, by executemany, into empty tables of the same shape."""
    with connection.cursor() as cursor:
        for model in (Payment, Allocation):
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {table}")
            rows = cursor.fetchall()
            shape = f"CREATE TABLE bench_{table} AS SELECT * FROM {table} WHERE 1 = 0"
            cursor.execute(shape)
            places = ",".join(["%s"] * len(rows[0]))
            started = time.perf_counter()
            with transaction.atomic():
                cursor.executemany(f"INSERT INTO bench_{table} VALUES ({places})", rows)
            raw_copy.seconds += time.perf_counter() - started  # type: ignore[attr-defined]


def one_by_one() -> None:
    for number in range(1, ONE_BY_ONE + 1):
        record_payment(Payment(customer_id=number, amount=Decimal(10), received_on=date(2024, 7, 1)))


def main() -> None:
    call_command("migrate", verbosity=0)
    open_books()
    path = Path(scratch.name) / "payments.csv"
    write_file(path)
    rows = CUSTOMERS * MONTHS
    ours = timed(lambda: import_file(Order(path=path, kind=Payments()))) / rows
    raw_copy.seconds = 0.0  # type: ignore[attr-defined]
    raw_copy()
    raw = raw_copy.seconds / rows  # type: ignore[attr-defined]
    single = timed(one_by_one) / ONE_BY_ONE
    print(f"{connection.vendor}: {rows} payments, {Allocation.objects.count()} allocations")
    print(f"import / raw inserts of the same rows {ours / raw:6.1f}   ({1 / ours:,.0f} rows/s against {1 / raw:,.0f})")
    print(f"one act a row / import                {single / ours:6.1f}   ({1 / single:,.0f} acts/s)")


if __name__ == "__main__":
    main()
