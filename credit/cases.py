"""One customer's books as a case to judge, and as they would stand after a payment or some months. Pure.

Amounts are whole minor units. What would be done is done by the ledger's own rule of distribution, so that a change
that is promised to a customer is what the books will show once it is made.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from credit.rules import Owed
from credit.timeline import Entry, History
from ledger.distribution import Money, OpenDue, distribute


@dataclass(frozen=True, slots=True)
class Booked:
    """A due as it stands. `forgiven` is all that was let off; of it `waived` is not asked for any more."""

    id: int
    month: datetime.date
    due_on: datetime.date
    kind: str
    amount: int
    paid: int
    forgiven: int = 0
    waived: int = 0

    @property
    def open(self) -> int:
        return self.amount - self.paid - self.forgiven


@dataclass(frozen=True, slots=True)
class Spreading:
    """How the lender lays money on dues."""

    policy: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for, and all that it may be judged by.

    largest: the most for one request; limit: the most that may be owed with what is asked; None where not bounded.
    """

    customer: int
    today: datetime.date
    asked: int
    dues: tuple[Booked, ...]
    paid: tuple[Entry, ...]
    waived: tuple[Entry, ...]
    spreading: Spreading
    credit_limit: int | None = None
    largest: int | None = None
    limit: int | None = None

    @property
    def outstanding(self) -> int:
        return sum(due.open for due in self.dues)

    @property
    def overdue(self) -> int:
        return sum(due.open for due in self.dues if due.due_on < self.today)

    def owed(self) -> list[Owed]:
        return [Owed(due.due_on, due.amount, due.paid, due.waived) for due in self.dues]

    def history(self) -> History:
        """As credit.histories would draw it from the books."""
        fallen = sorted((due.due_on, due.id, due.amount) for due in self.dues if due.due_on <= self.today)
        dues = tuple((day, amount) for day, _, amount in fallen)
        return History(self.customer, self.today, self.credit_limit, dues, self.paid, self.waived, self.asked)

    def pay(self, amount: int, starting: datetime.date | None = None) -> "Case":
        """After a payment of today."""
        money = Money(Decimal(amount), self.today, starting, Decimal(1))
        parts = distribute(money, _open(self.dues), self.spreading.policy, self.spreading.order)
        dues = tuple(replace(due, paid=due.paid + int(parts.get(due.id, 0))) for due in self.dues)
        return replace(self, dues=dues, paid=(*self.paid, (self.today, amount)))

    def until(self, end: datetime.date) -> "Case":
        """On a later day, when each due of the books was paid on its day and none was added."""
        case = self
        for coming in sorted(self.dues, key=lambda due: (due.due_on, due.id)):
            if self.today < coming.due_on <= end:
                case = replace(case, today=coming.due_on)
                left = next(due.open for due in case.dues if due.id == coming.id)
                case = case.pay(left, coming.month) if left else case
        return replace(case, today=end)


def _open(dues: Iterable[Booked]) -> list[OpenDue]:
    return [OpenDue(due.id, due.month, due.due_on, due.kind, Decimal(due.open)) for due in dues if due.open]
