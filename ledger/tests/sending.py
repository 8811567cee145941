"""How tests send a file to the portal, let the worker work, and read what became of it."""

from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Batch, Job
from accounts.tests.chores import work
from ledger.bulk import uploads
from ledger.bulk.uploads import Parcel
from ledger.models import Upload, UploadLine

DUES = ["customer,year,month,amount", "1,2025,1,100.00", "1,2025,2,100.00", "2,2025,1,40.00"]
PAYMENTS = ["customer,date,amount,reference", "1,2025-02-10,150.00,a", "2,2025-02-11,50.00,b", "1,2025-02-01,20.00,c"]


def send(kind: str, *rows: str, name: str = "march", **more: Any) -> Batch:
    """Sent, read and checked."""
    content = ContentFile("".join(f"{row}\n" for row in rows).encode(), name=f"{name}.csv")
    batch = uploads.take_upload(Parcel(content, kind, "m2", **more))
    work()
    return again(batch)


def again(batch: Batch) -> Batch:
    return Batch.objects.get(pk=batch.pk)


def done(act: Any, batch: Batch) -> Batch:
    act(batch, "m1")
    work()
    return again(batch)


def job_of(batch: Batch) -> Job:
    job = batch.jobs.order_by("id").last()
    assert job is not None
    return job


def decisions(batch: Batch) -> dict[int, str]:
    found = UploadLine.objects.filter(upload__batch=batch).order_by("line")
    return dict(found.values_list("line", "decision"))


def figures(batch: Batch) -> tuple[Decimal, ...]:
    upload = Upload.objects.get(batch=batch)
    return upload.raised, upload.received, upload.applied, upload.held
