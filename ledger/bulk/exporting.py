"""The books as CSV files that the import reads back to the same rows, and that no spreadsheet runs."""

from collections.abc import Iterator
from typing import Any

from accounts.models import Customer
from accounts.sheets import as_csv
from ledger.models import Due, Payment

PIECE = 2_000  # rows fetched at a time

PAYMENT_COLUMNS = ["customer", "date", "amount", "year", "month", "reference", "channel"]


def customers() -> Iterator[str]:
    columns = ["id", "name", "email", "phone", "age", "credit_limit"]
    rows = Customer.objects.order_by("id").values_list(*columns).iterator(PIECE)
    return as_csv(["customer", *columns[1:]], rows)


def dues() -> Iterator[str]:
    rows = Due.objects.order_by("customer_id", "month", "kind", "reference").iterator(PIECE)
    header = ["customer", "year", "month", "amount", "due_on", "kind", "reference"]
    return as_csv(
        header, ((d.customer_id, d.month.year, d.month.month, d.amount, d.due_on, d.kind, d.reference) for d in rows)
    )


def payments(only: Customer | None = None) -> Iterator[str]:
    """Receipts that stand: neither reversed nor refunds; of one customer, or of all."""
    rows = Payment.objects.filter(kind=Payment.Kind.RECEIPT, reversed=False)
    rows = rows.filter(customer=only) if only else rows
    return as_csv(PAYMENT_COLUMNS, map(_payment, rows.order_by("customer_id", "received_on", "id").iterator(PIECE)))


def _payment(payment: Payment) -> list[Any]:
    month = payment.starting
    return [
        payment.customer_id,
        payment.received_on,
        payment.amount,
        month.year if month else None,
        month.month if month else None,
        payment.reference,
        payment.channel,
    ]
