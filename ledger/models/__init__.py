"""The nouns of the ledger: `books` holds what is owed and what was paid, the heart of it all."""

from ledger.models.books import (
    BALANCE,
    HELD,
    NOTHING,
    Allocation,
    AllocationQuerySet,
    DayOfMonth,
    Due,
    DueManager,
    DueQuerySet,
    Payment,
    PaymentQuerySet,
    total,
)
from ledger.models.uploads import Upload, UploadLine, UploadLineQuerySet, UploadPiece

__all__ = [
    "BALANCE",
    "HELD",
    "NOTHING",
    "Allocation",
    "AllocationQuerySet",
    "DayOfMonth",
    "Due",
    "DueManager",
    "DueQuerySet",
    "Payment",
    "PaymentQuerySet",
    "Upload",
    "UploadLine",
    "UploadLineQuerySet",
    "UploadPiece",
    "total",
]
