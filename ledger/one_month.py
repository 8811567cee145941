"""What one customer owes and paid in one month: the one read of the books that his notebook may make."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Customer
from ledger.models import BALANCE, Disbursement, Due, Payment, total
from ledger.money import ZERO
from ledger.months import last_day

NEAR = datetime.timedelta(days=5)  # a bank may book a payment so much sooner or later than the lender


@dataclass(frozen=True)
class Open:
    """What is left of the dues of one day."""

    due_on: datetime.date
    left: Decimal


@dataclass(frozen=True)
class Moved:
    """Money that came from the customer (above 0), went back to him, or was lent to him."""

    number: int
    day: datetime.date
    amount: Decimal
    stands: bool  # a receipt, or a loan, that was not reversed


@dataclass(frozen=True)
class OneMonth:
    """Dues that fall due in the month and are open, what is open since before it, and the money that moved.

    payments, and what was lent, reach NEAR beyond the month at either end: a bank may have booked one on the other
    side of it.
    """

    month: datetime.date
    dues: Sequence[Open]
    earlier: Decimal
    payments: Sequence[Moved]
    lent: Sequence[Moved]

    @property
    def open(self) -> Decimal:
        return sum((due.left for due in self.dues), ZERO)

    @property
    def within(self) -> list[Moved]:
        return [moved for moved in self.payments if self.month <= moved.day <= last_day(self.month)]

    @property
    def paid(self) -> Decimal:
        return sum((moved.amount for moved in self.within), ZERO)


def one_month(customer: Customer, month: datetime.date) -> OneMonth:
    """Three queries, however long the history is."""
    end = last_day(month)
    near = (month - NEAR, end + NEAR)
    days = Due.objects.of(customer).unpaid().filter(due_on__lte=end).values("due_on").annotate(left=total(BALANCE))
    still = [Open(row["due_on"], row["left"]) for row in days.order_by("due_on")]
    moved = Payment.objects.of(customer).money().filter(received_on__range=near)
    lent = Disbursement.objects.of(customer).standing().filter(paid_on__range=near).order_by("paid_on", "id")
    return OneMonth(
        month,
        [due for due in still if due.due_on >= month],
        sum((due.left for due in still if due.due_on < month), ZERO),
        [_moved(payment) for payment in moved.order_by("received_on", "id")],
        [Moved(loan.pk, loan.paid_on, loan.amount, stands=True) for loan in lent],
    )


def _moved(payment: Payment) -> Moved:
    stands = payment.kind == Payment.Kind.RECEIPT and not payment.reversed
    return Moved(payment.pk, payment.received_on, payment.amount, stands)
