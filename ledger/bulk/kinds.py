"""What each kind of file brings: the shape shared by customers, dues, payments and outcomes."""

import datetime
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Protocol, TypeVar

from accounts.models import Batch, Customer, Lender
from accounts.sentences import Sentence, said
from ledger.acting import Books
from ledger.bulk.reading import Columns, Line, Problem


class Row(Protocol):
    """A parsed row: whose it is, and the line it came from."""

    @property
    def line(self) -> int: ...

    @property
    def customer(self) -> int: ...


R = TypeVar("R", bound=Row)


@dataclass
class Posted:
    """What became of some rows; there has the line of each row that was in the books already."""

    added: int = 0
    there: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def already_there(self) -> int:
        return len(self.there)


class Kind(Protocol[R]):
    """One kind of file: how a line is read, how rows of locked customers are posted, how they are taken back."""

    name: ClassVar[str]
    noun: ClassVar[tuple[str, str]]  # app and model, whose permissions say who may look and who may add
    layouts: ClassVar[Sequence[Columns]]

    def parse(self, line: Line) -> list[R]:
        """The rows of one line (a wide line has several); problems are left on the line."""
        ...

    def order(self, row: R) -> Any:
        """Rows of one customer are posted in this order, then in the file's."""
        ...

    def dated(self, row: R) -> tuple[datetime.date, Decimal] | None:
        """The day and amount under which a preview sums the row up; None for rows that are no money."""
        ...

    def prepare(self, rows: list[R]) -> list[Problem]:
        """Lock the rows' customers; name the rows whose customer is not known."""
        ...

    def post(self, rows: list[R], batch: Batch, lender: Lender, books: Books) -> Posted:
        """Store what is new. With a problem in it, the caller rolls everything back."""
        ...

    def customers_of(self, batch: Batch) -> Sequence[int]:
        """Whose rows the batch brought, ascending."""
        ...

    def undo(self, batch: Batch, books: Books, lender: Lender, by: str) -> None:
        """Take back what the batch brought to these customers. Raises Refused when something rests on it."""
        ...


def lock_known(rows: Sequence[R]) -> list[Problem]:
    """Lock the customers of the rows in ascending order; a problem for each row of an unknown one."""
    wanted = {row.customer for row in rows}
    known = set(
        Customer.objects.filter(id__in=wanted)
        .order_by("id")
        .select_for_update(no_key=True)
        .values_list("id", flat=True)
    )
    return [
        Problem(row.line, said("is not a customer"), "customer", str(row.customer))
        for row in rows
        if row.customer not in known
    ]


class Seen:
    """Names the line on which something stood before, so that nothing is taken twice from one file."""

    def __init__(self) -> None:
        self._lines: dict[Any, int] = {}

    def again(self, key: Any, line: int) -> int | None:
        """The first line that had the key, or None, and this line is remembered as the first."""
        first = self._lines.setdefault(key, line)
        return None if first == line else first


def stands_too(line: int) -> Sentence:
    return said("stands on line %(line)s too", line=line)


def in_closed_books(through: datetime.date) -> Sentence:
    return said("is in the books closed through %(day)s", day=through)


def owners(model: type[Any], batch: Batch) -> Sequence[int]:
    """Customers with rows of the batch, ascending."""
    rows = model._default_manager.filter(batch=batch).order_by("customer_id")
    return array("q", rows.values_list("customer_id", flat=True).distinct().iterator())  # 8 bytes each
