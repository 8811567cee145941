"""The nouns of who: people, staff, sign-ins, the lender, batches, waiting files, jobs, old names, the audit trail."""

from accounts.models.audit import AuditEntry, HouseEntry, Seal, SealedHead
from accounts.models.batches import Batch
from accounts.models.jobs import Job, JobQuerySet
from accounts.models.lender import Lender, known_time_zone, ordered_kinds
from accounts.models.old import OldAccount
from accounts.models.people import LARGEST_NUMBER, Customer, CustomerOwned, Manager, User, UserManager
from accounts.models.waiting import WaitingFile

__all__ = [
    "LARGEST_NUMBER",
    "AuditEntry",
    "Batch",
    "Customer",
    "CustomerOwned",
    "HouseEntry",
    "Job",
    "JobQuerySet",
    "Lender",
    "Manager",
    "OldAccount",
    "Seal",
    "SealedHead",
    "User",
    "UserManager",
    "WaitingFile",
    "known_time_zone",
    "ordered_kinds",
]
