"""What processes do with files inside Django; `manage.py shell` runs them by name (ledger.tests.working)."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files import File
from django.core.management import call_command
from django.db import transaction

from accounts import jobs
from accounts.models import Batch, Customer, Lender, Manager, User
from ledger.bulk import lines, posting, staging, undoing, uploads
from ledger.bulk.dues import DueRow, Dues
from ledger.bulk.importing import Report, post_rows
from ledger.models import Due, Payment, UploadLine, total

BACKEND = "accounts.backends.DoorBackend"


def say(value: object) -> None:
    print(json.dumps(value, default=str), flush=True)  # noqa: T201  standard output is how the test hears of it


def open_books(customers: int, months: int = 3) -> None:
    """Customers with a due of 100.00 a month; says the session of a manager who is signed in."""
    Lender.load()
    Customer.objects.bulk_create(Customer(id=number, name=f"Customer {number}") for number in range(1, customers + 1))
    rows = [
        DueRow(0, number, date(2024, month, 1), date(2024, month, 28), "principal", "", Decimal(100))
        for number in range(1, customers + 1)
        for month in range(1, months + 1)
    ]
    batch = Batch.objects.create(kind="dues", name="opening", file_name="opening.csv", sha256="opening")
    for start in range(0, len(rows), 3000):
        with transaction.atomic():
            post_rows(Dues(), rows[start : start + 3000], Report(batch))
    manager = Manager.objects.create(id=1, name="Mira Moss")
    user = User.objects.create_user("m1", manager=manager, is_staff=True, is_superuser=True)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    say(session.session_key)


def send(path: str, kind: str = "payments") -> None:
    with Path(path).open("rb") as opened:
        say(uploads.take_upload(uploads.Parcel(File(opened, Path(path).name), kind, "m1")).pk)


def ask(what: str, batch: int) -> None:
    say(getattr(uploads, what)(Batch.objects.get(pk=batch), "m1").pk)


def work(most: int, late: float = 0.3, stored: int = 2_000) -> None:
    """A worker that takes small pieces and never gives up, until nothing is left to do; it says when it begins."""
    lines.MOST_CUSTOMERS, lines.MOST_LINES, undoing.IN_ONE_PIECE = most, most * 20, most
    staging.STORED, jobs.MOST_ATTEMPTS = stored, 30_000
    say("begins")
    while jobs.Job.objects.unfinished().exists():
        call_command("work", "--once", "--late", str(late))


def told(batch: int) -> None:
    """Where the batch, its last job and its lines are, and what stands of its payments."""
    found = Batch.objects.get(pk=batch)
    job = found.jobs.order_by("id").last()
    receipts = Payment.objects.filter(batch=found)
    say(
        {
            "batch": found.state,
            "added": found.added,
            "job": job and [job.kind, job.state, job.done, job.total, job.message],
            "lines": dict(Counter(UploadLine.objects.filter(upload__batch=found).values_list("decision", flat=True))),
            "posted": sorted(
                [customer, str(day), str(amount)]
                for customer, day, amount in receipts.values_list("customer_id", "received_on", "amount")
            ),
            "reversed": receipts.filter(reversed=True).count(),
            "reversals": Payment.objects.filter(kind="reversal").count(),
            "paid": Due.objects.aggregate(sum=total("paid"))["sum"],
            "held": Payment.objects.all().held(),
        }
    )


def peak(call: str, *words: Any) -> None:
    """Run one of these and say how much memory the process had at most, in MB."""
    globals()[call](*words)
    status = Path("/proc/self/status").read_text()
    say(int(status.split("VmHWM:")[1].split()[0]) // 1024)


def work_forgetting_marks() -> None:
    """A worker whose first chunk is posted and then waits to be posted again, as it would if the marks were written
    in a transaction of their own and the worker were killed between the two."""
    honest, chunks = posting.decide, []

    def decide(upload: Any, taken: Any, *rest: Any) -> None:
        chunks.append(taken)
        honest(upload, taken, *rest)
        if len(chunks) == 1:
            UploadLine.objects.filter(upload=upload, customer=1).update(decision="new")
            upload.posted, upload.new = upload.posted - 2, upload.new + 2

    posting.decide = decide  # type: ignore[assignment]
    work(5)
