"""Customers from a file."""

import datetime
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import ProtectedError

from accounts import audit
from accounts.actions import DETAILS
from accounts.models import Batch, Customer, Lender, MailChoice, Message, User
from accounts.sentences import said
from accounts.transactions import Refused
from ledger.acting import Books
from ledger.bulk import cells
from ledger.bulk.kinds import Posted, Seen, stands_too
from ledger.bulk.reading import Columns, Line, Problem
from ledger.models import Reminder, Standing


@dataclass(frozen=True, slots=True)
class CustomerRow:
    line: int
    customer: int
    name: str
    email: str
    phone: str
    age: int | None
    credit_limit: Decimal | None

    def says(self) -> tuple[object, ...]:
        return self.name, self.email, self.phone, self.age, self.credit_limit


class Customers:
    """Columns customer,name,email,phone,age,credit_limit; a customer who is there with the same details is skipped."""

    name: ClassVar[str] = "customers"
    noun: ClassVar[tuple[str, str]] = ("accounts", "customer")
    layouts: ClassVar[Sequence[Columns]] = [
        Columns(("customer", "name"), ("email", "phone", "age", "credit_limit")),
    ]

    def parse(self, line: Line) -> list[CustomerRow]:
        row = CustomerRow(
            line=line.number,
            customer=line.read("customer", cells.customer_number, 0),
            name=line.read("name", cells.name, ""),
            email=line.read_if_given("email", cells.email, ""),
            phone=line.read_if_given("phone", cells.phone, ""),
            age=line.read_if_given("age", cells.age, None),
            credit_limit=line.read_if_given("credit_limit", cells.amount_or_nothing, None),
        )
        return [row]

    def order(self, row: CustomerRow) -> int:
        return 0

    def dated(self, row: CustomerRow) -> None:
        return None

    def prepare(self, rows: list[CustomerRow]) -> list[Problem]:
        """The next free number is found under the lender's lock (accounts.actions); so are these taken."""
        Lender.objects.select_for_update().get(id=1)
        return []

    def post(self, rows: list[CustomerRow], batch: Batch, lender: Lender, books: Books) -> Posted:
        posted, new, seen = Posted(), [], Seen()
        known = Customer.objects.in_bulk([row.customer for row in rows])
        for row in rows:
            if first := seen.again(row.customer, row.line):
                posted.problems.append(Problem(row.line, stands_too(first), "customer", str(row.customer)))
            elif row.customer not in known:
                new.append(_customer(row, batch, lender.today()))
            elif row.says() == _details(known[row.customer]):
                posted.there.append(row.line)
            else:
                reason = said("is there already with other details; change them in the admin")
                posted.problems.append(Problem(row.line, reason, "customer", str(row.customer)))
        if not posted.problems:
            Customer.objects.bulk_create(new)
            audit.record([_entry("register_customer", customer, batch) for customer in new])
        posted.added = len(new)
        return posted

    def customers_of(self, batch: Batch) -> Sequence[int]:
        return array("q", Customer.objects.filter(batch=batch).order_by("id").values_list("id", flat=True).iterator())

    def undo(self, batch: Batch, books: Books, lender: Lender, by: str) -> None:
        """Delete the customers, who must have no books and no login yet, and what they were told of books undone."""
        brought = Customer.objects.filter(batch=batch, id__in=books.customers)
        audit.record([_entry("remove_customer", customer, batch) for customer in brought])
        numbers = [customer.pk for customer in brought]
        for told in (Reminder, Message, MailChoice):
            told.objects.filter(customer__in=numbers).delete()
        try:
            brought.delete()
        except ProtectedError as error:
            raise Refused(_rests_on(min(error.protected_objects, key=_first_named))) from None


def _entry(act: str, customer: Customer, batch: Batch) -> audit.Entry:
    return audit.Entry(customer.pk, act, {"batch": batch.name, **audit.values(customer, DETAILS)})


def _owner(row: Any) -> int:
    return int(row.customer_id)


def _first_named(row: Any) -> tuple[int, bool]:
    """The lowest number, and of its rows one that somebody wrote: a standing only follows from them."""
    return _owner(row), isinstance(row, Standing)


def _rests_on(row: Any) -> str:
    if isinstance(row, User):  # is deactivated, never deleted
        return said("Customer %(number)s has a sign-in by now, and stays.", number=_owner(row))
    return said(
        "Customer %(number)s has entries by now (%(entry)s). A customer whose books have begun stays.",
        number=_owner(row),
        entry=str(row),
    )


def _customer(row: CustomerRow, batch: Batch, today: datetime.date) -> Customer:
    return Customer(
        id=row.customer,
        name=row.name,
        email=row.email,
        phone=row.phone,
        age=row.age,
        age_given_on=today if row.age else None,
        credit_limit=row.credit_limit,
        batch=batch,
    )


def _details(customer: Customer) -> tuple[object, ...]:
    return customer.name, customer.email, customer.phone, customer.age, customer.credit_limit
