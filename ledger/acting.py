"""The frame of every act on the books: the customers' lock, and the figures that follow what was written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from accounts import audit, hooks, messages
from accounts.audit import Facts
from accounts.transactions import lock
from ledger import events, figures
from ledger.figures import Figure, Steps
from ledger.models import Due, Payment
from ledger.telling import Told

_at_work: ContextVar[frozenset[int]] = ContextVar("customers whose books are open", default=frozenset())


class Books:
    """The open books of some customers: an act tells what it raises and receives, the rest is seen.

    Closing them moves the figures, writes one entry of the audit trail for each customer whose rows were told, and
    what the lender's programs are to hear.
    """

    def __init__(self, customers: Collection[int], undone: str = "") -> None:
        self.customers = customers
        self.told = Told(undone)
        self.steps: Steps = defaultdict(Decimal)
        self._events: list[hooks.Told] = []
        self._before = figures.look(customers)

    def received(self, payments: Iterable[Payment]) -> None:
        """Money that came or, negative, went; waivers and charge-offs are none."""
        for payment in payments:
            self.told.payment(payment)
            self._events += events.of_payment(payment)
            if payment.is_money:
                self.steps[Figure.RECEIVED, payment.received_on] += payment.amount

    def receipted(self, payment: Payment) -> None:
        """Money that came in an act of its own: the customer gets a receipt. What a file brings gets none."""
        self.received([payment])
        messages.put("receipt", payment.customer_id, payment.pk)

    def raised(self, dues: Iterable[Due], sign: int = 1) -> None:
        """Dues that are owed from now on, or with -1 are owed no more."""
        for due in dues:
            self.told.due(due, sign)
            self.steps[Figure.RAISED, due.due_on] += sign * due.amount

    def tell(self, customer: int, act: str, facts: Facts) -> None:
        """What the audit trail is to say of this customer, where the rows that were told do not say it all."""
        self.told.tell(customer, act, facts)

    def close(self) -> None:
        figures.write(self._before, figures.look(self.customers), self.steps)
        audit.record(self.told.all())
        hooks.tell(self._events)

    def moved(self, figure: str) -> Decimal:
        """By how much a figure moved in all, once the books are closed."""
        return sum((step for (name, _), step in self.steps.items() if name == figure), Decimal(0))


@contextmanager
def books_of(customers: Collection[int], undone: str = "") -> Iterator[Books]:
    """Lock the customers and open their books; what moved is written when the act ends well.

    `undone` names the batch that the act takes back. Expects an open transaction. Raises Refused for an unknown
    customer.
    """
    lock(customers)
    with open_books(customers, undone) as books:
        yield books


@contextmanager
def open_books(customers: Collection[int], undone: str = "") -> Iterator[Books]:
    """The same for customers who are locked already."""
    others = _at_work.get()
    if others & set(customers):
        raise RuntimeError("an act inside an act would count what it moves twice")
    token = _at_work.set(others | set(customers))
    try:
        books = Books(customers, undone)
        yield books
        books.close()
    finally:
        _at_work.reset(token)
