"""The nouns of who: people, sign-ins, programs, lender, batches, files, jobs, mails, webhooks, erasures, the trail."""

from accounts.models.audit import AuditEntry, HouseEntry, Seal, SealedHead
from accounts.models.batches import Batch
from accounts.models.erasures import ErasedEntry, Erasure, ErasureQuerySet
from accounts.models.hooks import Delivery, Endpoint, EndpointQuerySet, Event
from accounts.models.jobs import Job, JobQuerySet
from accounts.models.lender import Lender, known_time_zone, ordered_kinds
from accounts.models.logos import Logo
from accounts.models.messages import Mail, MailChoice, Message, StaffMessage
from accounts.models.old import OldAccount
from accounts.models.outgoing import Outgoing, OutgoingQuerySet
from accounts.models.people import LARGEST_NUMBER, Customer, CustomerOwned, Manager, User, UserManager
from accounts.models.programs import ApiSession, PersonalToken
from accounts.models.said import SaidJSON, SaidText
from accounts.models.waiting import WaitingFile

__all__ = [
    "LARGEST_NUMBER",
    "ApiSession",
    "AuditEntry",
    "Batch",
    "Customer",
    "CustomerOwned",
    "Delivery",
    "Endpoint",
    "EndpointQuerySet",
    "ErasedEntry",
    "Erasure",
    "ErasureQuerySet",
    "Event",
    "HouseEntry",
    "Job",
    "JobQuerySet",
    "Lender",
    "Logo",
    "Mail",
    "MailChoice",
    "Manager",
    "Message",
    "OldAccount",
    "Outgoing",
    "OutgoingQuerySet",
    "PersonalToken",
    "SaidJSON",
    "SaidText",
    "Seal",
    "SealedHead",
    "StaffMessage",
    "User",
    "UserManager",
    "WaitingFile",
    "known_time_zone",
    "ordered_kinds",
]
