"""Endpoints that take a bank's file into the notebook: send, answer, look row by row, post, undo."""

import datetime
from typing import Annotated, Any, Literal

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from accounts.api.access import ApiRequest, customer_of
from accounts.api.fields import Before, Body, Id, Limit, Listed, Money, Words, slice_of, text
from accounts.api.problems import Problem, not_found
from accounts.models import Customer
from accounts.sentences import said
from accounts.telling import told as told_as
from expenses.api.owners import notebook, own
from expenses.importing import reading, taking
from expenses.importing.taking import Outcome
from expenses.models import Statement, StatementRow
from expenses.statement_files import BadFile
from expenses.views.statements import SAID

router = notebook()
AT_ONCE = 100  # rows decided in one call
State = Statement.State
Standing = Literal["new", "there", "near"]
ENDED = said("This file was imported or taken back already.")


class StatementOut(Schema):
    """A bank's file and what became of it. `asking`: it has a question first; `ready`: it waits for /post."""

    id: Id
    file_name: str
    state: Literal["asking", "ready", "taken", "reverted"]
    rows: int
    added: int
    removed: int
    problems: int
    sent_at: datetime.datetime
    taken_at: datetime.datetime | None
    reverted_at: datetime.datetime | None


class ChoiceOut(Schema):
    value: str
    label: Words


class QuestionOut(Schema):
    """What the file does not say by itself, such as which of two numbers is the month."""

    key: str
    text: Words
    choices: list[ChoiceOut]
    suggested: str
    answer: Annotated[str, Field(description="Empty while it is open.")]


class NoteOut(Schema):
    """A line that cannot be taken over."""

    line: int
    why: Words
    text: str


class StatementDetail(StatementOut):
    """new, there and near count the rows: new ones, those the notebook holds, and possible duplicates, of which
    `undecided` wait for a word."""

    new: int
    there: int
    near: int
    undecided: int
    questions: list[QuestionOut]
    sample: Annotated[list[list[str]], Field(description="The header and the first rows.")]
    notes: Annotated[list[NoteOut], Field(description="The first 200 of the problems.")]


class StatementRowOut(Schema):
    """A row as it will be entered, or as it was. A negative amount is money out."""

    id: Id
    line: int
    day: datetime.date
    amount: Money
    currency: Annotated[str, Field(description="Empty: the lender's own.")]
    note: str
    kind: str
    category: str
    standing: Standing
    decision: Literal["", "keep", "skip"]
    entry: Annotated[int | None, Field(description="The entry that it made, or that it is the same as.")]
    made: bool


class StatementRows(Schema):
    """In the order of the file; `next` is what to send as `after`, null at the end."""

    items: list[StatementRowOut]
    next: int | None


class Answers(Body):
    """A question's key, and the value of one of its choices."""

    answers: Annotated[dict[str, text(300)], Field(max_length=20, examples=[{"dates": "dmy"}])]  # type: ignore[valid-type]


class RowWord(Body):
    """decision: `keep` a possible duplicate as another one, or `skip` it as the same."""

    row: Id
    category: text(60) = ""  # type: ignore[valid-type]
    decision: Literal["", "keep", "skip"] = ""


class RowWords(Body):
    """Of some rows one by one; rest: of all possible duplicates that are still undecided."""

    rows: Annotated[list[RowWord], Field(max_length=AT_ONCE)] = []
    rest: Literal["", "keep", "skip"] = ""


class TakingBack(Body):
    also_changed: Annotated[bool, Field(description="Also the entries that were changed since.")] = False


@router.get("/customer/statements", response=Listed[StatementOut], auth=own, summary="My bank's files")
def statements(request: ApiRequest, before: Before = None, limit: Limit = 25) -> Any:
    rows, following = slice_of(Statement.objects.of(customer_of(request, None)), before, limit)
    return {"items": [_told(row) for row in rows], "next": following}


@router.post("/customer/statements", response={201: StatementDetail}, auth=own, summary="Send a bank's file")
def send_statement(request: ApiRequest, file: File[UploadedFile]) -> Any:
    """CSV, OFX or QIF, at most 10 MB. Nothing reaches the notebook until it is posted. The very same file again, while
    it waits, is that one."""
    owner = customer_of(request, None)
    try:
        sent = reading.send(owner, file.name or "", file.read(), request.lender.today())
    except BadFile as fault:
        raise Problem("invalid", errors=[{"field": "file", "message": told_as(fault)}]) from None
    return Status(201, detail(owner, sent))


@router.get("/customer/statements/{int:statement_id}", response=StatementDetail, auth=own, summary="One file")
def statement(request: ApiRequest, statement_id: Id) -> Any:
    owner = customer_of(request, None)
    return detail(owner, _file(owner, statement_id))


@router.delete("/customer/statements/{int:statement_id}", response={204: None}, auth=own, summary="Forget a file")
def discard_statement(request: ApiRequest, statement_id: Id) -> Any:
    """One that waits; of which nothing was imported."""
    owner = customer_of(request, None)
    _waiting(_file(owner, statement_id))
    reading.put_away(owner, statement_id)
    return Status(204, None)


@router.get("/customer/statements/{int:statement_id}/rows", response=StatementRows, auth=own, summary="Its rows")
def statement_rows(
    request: ApiRequest, statement_id: Id, standing: Standing | None = None, after: Before = None, limit: Limit = 25
) -> Any:
    """Ask for standing=near to decide about possible duplicates."""
    owner = customer_of(request, None)
    rows = StatementRow.objects.of(owner).filter(statement=_file(owner, statement_id), place__gte=after or 0)
    rows = rows.filter(standing=standing) if standing else rows
    some = list(rows.order_by("place")[: limit + 1])
    return {"items": [_row(row) for row in some[:limit]], "next": some[limit].place if len(some) > limit else None}


@router.post(
    "/customer/statements/{int:statement_id}/answers",
    response=StatementDetail,
    auth=own,
    summary="Answer its questions",
)
def answer_statement(request: ApiRequest, statement_id: Id, told: Answers) -> Any:
    """It is read again by what was said, and that is remembered for the next file of its shape."""
    owner = customer_of(request, None)
    found = _waiting(_file(owner, statement_id))
    if strange := told.answers.keys() - {question["key"] for question in found.asked}:
        raise Problem(
            "refused", _("This file does not ask %(question)s.") % {"question": repr(sorted(strange)[0][:40])}
        )
    try:
        return detail(owner, reading.answer(owner, statement_id, told.answers, request.lender.today()))
    except (BadFile, Statement.DoesNotExist) as why:
        raise Problem("refused", told_as(why if isinstance(why, BadFile) else ENDED)) from None


@router.post(
    "/customer/statements/{int:statement_id}/decisions", response=StatementDetail, auth=own, summary="Decide about rows"
)
def decide_rows(request: ApiRequest, statement_id: Id, told: RowWords) -> Any:
    """A category goes to all rows of the file with the same text. What is no row of the file changes nothing."""
    owner = customer_of(request, None)
    _waiting(_file(owner, statement_id))
    categories = {word.row: word.category for word in told.rows if word.category}
    reading.decide(owner, statement_id, categories, {word.row: word.decision for word in told.rows if word.decision})
    reading.decide_the_rest(owner, statement_id, told.rest)
    return detail(owner, _file(owner, statement_id))


@router.post(
    "/customer/statements/{int:statement_id}/post", response=StatementDetail, auth=own, summary="Import its rows"
)
def post_statement(request: ApiRequest, statement_id: Id) -> Any:
    """All at once, as they were shown, or nothing (409). It is imported once, however often this is sent."""
    owner = customer_of(request, None)
    if _file(owner, statement_id).state == State.REVERTED:
        raise Problem("refused", _("This file was taken back. Send it again."))
    try:
        outcome = taking.take(owner, statement_id, timezone.now())
    except Statement.DoesNotExist:  # deleted this very moment
        raise not_found() from None
    if outcome != Outcome.TAKEN:
        raise Problem("refused", str(SAID[outcome]))
    return detail(owner, _file(owner, statement_id))


@router.post(
    "/customer/statements/{int:statement_id}/undo", response=StatementDetail, auth=own, summary="Take a file back"
)
def undo_statement(request: ApiRequest, statement_id: Id, told: TakingBack) -> Any:
    """The entries that it made are removed; those that were changed since stay, unless told."""
    owner = customer_of(request, None)
    if _file(owner, statement_id).state in (State.ASKING, State.READY):
        raise Problem("refused", _("Nothing of this file was imported. Delete it instead."))
    return detail(owner, taking.revert(owner, statement_id, timezone.now(), also_changed=told.also_changed))


def _file(owner: Customer, number: int) -> Statement:
    """404 for another's, as for one that is not there."""
    row = Statement.objects.of(owner).filter(pk=number).first()
    if row is None:
        raise not_found()
    return row


def _waiting(found: Statement) -> Statement:
    if found.state not in (State.ASKING, State.READY):
        raise Problem("refused", told_as(ENDED))
    return found


def _told(row: Statement) -> dict[str, Any]:
    names = ("id", "file_name", "state", "rows", "added", "removed", "sent_at", "taken_at", "reverted_at")
    return {**{name: getattr(row, name) for name in names}, "problems": row.problem_count}


def detail(owner: Customer, row: Statement) -> dict[str, Any]:
    near = Q(standing="near")
    counted = (
        StatementRow.objects.of(owner)
        .filter(statement=row)
        .aggregate(
            new=Count("pk", filter=Q(standing="new")),
            there=Count("pk", filter=Q(standing="there")),
            near=Count("pk", filter=near),
            undecided=Count("pk", filter=near & Q(decision="")),
        )
    )
    notes = [dict(zip(("line", "why", "text"), note, strict=True)) for note in row.problems]
    return {**_told(row), **counted, "questions": row.asked, "sample": row.sample, "notes": notes}


def _row(row: StatementRow) -> dict[str, Any]:
    names = StatementRowOut.model_fields.keys() - {"amount"}
    return {**{name: getattr(row, name) for name in names}, "amount": row.signed}
