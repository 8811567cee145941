"""The acts: everything that may be done to the books, each in one transaction under the customer's lock."""

from accounts.transactions import Refused
from ledger.actions.charging_off import charge_off_overdue, charged_off, record_recovery
from ledger.actions.dues import add_due, change_due, forgive_due
from ledger.actions.lending import give_loan, settle_early, take_back_loan
from ledger.actions.payments import apply_payments, record_payment, refund_credit
from ledger.actions.refusing import KeyReused, checked_amount, complete, complete_due
from ledger.actions.reversing import mirror_all, refuse_irreversible, reverse_payment
from ledger.seconding import NeedsSecond

__all__ = [
    "KeyReused",
    "NeedsSecond",
    "Refused",
    "add_due",
    "apply_payments",
    "change_due",
    "charge_off_overdue",
    "charged_off",
    "checked_amount",
    "complete",
    "complete_due",
    "forgive_due",
    "give_loan",
    "mirror_all",
    "record_payment",
    "record_recovery",
    "refund_credit",
    "refuse_irreversible",
    "reverse_payment",
    "settle_early",
    "take_back_loan",
]
