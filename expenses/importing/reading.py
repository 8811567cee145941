"""Acts that bring a file as far as its preview: send, answer, decide, put away."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import Customer
from accounts.sentences import said
from accounts.transactions import one_transaction
from expenses.actions import locked
from expenses.importing.guessing import guesser
from expenses.importing.knowing import verdicts
from expenses.importing.matching import Found, Verdict, text_key
from expenses.models import FIRST_DAY, RememberedAnswers, Statement, StatementRow
from expenses.statement_files import BadFile, Reading, Row, read_statement_file
from ledger.money import LARGEST, currency_code, fits

MOST_WAITING = 3  # files of one owner; the oldest makes room
LONGEST_WAIT = timedelta(days=30)
MOST_NOTES = 200  # lines with a problem that are shown
# What reading a file again may change.
FOUND = (
    "kind", "shape", "account", "answers", "asked", "sample", "problems", "set_aside", "problem_count", "aside_count",
    "rows", "state",
)  # fmt: skip
AHEAD = timedelta(days=366)


def send(owner: Customer, file_name: str, data: bytes, today: date) -> Statement:
    """Read a file as far as it can be read. The same file again is the one that waits already. Raises BadFile."""
    sha256 = hashlib.sha256(data).hexdigest()
    if waiting := Statement.objects.of(owner).waiting().filter(sha256=sha256).first():
        return waiting
    reading, answers = _read(owner, data)
    name = file_name.replace("\\", "/").rsplit("/")[-1][:200] or "statement"
    statement = Statement(customer=owner, file_name=name, sha256=sha256, content=data)
    return _keep(statement, reading, answers, today)


def answer(owner: Customer, number: int, answers: Mapping[str, str], today: date) -> Statement:
    """Read a waiting file again with what its owner said, and remember that for its next files. Raises BadFile."""
    statement = Statement.objects.filter(customer=owner).waiting().get(pk=number)
    together = {**statement.answers, **answers}
    return _keep(statement, read_statement_file(bytes(statement.content), together), together, today)


def _read(owner: Customer, data: bytes) -> tuple[Reading, dict[str, str]]:
    reading = read_statement_file(data)
    known = RememberedAnswers.objects.filter(customer=owner, shape=reading.shape).first() if reading.asked else None
    if known is None:
        return reading, {}
    try:
        return read_statement_file(data, known.answers), known.answers
    except BadFile:  # an answer that this file has no choice for
        return reading, {}


@one_transaction
def _keep(statement: Statement, reading: Reading, answers: dict[str, str], today: date) -> Statement:
    owner = locked(statement.customer)
    if statement._state.adding:
        if twin := Statement.objects.of(owner).waiting().filter(sha256=statement.sha256).first():
            return twin
        _make_room(owner)
    elif not Statement.objects.of(owner).waiting().filter(pk=statement.pk).exists():
        raise BadFile(said("This file was taken over or put away meanwhile."))
    _remember(owner, reading)
    rows, wrong = _checked(reading.rows, today)
    notes = [*([note.line, note.why, note.text] for note in reading.errors), *wrong]
    _fill(statement, reading, answers, sorted(notes))
    statement.rows = len(rows)
    if statement._state.adding:
        statement.save(force_insert=True)
    else:
        statement.store(*FOUND)
        StatementRow.objects.of(owner).filter(statement=statement).delete()
    _stage(owner, statement, rows)
    return statement


def _fill(statement: Statement, reading: Reading, answers: dict[str, str], notes: list[list[Any]]) -> None:
    keys = {question.key for question in reading.asked}
    statement.kind, statement.shape, statement.account = reading.kind, reading.shape, reading.account
    statement.answers = {key: value for key, value in answers.items() if key in keys}
    statement.asked = [
        {
            "key": question.key,
            "text": question.text,
            "choices": [{"value": choice.value, "label": choice.label} for choice in question.choices],
            "suggested": question.suggested,
            "answer": question.answer,
        }
        for question in reading.asked
    ]
    statement.sample = [[cell[:60] for cell in cells[:12]] for cells in (reading.header, *reading.sample)]
    aside = [[note.line, note.why, note.text] for note in reading.not_transactions]
    statement.problems, statement.set_aside = notes[:MOST_NOTES], aside[:MOST_NOTES]
    statement.problem_count, statement.aside_count = len(notes), len(aside)
    statement.state = Statement.State.ASKING if reading.open else Statement.State.READY


def _remember(owner: Customer, reading: Reading) -> None:
    lasting = {question.key: question.answer for question in reading.asked if question.answer and question.lasting}
    if lasting:
        RememberedAnswers.objects.update_or_create(customer=owner, shape=reading.shape, defaults={"answers": lasting})


def _make_room(owner: Customer) -> None:
    """Forget what nobody came back to."""
    waiting = Statement.objects.of(owner).waiting().order_by("-sent_at", "-pk")
    old = waiting.filter(sent_at__lt=timezone.now() - LONGEST_WAIT)
    for number in {*waiting.values_list("pk", flat=True)[MOST_WAITING - 1 :], *old.values_list("pk", flat=True)}:
        _forget(owner, number)


def _forget(owner: Customer, number: int) -> None:
    StatementRow.objects.of(owner).filter(statement=number).delete()
    Statement.objects.of(owner).waiting().filter(pk=number).delete()


@one_transaction
def put_away(owner: Customer, number: int) -> None:
    """A file that waits is forgotten with its rows; one that was taken over stays. Again is no harm."""
    owner = locked(owner)
    if Statement.objects.of(owner).waiting().filter(pk=number).exists():
        _forget(owner, number)


# --- rows ---


def _checked(rows: Iterable[Row], today: date) -> tuple[list[Row], list[list[Any]]]:
    """The rows that the notebook can hold, and the others as lines with a problem."""
    good, wrong = [], []
    for row in rows:
        if why := _why_not(row, today):
            wrong.append([row.line, why, f"{row.date} {row.amount} {row.description}"[:200]])
        else:
            good.append(row)
    return good, wrong


def _why_not(row: Row, today: date) -> str:
    if not FIRST_DAY <= row.date <= today + AHEAD:
        return said("%(day)s is not between 1970 and a year ahead", day=row.date)
    if row.currency and not currency_code(row.currency.upper()):
        return said("is in %(currency)s, which is no currency", currency=row.currency[:8])
    if abs(row.amount) > LARGEST:
        return said("is more than the largest amount, %(number)s", number=LARGEST)
    return "" if fits(row.amount, _currency(row)) else said("has more decimals than the currency")


def _currency(row: Row) -> str:
    """Empty for the notebook's own."""
    return "" if row.currency.upper() == settings.CURRENCY else row.currency.upper()


def _stage(owner: Customer, statement: Statement, rows: list[Row]) -> None:
    found = [_found(place, row) for place, row in enumerate(rows)]
    standing, guess = verdicts(owner, statement, found), guesser(owner)
    staged = []
    for row, seen in zip(rows, found, strict=True):
        kind, category = (row.kind, row.category or "Other") if row.kind else guess(row.description, row.amount)
        staged.append(
            StatementRow(
                customer=owner, statement=statement, place=seen.place, line=row.line, day=row.date, signed=row.amount,
                currency=seen.currency,
                note=seen.note, text_key=seen.key, bank_id=seen.bank_id, kind=kind, category=category,
                **as_told(standing[seen.place]),
            )
        )  # fmt: skip
    StatementRow.objects.bulk_create(staged, batch_size=2_000)


def as_told(verdict: Verdict) -> dict[str, Any]:
    return {"standing": verdict.standing, "entry": verdict.entry, "why": verdict.why}


def _found(place: int, row: Row) -> Found:
    text = row.description if row.kind else " ".join(row.description.split())
    number = row.bank_id if len(row.bank_id) <= 64 else hashlib.sha256(row.bank_id.encode()).hexdigest()
    category = " ".join(row.category.split())[:60]
    return Found(place, row.date, row.amount, text[:200], text_key(text), _currency(row), number, category)


# --- what the owner says of the rows ---


@one_transaction
def decide(owner: Customer, number: int, categories: Mapping[int, str], decisions: Mapping[int, str]) -> None:
    """By the rows' own numbers. A category that was changed goes to all rows of the file with the same text that had
    the old one; an empty or unknown word changes nothing."""
    owner = locked(owner)
    if not Statement.objects.of(owner).waiting().filter(pk=number).exists():
        return
    mine = StatementRow.objects.of(owner).filter(statement=number)
    shown = mine.in_bulk(list({*categories, *decisions}))
    wanted = {key: " ".join(name.split())[:60] for key, name in categories.items() if key in shown}
    changed = {key: name for key, name in wanted.items() if name and name != shown[key].category}
    for key, name in changed.items():
        row = shown[key]
        alike = Q(pk=key) | Q(text_key=row.text_key, category=row.category) if row.text_key else Q(pk=key)
        mine.filter(alike).exclude(pk__in=changed.keys() - {key}).update(category=name)
    for decision in StatementRow.Decision.values:
        chosen = [key for key, value in decisions.items() if value == decision and key in shown]
        mine.filter(pk__in=chosen, standing="near").update(decision=decision)


@one_transaction
def decide_the_rest(owner: Customer, number: int, decision: str) -> None:
    """All possible duplicates that the owner has not decided by themselves."""
    owner = locked(owner)
    if decision in StatementRow.Decision.values:
        StatementRow.objects.of(owner).filter(statement=number, made=False).undecided().update(decision=decision)
