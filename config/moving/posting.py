"""Post an old store: all of it or nothing, through the acts that files go through, and compare what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.actions import add_manager
from accounts.actor import IMPORT, acting
from accounts.many import keep_old_names, next_number, open_logins
from accounts.models import LARGEST_NUMBER, Batch, Customer, Lender, Manager, OldAccount, User
from accounts.transactions import lock, one_transaction
from config.kinds import KINDS
from config.moving.comparing import Here, compare
from config.moving.files import sha256_of
from config.moving.nouns import BadStore, Findings, Person, Piece, Spent, Staff, Store
from credit.outcomes import OutcomeRow
from expenses.many import enter_all
from expenses.models import Expense
from ledger.bulk.customers import CustomerRow
from ledger.bulk.dues import DueRow
from ledger.bulk.importing import Report, chunks, free_name, post_rows, standing, tell_the_planner
from ledger.bulk.payments import PaymentRow
from ledger.models import Due
from ledger.money import ZERO
from ledger.months import last_day


@dataclass(frozen=True)
class Order:
    """What the operator asked for. `same` says which of the old names are customers of these books already."""

    by: str
    name: str = ""
    dry_run: bool = False
    same: Mapping[str, int] = field(default_factory=dict)


class Refusal(BadStore):
    """The books would not take rows of the store; nothing was stored."""


@dataclass
class Moved:
    """What a run did. Invited are the customers and staff who need a link to choose a password with."""

    store: Store
    sha256: str
    found: Findings
    held: Any = ZERO
    numbers: dict[str, int] = field(default_factory=dict)
    invited: list[int] = field(default_factory=list)
    invited_staff: list[int] = field(default_factory=list)


def move(store: Store, order: Order, found: Findings) -> Moved:
    """Raises BadStore, with nothing stored."""
    Lender.load()
    moved = Moved(store, sha256_of(store.files(), store.answers), found)
    with acting(order.by, IMPORT):
        Run(moved, order).whole()
    if not order.dry_run:
        tell_the_planner("ledger_due", "ledger_payment", "ledger_allocation")
    return moved


class Run:
    """One store on its way into the books."""

    def __init__(self, moved: Moved, order: Order) -> None:
        self.moved, self.order, self.found = moved, order, moved.found
        self.app = f"{moved.store.app} {order.name}".strip()
        self.reports: dict[str, Report] = {}
        self.next = 0

    @one_transaction
    def whole(self) -> None:
        self.next = next_number()  # locks the lender: two stores never move in at once
        for one in self.moved.store.staff(self.found):
            self._add_staff(one)
        for piece in self.moved.store.pieces(self.found):
            self._post(piece.of_store(self.app))
        for report in self.reports.values():
            Batch.objects.filter(pk=report.batch.pk).update(rows=report.rows, added=report.added)
        self.moved.held = sum((report.held for report in self.reports.values()), ZERO)
        if self.order.dry_run:
            transaction.set_rollback(True)

    def _add_staff(self, one: Staff) -> None:
        """Under the old number where it is free. Somebody of the same name and address is the same person."""
        if Manager.objects.filter(name=one.name, email=one.email).exists():
            self.found.here["staff"].add()
            return
        taken = Manager.objects.filter(pk=one.number).exists()
        manager = Manager(name=one.name, email=one.email, phone=one.phone, age=one.age)
        if not taken and 1 <= one.number <= LARGEST_NUMBER:
            manager.id = one.number
        add_manager(manager)
        self.found.here["staff"].add()
        self.found.added["staff"].add()
        self.moved.invited_staff.append(manager.pk)
        if manager.pk != one.number:
            self.found.differ(one.where, f"the number is taken; {one.name} gets the staff number {manager.pk}.")

    def _post(self, piece: Piece) -> None:
        new = self._number(piece.people)
        self._post_people(piece.people, new)
        numbers = self.moved.numbers
        here = Here.of(piece, numbers)
        self._post_rows("dues", _dues(piece, numbers, here))
        self._post_rows("payments", _payments(piece, numbers, here))
        self._post_rows("outcomes", _outcomes(piece, numbers, here))
        entries = [(_expense(one, numbers[one.key]), one.category) for one in piece.spent]
        entered = enter_all(entries)
        for expense in entered:
            self.found.added["expenses"].add(expense.amount)
        compare(piece, numbers, entered, self.found)

    def _number(self, people: Sequence[Person]) -> list[Person]:
        """Find or give each person's number; those who are new to the books."""
        keys = [person.key for person in people]
        known = OldAccount.objects.filter(store=self.app, name__in=keys).values_list("name", "customer_id")
        numbers = dict(known)
        for key in filter(self.order.same.__contains__, keys):
            numbers[key] = _chosen(self.order, key, numbers.get(key))
        new = [person for person in people if person.key not in numbers]
        for person in new:
            numbers[person.key] = person.number or self.next
            self.next = max(self.next, numbers[person.key] + 1)
        self.moved.numbers |= numbers
        return new

    def _post_people(self, people: Sequence[Person], new: Sequence[Person]) -> None:
        numbers = self.moved.numbers
        self._post_rows(
            "customers", [(one.where, _customer_row(place, one, numbers[one.key])) for place, one in enumerate(new)]
        )
        lock([numbers[one.key] for one in people])
        logins = {
            numbers[one.key]: one.hashed
            for one in people
            if one.signs_in and (one in new or one.key in self.order.same)
        }
        opened: list[User] = open_logins(logins) if logins else []
        self.moved.invited += [user.customer_id or 0 for user in opened if not user.has_usable_password()]
        keep_old_names(
            [
                OldAccount(customer_id=numbers[one.key], store=self.app, name=one.key, signs_in=one.by_name)
                for one in people
            ]
        )
        for _ in people:
            self.found.here["customers"].add()

    def _post_rows(self, kind: str, named: Sequence[tuple[str, Any]]) -> None:
        """Named by where they stand in the store. Raises Refusal with every row that the books would not take."""
        if not named:
            return
        if kind not in self.reports and (batch := standing(kind, self.moved.sha256)):
            for where, _ in named:
                self.found.differ(
                    where, f"moved in with batch {batch.name}, and taken out of the books since. Left out."
                )
            return
        report = self.reports.get(kind) or self.reports.setdefault(kind, Report(self._open_batch(kind)))
        rows = [row for _, row in named]
        rows.sort(key=lambda row: (row.customer, KINDS[kind].order(row), row.line))
        for _, part in chunks(rows):
            post_rows(KINDS[kind], part, report)
        if report.problems.count:
            lines = [
                f"{named[problem.line][0]}: {problem.value} {problem.reason}." for problem in report.problems.named
            ]
            raise Refusal("The books would not take these rows. Nothing was stored.\n" + "\n".join(lines))
        report.rows += len(rows)
        side = self.found.added[kind]
        side.rows += len(rows)
        side.total += sum((getattr(row, "amount", ZERO) for row in rows), ZERO)

    def _open_batch(self, kind: str) -> Batch:
        place = self.moved.store.place
        name = free_name("", f"{self.app} {kind}")
        return Batch.objects.create(
            kind=kind, name=name, file_name=place.name[:255], sha256=self.moved.sha256, recorded_by=self.order.by
        )


def _chosen(order: Order, key: str, known: int | None) -> int:
    """Raises BadStore where the name is another customer's already: his rows would come a second time."""
    number = order.same[key]
    if not Customer.objects.filter(pk=number).exists():
        raise BadStore(f"--same {key}={number}: there is no customer {number}.")
    if known not in (None, number):
        raise BadStore(f"--same {key}={number}: {key} of this store moved in as customer {known}. Leave --same out.")
    return number


Named = list[tuple[str, Any]]


def _customer_row(place: int, person: Person, number: int) -> CustomerRow:
    return CustomerRow(place, number, person.name, person.email, person.phone, person.age, None)


def _dues(piece: Piece, numbers: Mapping[str, int], here: Here) -> Named:
    new = [one for one in piece.owed if (numbers[one.key], one.month) not in here.dues]
    return [
        (
            one.where,
            DueRow(line, numbers[one.key], one.month, last_day(one.month), Due.Kind.PRINCIPAL.value, "", one.amount),
        )
        for line, one in enumerate(new)
    ]


def _payments(piece: Piece, numbers: Mapping[str, int], here: Here) -> Named:
    new = [one for one in piece.came if (numbers[one.key], one.reference) not in here.payments]
    return [
        (
            one.where,
            PaymentRow(line, numbers[one.key], one.day, one.amount, one.starting, one.reference, "", note=one.note),
        )
        for line, one in enumerate(new)
    ]


def _outcomes(piece: Piece, numbers: Mapping[str, int], here: Here) -> Named:
    new = [one for one in piece.ended if (numbers[one.key], one.as_of) not in here.outcomes]
    return [
        (one.where, OutcomeRow(line, numbers[one.key], one.as_of, one.defaulted, one.percents))
        for line, one in enumerate(new)
    ]


def _expense(one: Spent, number: int) -> Expense:
    return Expense(customer_id=number, day=one.day, amount=one.amount, note=one.note, key=one.reference)
