"""The frame of every act on the books: the customers' lock, and the figures that follow what was written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from ledger import figures
from ledger.figures import Figure, Steps
from ledger.models import Due, Payment
from ledger.transactions import lock

_at_work: ContextVar[frozenset[int]] = ContextVar("customers whose books are open", default=frozenset())


class Books:
    """The open books of some customers: an act tells what it raises and receives, the rest is seen."""

    def __init__(self, customers: Collection[int]) -> None:
        self.customers = customers
        self.steps: Steps = defaultdict(Decimal)
        self._before = figures.look(customers)

    def received(self, payments: Iterable[Payment]) -> None:
        """Money that came or, negative, went; waivers and charge-offs are none."""
        for payment in payments:
            if payment.is_money:
                self.steps[Figure.RECEIVED, payment.received_on] += payment.amount

    def raised(self, dues: Iterable[Due], sign: int = 1) -> None:
        """Dues that are owed from now on, or with -1 are owed no more."""
        for due in dues:
            self.steps[Figure.RAISED, due.due_on] += sign * due.amount

    def close(self) -> None:
        figures.write(self._before, figures.look(self.customers), self.steps)

    def moved(self, figure: str) -> Decimal:
        """By how much a figure moved in all, once the books are closed."""
        return sum((step for (name, _), step in self.steps.items() if name == figure), Decimal(0))


@contextmanager
def books_of(customers: Collection[int]) -> Iterator[Books]:
    """Lock the customers and open their books; what moved is written when the act ends well.

    Expects an open transaction. Raises Refused for an unknown customer.
    """
    lock(customers)
    with open_books(customers) as books:
        yield books


@contextmanager
def open_books(customers: Collection[int]) -> Iterator[Books]:
    """The same for customers who are locked already."""
    others = _at_work.get()
    if others & set(customers):
        raise RuntimeError("an act inside an act would count what it moves twice")
    token = _at_work.set(others | set(customers))
    try:
        books = Books(customers)
        yield books
        books.close()
    finally:
        _at_work.reset(token)
