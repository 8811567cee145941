"""The stored lines of an upload, taken whole customers at a time and tried or posted as one chunk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Batch
from ledger.bulk.importing import Report, post_rows
from ledger.bulk.kinds import Kind
from ledger.bulk.reading import Line, Problem
from ledger.models import Upload, UploadLine

MOST_CUSTOMERS = 250  # a chunk; it is the longest that a customer at the counter may have to wait
MOST_LINES = 1_500  # a chunk, unless one customer has more
MOST_OF_ONE = 20_000  # lines of one customer in one file: they are posted at once, and must fit in memory

Decision = UploadLine.Decision


@dataclass
class Taken:
    """What became of a chunk: the figures it moved, and the lines that are there already or may not stand."""

    report: Report
    there: set[int]
    wrong: dict[int, list[Problem]] = field(default_factory=lambda: defaultdict(list))


def next_lines(upload: Upload, decision: str, after: int) -> list[UploadLine]:
    """The next lines with this decision, of whole customers above that number, in the order they are posted."""
    waiting = UploadLine.objects.filter(upload=upload, decision=decision, customer__gt=after).in_order()
    lines = list(waiting[: MOST_LINES + 1])
    if len(lines) > MOST_LINES:
        if lines[0].customer == lines[-1].customer:
            return list(waiting.filter(customer=lines[0].customer)[: MOST_OF_ONE + 1])
        lines = [line for line in lines if line.customer < lines[-1].customer]
    customers = sorted({line.customer for line in lines})
    if len(customers) > MOST_CUSTOMERS:
        lines = [line for line in lines if line.customer <= customers[MOST_CUSTOMERS - 1]]
    return lines


def parse(kind: Kind[Any], header: Sequence[str], lines: Iterable[UploadLine]) -> list[Any]:
    """The lines' rows; they were read without a problem when they were stored."""
    rows = []
    for line in lines:
        rows += kind.parse(Line(line.line, dict(zip(header, line.cells, strict=True))))
    return rows


def take(kind: Kind[Any], rows: list[Any], batch: Batch) -> Taken:
    """Post the rows that may stand and name the others. A row that is refused may hide another: so again without it."""
    wrong: defaultdict[int, list[Problem]] = defaultdict(list)
    while True:
        left = [row for row in rows if row.line not in wrong]
        report = Report(batch, rows=len(left))
        with transaction.atomic():
            posted = post_rows(kind, left, report)
            if report.problems.count:
                transaction.set_rollback(True)
        if not report.problems.count:
            return Taken(report, _wholly(posted.there, left), wrong)
        for problem in report.problems.named:
            wrong[problem.line].append(problem)


def _wholly(there: Iterable[int], rows: Iterable[Any]) -> set[int]:
    """The lines all of whose rows are there: a wide line has a row for each of its months."""
    left: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        left[row.line] += 1
    for line in there:
        left[line] -= 1
    return {line for line, count in left.items() if not count}


def try_out(kind: Kind[Any], rows: list[Any], batch: Batch) -> Taken:
    """What take() would do, with nothing kept of it."""
    with transaction.atomic():
        taken = take(kind, rows, batch)
        transaction.set_rollback(True)
    return taken


def decide(upload: Upload, lines: Sequence[UploadLine], taken: Taken, rest: Decision) -> None:
    """Store the decision on each line of a chunk and count it; all that is neither wrong nor there is `rest`."""
    was = Decision(lines[0].decision)
    for line in lines:
        if line.line in taken.wrong:
            line.decision, line.problems = Decision.WRONG, [told(problem) for problem in taken.wrong[line.line]]
        elif line.line in taken.there:
            line.decision = Decision.THERE
    changed = [line for line in lines if line.decision != was]
    UploadLine.objects.bulk_update(changed, ["decision", "problems"], batch_size=200)
    same = UploadLine.objects.filter(upload=upload, decision=was)
    moved = same.of_customers(lines[0].customer, lines[-1].customer).update(decision=rest)
    if moved != len(lines) - len(changed):
        raise RuntimeError(f"{len(lines) - len(changed)} lines of upload {upload.pk} should have moved, {moved} did")
    upload.wrong += sum(line.decision == Decision.WRONG for line in changed)
    upload.there += sum(line.decision == Decision.THERE for line in changed)
    setattr(upload, rest, getattr(upload, rest) + moved)


def told(problem: Problem) -> list[str]:
    return [problem.reason, problem.column, problem.value[:61]]


def add_figures(upload: Upload, report: Report) -> None:
    for name in ("raised", "received", "applied", "held"):
        setattr(upload, name, getattr(upload, name) + getattr(report, name))
