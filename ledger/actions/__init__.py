"""The acts: everything that may be done to the books, each in one transaction under the customer's lock."""

from ledger.actions.dues import add_due, change_due, forgive_due
from ledger.actions.payments import apply_payments, record_payment, refund_credit
from ledger.actions.refusing import KeyReused, checked_amount, complete, complete_due
from ledger.actions.reversing import mirror_all, refuse_irreversible, reverse_payment
from ledger.transactions import Refused

__all__ = [
    "KeyReused",
    "Refused",
    "add_due",
    "apply_payments",
    "change_due",
    "checked_amount",
    "complete",
    "complete_due",
    "forgive_due",
    "mirror_all",
    "record_payment",
    "refund_credit",
    "refuse_irreversible",
    "reverse_payment",
]
