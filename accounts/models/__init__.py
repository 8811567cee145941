"""The nouns of who: people, staff, sign-ins, the lender, batches of rows, and the jobs behind the pages."""

from accounts.models.batches import Batch
from accounts.models.jobs import Job, JobQuerySet
from accounts.models.lender import Lender, known_time_zone, ordered_kinds
from accounts.models.people import LARGEST_NUMBER, Customer, CustomerOwned, Manager, User, UserManager

__all__ = [
    "LARGEST_NUMBER",
    "Batch",
    "Customer",
    "CustomerOwned",
    "Job",
    "JobQuerySet",
    "Lender",
    "Manager",
    "User",
    "UserManager",
    "known_time_zone",
    "ordered_kinds",
]
