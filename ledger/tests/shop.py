"""What ledger tests build with: customers, dues, payments, files, and what the books say afterwards."""

import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import Customer, Lender
from ledger.actions import add_due, record_payment
from ledger.models import Allocation, Due, Payment

D = Decimal
DAY = datetime.date(2025, 3, 15)


def customers(*numbers: int) -> list[Customer]:
    Lender.load()
    return Customer.objects.bulk_create([Customer(id=number, name=f"Customer {number}") for number in numbers])


def due(customer: int, month: str, amount: str, **more: Any) -> Due:
    """A due of a month such as "2025-03"."""
    year, _, number = month.partition("-")
    first = datetime.date(int(year), int(number), 1)
    return add_due(Due(customer_id=customer, month=first, amount=D(amount), due_on=more.pop("due_on", None), **more))


def pay(customer: int, amount: str, on: datetime.date = DAY, **more: Any) -> Payment:
    return record_payment(Payment(customer_id=customer, amount=D(amount), received_on=on, **more))


def file(folder: Path, *lines: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return path


def load(kind: str, path: Path, *options: str) -> str:
    """import_csv, and what it said."""
    said = StringIO()
    call_command("import_csv", kind, str(path), *options, stdout=said)
    return said.getvalue()


def refused(kind: str, path: Path, *options: str) -> list[str]:
    """What import_csv said line by line when it refused the file, with nothing stored and exit code 1."""
    before, said = row_counts(), StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("import_csv", kind, str(path), *options, stderr=said, stdout=said)
    assert refusal.value.returncode == 1
    assert row_counts() == before
    return [*said.getvalue().splitlines(), str(refusal.value)]


def undo(batch: str) -> str:
    said = StringIO()
    call_command("undo_import", batch, stdout=said)
    return said.getvalue()


def undo_refused(batch: str) -> str:
    """Why undo_import refused, with no row and no figure changed."""
    before = row_counts(), books(), credit()
    with pytest.raises(CommandError) as refusal:
        call_command("undo_import", batch)
    assert (row_counts(), books(), credit()) == before
    return str(refusal.value)


def export(kind: str) -> str:
    said = StringIO()
    call_command("export_csv", kind, stdout=said)
    return said.getvalue()


def row_counts() -> dict[str, int]:
    """Rows of every table; the lender's own row is made at the first look and left out."""
    models = [model for model in apps.get_models() if model is not Lender]
    return {model._meta.label: model._base_manager.count() for model in models}


def books() -> dict[tuple[int, str, str, str], tuple[Decimal, Decimal, Decimal]]:
    """Amount, paid and forgiven of every due that stands."""
    return {
        (due.customer_id, f"{due.month:%Y-%m}", due.kind, due.reference): (due.amount, due.paid, due.forgiven)
        for due in Due.objects.all()
    }


def paid() -> dict[tuple[int, str], Decimal]:
    """What is paid for each customer's month."""
    months: dict[tuple[int, str], Decimal] = {}
    for (customer, month, *_), (_, part, _) in books().items():
        months[customer, month] = months.get((customer, month), D(0)) + part
    return months


def credit() -> dict[int, Decimal]:
    """What is held as credit, for each customer with any."""
    held = {customer.id: Payment.objects.of(customer).held() for customer in Customer.objects.all()}
    return {customer: amount for customer, amount in held.items() if amount}


Spread = list[tuple[int, list[tuple[str, str, str, Decimal]]]]


def spread(customer: int) -> Spread:
    """The customer's allocations in order, by the place of their payment and not by keys."""
    told = []
    for place, payment in enumerate(Payment.objects.filter(customer=customer).order_by("id"), 1):
        parts = Allocation.objects.filter(customer=customer, payment=payment).select_related("due").order_by("id")
        told.append((place, [_part(row) for row in parts]))
    return told


def _part(row: Allocation) -> tuple[str, str, str, Decimal]:
    if row.due is None:
        return "", "credit", "", row.amount
    return f"{row.due.month:%Y-%m}", row.due.kind, row.due.reference, row.amount
