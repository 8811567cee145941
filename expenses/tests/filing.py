"""What tests of the import share: a file in a sentence, sent and taken over."""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Customer, Lender
from expenses.importing import reading, taking
from expenses.importing.taking import Outcome
from expenses.models import Expense, Statement, StatementRow

HEAD = "Date,Description,Amount\n"


def a_file(*rows: str, head: str = HEAD) -> bytes:
    """Rows such as 2026-03-02,CORNER CAFE,-4.00"""
    return (head + "".join(f"{row}\n" for row in rows)).encode()


def send(owner: Customer, data: bytes, name: str = "bank.csv") -> Statement:
    return reading.send(owner, name, data, Lender.load().today())


def take(owner: Customer, statement: Statement) -> Outcome:
    return taking.take(owner, statement.pk, timezone.now())


def taken(owner: Customer, data: bytes, rest: str = "") -> Statement:
    """Sent and taken over; possible duplicates are decided alike, if there may be any."""
    statement = send(owner, data)
    reading.decide_the_rest(owner, statement.pk, rest)
    assert take(owner, statement) == Outcome.TAKEN
    statement.reread()
    return statement


def standings(statement: Statement) -> list[str]:
    rows = StatementRow.objects.filter(customer=statement.customer_id, statement=statement)
    return list(rows.order_by("place").values_list("standing", flat=True))


def notebook(owner: Customer) -> Counter[tuple[str, str, Decimal, str]]:
    """What is in the notebook, day, kind, amount and note of each entry."""
    rows = Expense.objects.of(owner).kept().values_list("day", "kind", "amount", "note")
    return Counter((str(day), kind, amount, note) for day, kind, amount, note in rows)


def upload(data: bytes, name: str = "bank.csv") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data)}
