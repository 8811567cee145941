"""The nouns of the ledger: `books` holds what is owed and what was paid, the heart of it all; the others follow it."""

from ledger.models.books import (
    BALANCE,
    HELD,
    Allocation,
    AllocationQuerySet,
    Due,
    DueManager,
    DueQuerySet,
    Payment,
    PaymentQuerySet,
)
from ledger.models.collecting import Case, CaseNote, CaseQuerySet, Promise
from ledger.models.expressions import NOTHING, DayOfMonth, total
from ledger.models.figures import Standing, Tally, TallyQuerySet
from ledger.models.uploads import Upload, UploadLine, UploadLineQuerySet, UploadPiece

__all__ = [
    "BALANCE",
    "HELD",
    "NOTHING",
    "Allocation",
    "AllocationQuerySet",
    "Case",
    "CaseNote",
    "CaseQuerySet",
    "DayOfMonth",
    "Due",
    "DueManager",
    "DueQuerySet",
    "Payment",
    "PaymentQuerySet",
    "Promise",
    "Standing",
    "Tally",
    "TallyQuerySet",
    "Upload",
    "UploadLine",
    "UploadLineQuerySet",
    "UploadPiece",
    "total",
]
