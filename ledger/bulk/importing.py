"""Take a file into the books: all of it or nothing, a few statements per hundred customers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Batch, Lender
from ledger.bulk.kinds import Kind
from ledger.bulk.reading import BadFile, Problem, fingerprint, read_lines
from ledger.models import HELD, Due, Payment, total

MOST_CUSTOMERS = 500  # locked and settled together
MOST_ROWS = 5_000  # held together, unless one customer has more
MOST_NAMED = 1_000  # wrong rows named; beyond that they are counted

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
    standing = Batch.objects.filter(kind=order.kind.name, sha256=sha256, undone_at__isnull=True).first()
    if standing:
        return Report(standing, rows=standing.rows, already_there=standing.rows, repeats=True)
    rows = parse(order)
    Lender.load()
    with transaction.atomic():
        batch = _open_batch(order, sha256, len(rows))
        report = Report(batch, rows=len(rows))
        for done, chunk in _chunks(rows):
            _post(order.kind, chunk, report)
            progress(done, len(rows))
        if report.problems.count:
            raise WrongRows(report.problems)
        batch.added, batch.already_there = report.added, report.already_there
        batch.save(update_fields=["added", "already_there"])
        transaction.set_rollback(order.dry_run)
    return report


def parse(order: Order) -> list[Any]:
    """All rows of the file in the order they are posted: by customer, then the kind's order, then the file's."""
    rows: list[Any] = []
    problems = Problems()
    for line in read_lines(order.path, order.kind.layouts, byte_order_mark=order.byte_order_mark):
        if isinstance(line, Problem):
            problems.add([line])
            continue
        parsed = order.kind.parse(line)
        problems.add(line.problems)
        if not problems.count:
            rows += parsed
    if problems.count:
        raise WrongRows(problems)
    rows.sort(key=lambda row: (row.customer, order.kind.order(row), row.line))
    return rows


def _open_batch(order: Order, sha256: str, rows: int) -> Batch:
    return Batch.objects.create(
        kind=order.kind.name,
        name=_free_name(order),
        file_name=order.path.name[:255],
        sha256=sha256,
        rows=rows,
        recorded_by=order.by,
    )


def _free_name(order: Order) -> str:
    """The name asked for, or the file's own with a number if that is taken."""
    if order.name:
        if Batch.objects.filter(name=order.name).exists():
            raise BadFile(f"There is a batch named {order.name!r} already. Choose another name.")
        return order.name[:120]
    stem = order.path.stem[:100] or order.kind.name
    taken = set(Batch.objects.filter(name__startswith=stem).values_list("name", flat=True))
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _chunks(rows: Sequence[Any]) -> Iterator[tuple[int, list[Any]]]:
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


def _post(kind: Kind[Any], rows: list[Any], report: Report) -> None:
    """Post one chunk. A chunk with a problem stores nothing, and the file is read on to name every wrong row."""
    unknown = kind.prepare(rows)
    wrong = {problem.line for problem in unknown}
    report.problems.add(unknown)
    known = [row for row in rows if row.line not in wrong]
    customers = {row.customer for row in known}
    before = _figures(customers)
    lender = Lender.load()
    posted = kind.post(known, report.batch, lender)
    report.added += posted.added
    report.already_there += posted.already_there
    report.problems.add(posted.problems)
    for name, after in _figures(customers).items():
        setattr(report, name, getattr(report, name) + after - before[name])


def _figures(customers: set[int]) -> dict[str, Decimal]:
    """What the customers were billed, gave, had applied and have waiting."""
    dues = Due.objects.filter(customer__in=customers).aggregate(raised=total("amount"), applied=total("paid"))
    payments = Payment.objects.filter(customer__in=customers).aggregate(received=total("amount"), held=total(HELD))
    return dues | payments
