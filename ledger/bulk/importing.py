"""Take a file into the books: all of it or nothing, a few statements per hundred customers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts.actor import IMPORT, acting
from accounts.models import Batch, Lender
from accounts.sentences import said
from accounts.transactions import one_transaction
from ledger.acting import Books, open_books
from ledger.bulk.kinds import Kind, Posted
from ledger.bulk.reading import NOTHING_TO_POST, BadFile, Problem, fingerprint, read_lines
from ledger.figures import Figure

MOST_CUSTOMERS = 500  # locked and settled together
MOST_ROWS = 5_000  # held together, unless one customer has more
MOST_NAMED = 1_000  # wrong rows named; beyond that they are counted
MANY = 5_000  # rows added that change how the tables are best read
LONGEST_NAME = 120  # of a batch

Progress = Callable[[int, int], None]


class Problems:
    """Every problem counted, the first MOST_NAMED of them kept to be named."""

    def __init__(self) -> None:
        self.count = 0
        self.named: list[Problem] = []

    def add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.count += 1
            if len(self.named) < MOST_NAMED:
                self.named.append(problem)


class BadName(BadFile):
    """The file may be well; the batch cannot have that name."""


class WrongRows(Exception):
    """Rows of the file may not stand; nothing was stored."""

    def __init__(self, problems: Problems) -> None:
        self.count = problems.count
        self.named = sorted(problems.named, key=lambda problem: problem.line)
        super().__init__(f"{self.count} problems")


@dataclass
class Report:
    """What an import did, or would do."""

    batch: Batch
    rows: int = 0
    added: int = 0
    already_there: int = 0
    raised: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    applied: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    repeats: bool = False
    problems: Problems = field(default_factory=Problems)

    def count(self, books: Books) -> None:
        """Add what moved in some books. What was raised and is not open was paid: an import forgives none."""
        raised = books.moved(Figure.RAISED)
        self.raised += raised
        self.received += books.moved(Figure.RECEIVED)
        self.applied += raised - books.moved(Figure.OPEN)
        self.held += books.moved(Figure.HELD)


@dataclass(frozen=True)
class Order:
    """What the clerk asked for."""

    path: Path
    kind: Kind[Any]
    name: str = ""
    by: str = ""
    dry_run: bool = False
    byte_order_mark: bool = False


def import_file(order: Order, progress: Progress = lambda done, all: None) -> Report:
    """Post the file under a new batch. The same file again posts nothing.

    Raises BadFile or WrongRows, with nothing stored.
    """
    sha256 = fingerprint(order.path)
    if standing := _standing(order, sha256):
        return _repeats(standing)
    rows, problems = parse(order)
    if not rows and not problems:
        raise BadFile(NOTHING_TO_POST)
    Lender.load()
    try:
        with acting(order.by, IMPORT):
            report = _store(order, sha256, rows, problems, progress)
    except IntegrityError:  # somebody else took the same file in meanwhile
        if standing := _standing(order, sha256):
            return _repeats(standing)
        raise
    if report.added >= MANY and not order.dry_run:
        tell_the_planner("ledger_due", "ledger_payment", "ledger_allocation")
    return report


def tell_the_planner(*tables: str) -> None:
    """PostgreSQL plans by its last count of each table, and one from before a large load is so far out that it would
    compare every row of one with every row of the other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def standing(kind: str, sha256: str) -> Batch | None:
    """The batch of this very file that was neither undone nor discarded."""
    kept = Batch.objects.filter(kind=kind, sha256=sha256, undone_at__isnull=True)
    return kept.exclude(state=Batch.State.DISCARDED).first()


def _standing(order: Order, sha256: str) -> Batch | None:
    return standing(order.kind.name, sha256)


def _repeats(batch: Batch) -> Report:
    if batch.state != Batch.State.POSTED:
        raise BadFile(
            said(
                "The file is in the portal, as batch %(batch)s: %(state)s. End it there.",
                batch=batch.name,
                state=batch.get_state_display(),
            )
        )
    return Report(batch, rows=batch.rows, already_there=batch.rows, repeats=True)


@one_transaction
def _store(order: Order, sha256: str, rows: list[Any], problems: list[Problem], progress: Progress) -> Report:
    """Post the rows whole customers at a time. Rows that were misread before make it a search for more of them."""
    batch = _open_batch(order, sha256, len(rows))
    report = Report(batch, rows=len(rows))
    report.problems.add(problems)
    for done, chunk in chunks(rows):
        post_rows(order.kind, chunk, report)
        progress(done, len(rows))
    if report.problems.count:
        raise WrongRows(report.problems)
    batch.added, batch.already_there = report.added, report.already_there
    batch.save(update_fields=["added", "already_there"])
    if order.dry_run:
        transaction.set_rollback(True)
    return report


def parse(order: Order) -> tuple[list[Any], list[Problem]]:
    """The rows that can be read, in the order they are posted (by customer, then the kind's order, then the
    file's), and what is wrong with the others."""
    rows: list[Any] = []
    problems: list[Problem] = []
    for line in read_lines(order.path, order.kind.layouts, byte_order_mark=order.byte_order_mark):
        if isinstance(line, Problem):
            problems.append(line)
            continue
        parsed = order.kind.parse(line)
        problems += line.problems
        rows += parsed if not line.problems else []
    rows.sort(key=lambda row: (row.customer, order.kind.order(row), row.line))
    return rows, problems


def _open_batch(order: Order, sha256: str, rows: int) -> Batch:
    return Batch.objects.create(
        kind=order.kind.name,
        name=free_name(order.name, storable(order.path.stem) or order.kind.name),
        file_name=storable(order.path.name)[:255],
        sha256=sha256,
        rows=rows,
        recorded_by=order.by,
    )


def free_name(wanted: str, stem: str) -> str:
    """The name asked for, or the file's own with a number if that is taken."""
    if len(wanted) > LONGEST_NAME:
        raise BadName(
            said("A batch's name has at most %(count)s characters. Choose a shorter one.", count=LONGEST_NAME)
        )
    if wanted:
        if Batch.objects.filter(name=wanted).exists():
            raise BadName(said("There is a batch named %(name)s already. Choose another name.", name=repr(wanted)))
        return wanted
    stem = stem[:100]
    taken = set(Batch.objects.filter(name__startswith=stem).values_list("name", flat=True))
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def storable(name: str) -> str:
    """A file name may hold bytes that are not UTF-8, which no database takes."""
    return name.encode("utf-8", "replace").decode()


def chunks(rows: Sequence[Any]) -> Iterator[tuple[int, list[Any]]]:
    """Whole customers at a time, with the count of rows up to there."""
    chunk: list[Any] = []
    customers = 0
    for place, row in enumerate(rows):
        if chunk and row.customer != chunk[-1].customer:
            customers += 1
            if customers >= MOST_CUSTOMERS or len(chunk) >= MOST_ROWS:
                yield place, chunk
                chunk, customers = [], 0
        chunk.append(row)
    if chunk:
        yield len(rows), chunk


def post_rows(kind: Kind[Any], rows: list[Any], report: Report) -> Posted:
    """Post one chunk. A chunk with a problem stores nothing, and the file is read on to name every wrong row."""
    unknown = kind.prepare(rows)
    wrong = {problem.line for problem in unknown}
    report.problems.add(unknown)
    known = [row for row in rows if row.line not in wrong]
    with open_books({row.customer for row in known}) as books:
        posted = kind.post(known, report.batch, Lender.load(), books)
    report.added += posted.added
    report.already_there += posted.already_there
    report.problems.add(posted.problems)
    report.count(books)
    return posted
