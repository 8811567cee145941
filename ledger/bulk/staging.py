"""The job that reads an uploaded file: store it line by line, then try each customer's lines against the books.

Trying is posting in a transaction that is rolled back, so the preview cannot differ from what the posting does.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Max

from accounts.jobs import Run
from accounts.models import Batch
from accounts.sentences import said, sentence_of
from accounts.transactions import Refused, one_transaction
from ledger.bulk import pieces
from ledger.bulk.importing import tell_the_planner
from ledger.bulk.kinds import Kind
from ledger.bulk.lines import MOST_OF_ONE, Decision, add_figures, decide, next_lines, parse, told, try_out
from ledger.bulk.reading import LONGEST_CELL, MOST_COLUMNS, NOTHING_TO_POST, BadFile, Line, as_line, read_records
from ledger.bulk.registry import kinds
from ledger.models import Upload, UploadLine
from ledger.money import to_minor

STORED = 2_000  # lines in one transaction
MOST_LINES = 1_000_000  # of a file
MANY = 5_000  # lines that change how the table is best read
FORGOTTEN = 5_000  # lines in one transaction

CHECKING = said("Checking each line against the books")

Record = tuple[int, list[str]]


def read_upload(run: Run) -> str:
    """Both halves, each from where it was left. Raises Refused for a file that cannot be read as a whole."""
    batch = Batch.objects.get(jobs=run.job)
    upload = Upload.objects.get(batch=batch)
    if not upload.is_read:
        try:
            _store_file(run, upload, kinds()[batch.kind])
        except BadFile as fault:
            raise Refused(sentence_of(fault)) from None
        if upload.lines >= MANY:
            tell_the_planner("ledger_uploadline")
    while _check_chunk(run):
        run.breathe()
    upload.refresh_from_db()
    return said(
        "%(new)s lines are new, %(there)s are there already, %(wrong)s have a problem.",
        new=upload.new,
        there=upload.there,
        wrong=upload.wrong,
    )


def _store_file(run: Run, upload: Upload, kind: Kind[Any]) -> None:
    raw, file = pieces.opened(upload)
    records = read_records(file, kind.layouts, byte_order_mark=upload.byte_order_mark)
    _, header = next(records)
    stored = UploadLine.objects.filter(upload=upload).aggregate(last=Max("line"))["last"] or 0
    for part in _parts(record for record in records if record[0] > stored):
        upload.lines = _store_part(run, upload, kind, header, part, raw.given)
        run.breathe()
    if not upload.lines:
        raise BadFile(NOTHING_TO_POST)
    _close_file(run, upload)


def _parts(records: Iterable[Record]) -> Iterator[list[Record]]:
    walk = iter(records)
    while part := list(islice(walk, STORED)):
        yield part


@one_transaction
def _store_part(run: Run, upload: Upload, kind: Kind[Any], header: list[str], part: list[Record], read: int) -> int:
    run.hold()
    upload = Upload.objects.get(pk=upload.pk)
    lines = [_line_of(upload, kind, header, record) for record in part]
    UploadLine.objects.bulk_create(lines)
    upload.header = header
    upload.lines += len(lines)
    upload.wrong += sum(line.decision == Decision.WRONG for line in lines)
    if upload.lines > MOST_LINES:
        raise BadFile(said("The file has more than %(count)s lines. Load it in parts.", count=MOST_LINES))
    upload.save(update_fields=["header", "lines", "wrong"])
    run.progress(min(read, upload.size), total=upload.size, message=said("Reading the file"))
    return upload.lines


def _line_of(upload: Upload, kind: Kind[Any], header: list[str], record: Record) -> UploadLine:
    """One line as it is stored: its cells, whose it is, and what is wrong with it alone."""
    number, cells = record
    line = as_line(number, header, cells)
    rows = kind.parse(line) if isinstance(line, Line) else []
    problems = line.problems if isinstance(line, Line) else [line]
    decision = Decision.WRONG if problems else Decision.READ if rows else Decision.THERE
    return UploadLine(
        upload=upload,
        line=number,
        customer=rows[0].customer if rows else 0,
        order=str(kind.order(rows[0])) if rows else "",
        cells=[cell[:LONGEST_CELL] for cell in cells[:MOST_COLUMNS]],
        decision=decision,
        problems=[told(problem) for problem in problems],
    )


@one_transaction
def _close_file(run: Run, upload: Upload) -> None:
    """The file is stored line by line, and its bytes are deleted."""
    run.hold()
    upload = Upload.objects.get(pk=upload.pk)
    pieces.forget(upload)
    upload.is_read = True
    upload.save(update_fields=["is_read"])
    run.progress(upload.checked, total=upload.lines, message=CHECKING, cursor=0)


@one_transaction
def _check_chunk(run: Run) -> bool:
    """Try the next customers' lines; False when all are checked, and the batch is then ready."""
    run.hold()
    batch = Batch.objects.get(jobs=run.job)
    upload = Upload.objects.get(batch=batch)
    lines = next_lines(upload, Decision.READ, 0)
    if not lines:
        Batch.objects.filter(pk=batch.pk, state=Batch.State.READING).update(state=Batch.State.READY)
        run.progress(upload.lines, total=upload.lines)
        return False
    if len(lines) > MOST_OF_ONE:
        _refuse_customer(upload, lines[0].customer)
    else:
        _check(upload, batch, lines)
    upload.save()
    run.progress(upload.checked, total=upload.lines, message=CHECKING)
    return True


def _check(upload: Upload, batch: Batch, lines: list[UploadLine]) -> None:
    kind = kinds()[batch.kind]
    rows = parse(kind, upload.header, lines)
    taken = try_out(kind, rows, batch)
    decide(upload, lines, taken, Decision.NEW)
    add_figures(upload, taken.report)
    new = [row for row in rows if row.line not in taken.wrong and row.line not in taken.there]
    for row in new:
        if dated := kind.dated(row):
            day, amount = dated
            count, sum_ = upload.days.get(day.isoformat(), (0, 0))
            upload.days[day.isoformat()] = [count + 1, sum_ + to_minor(amount)]
    batch.rows += len(rows)
    batch.already_there += sum(row.line in taken.there for row in rows)
    batch.save(update_fields=["rows", "already_there"])


def _refuse_customer(upload: Upload, customer: int) -> None:
    reason = said("has more than %(count)s lines in this file; load them in parts", count=MOST_OF_ONE)
    lines = UploadLine.objects.filter(upload=upload, decision=Decision.READ, customer=customer)
    upload.wrong += lines.update(decision=Decision.WRONG, problems=[[reason, "customer", str(customer)]])


def forget_upload(run: Run) -> str:
    """Delete what is left of a discarded file."""
    upload = Upload.objects.get(batch__jobs=run.job)
    while _forget_some(run, upload):
        run.breathe()
    return said("Discarded. The file may be sent again.")


@one_transaction
def _forget_some(run: Run, upload: Upload) -> int:
    run.hold()
    pieces.forget(upload)
    some = UploadLine.objects.filter(upload=upload).order_by("line").values_list("pk", flat=True)[:FORGOTTEN]
    return UploadLine.objects.filter(pk__in=list(some)).delete()[0]
