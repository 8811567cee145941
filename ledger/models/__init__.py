"""The nouns of the ledger: `books` holds what is owed and what was paid, the heart of it all; the others follow it."""

from ledger.models.approvals import Approval, ApprovalQuerySet
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
from ledger.models.closings import Closing, ClosingQuerySet
from ledger.models.collecting import Case, CaseNote, CaseQuerySet, Promise
from ledger.models.disbursements import Disbursement, DisbursementQuerySet
from ledger.models.expressions import NOTHING, DayOfMonth, total
from ledger.models.figures import Standing, Tally, TallyQuerySet
from ledger.models.notices import Notice, NoticePhoto, NoticeQuerySet
from ledger.models.papers import OrderedStatement, OrderedStatementQuerySet, StatementOrder
from ledger.models.reminders import Reminder
from ledger.models.uploads import Upload, UploadLine, UploadLineQuerySet, UploadPiece

__all__ = [
    "BALANCE",
    "HELD",
    "NOTHING",
    "Allocation",
    "AllocationQuerySet",
    "Approval",
    "ApprovalQuerySet",
    "Case",
    "CaseNote",
    "CaseQuerySet",
    "Closing",
    "ClosingQuerySet",
    "DayOfMonth",
    "Disbursement",
    "DisbursementQuerySet",
    "Due",
    "DueManager",
    "DueQuerySet",
    "Notice",
    "NoticePhoto",
    "NoticeQuerySet",
    "OrderedStatement",
    "OrderedStatementQuerySet",
    "Payment",
    "PaymentQuerySet",
    "Promise",
    "Reminder",
    "Standing",
    "StatementOrder",
    "Tally",
    "TallyQuerySet",
    "Upload",
    "UploadLine",
    "UploadLineQuerySet",
    "UploadPiece",
    "total",
]
