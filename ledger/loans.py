"""A loan as it stands: its instalments month by month, what is open, and what would settle it today."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from ledger.models import Disbursement, Due
from ledger.settlement import OpenPart, Settlement, settlement


@dataclass(frozen=True, slots=True)
class Instalment:
    """The dues of one month of a loan."""

    month: datetime.date
    due_on: datetime.date
    principal: Decimal
    interest: Decimal
    paid: Decimal
    forgiven: Decimal

    @property
    def amount(self) -> Decimal:
        return self.principal + self.interest

    @property
    def balance(self) -> Decimal:
        return self.amount - self.paid - self.forgiven


@dataclass(frozen=True, slots=True)
class LoanSheet:
    loan: Disbursement
    instalments: Sequence[Instalment]
    settlement: Settlement

    @property
    def principal(self) -> Decimal:
        return sum((row.principal for row in self.instalments), Decimal(0))

    @property
    def interest(self) -> Decimal:
        return sum((row.interest for row in self.instalments), Decimal(0))

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in self.instalments), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return sum((row.paid for row in self.instalments), Decimal(0))

    @property
    def forgiven(self) -> Decimal:
        return sum((row.forgiven for row in self.instalments), Decimal(0))

    @property
    def balance(self) -> Decimal:
        return self.amount - self.paid - self.forgiven

    @property
    def begun(self) -> bool:
        """Whether anything is paid or let off, so that the loan can no longer be taken back."""
        return bool(self.paid or self.forgiven)


def sheet_of(loan: Disbursement, day: datetime.date) -> LoanSheet:
    """One query, whatever the loan."""
    dues = list(Due.objects.filter(customer=loan.customer_id, loan=loan.pk).order_by("month", "due_on", "kind"))
    months = [_instalment(list(rows)) for _, rows in groupby(dues, key=lambda due: due.month)]
    return LoanSheet(loan, months, _settlement(dues, day))


def settlement_of(loan: Disbursement, day: datetime.date) -> Settlement:
    """What settles the loan on that day, as the books stand now."""
    return _settlement(Due.objects.filter(customer=loan.customer_id, loan=loan.pk).unpaid(), day)


def _settlement(dues: Sequence[Due], day: datetime.date) -> Settlement:
    return settlement([OpenPart(due.pk, due.kind, due.due_on, due.balance) for due in dues if due.balance], day)


def _instalment(dues: Sequence[Due]) -> Instalment:
    """A month with a due corrected to another day falls due on its first."""

    def summed(kind: str) -> Decimal:
        return sum((due.amount for due in dues if due.kind == kind), Decimal(0))

    paid = sum((due.paid for due in dues), Decimal(0))
    forgiven = sum((due.forgiven for due in dues), Decimal(0))
    return Instalment(dues[0].month, dues[0].due_on, summed("principal"), summed("interest"), paid, forgiven)
