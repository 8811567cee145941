"""Take a file's rows over as they were shown, all at once, and take them back."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Customer
from accounts.transactions import one_transaction
from expenses.actions import category_named, erase, locked
from expenses.importing.knowing import verdicts
from expenses.importing.matching import Found
from expenses.importing.reading import as_told
from expenses.models import Category, Expense, Part, Statement, StatementRow

AT_ONCE = 500


class Outcome(StrEnum):
    TAKEN = "taken"
    UNDECIDED = "undecided"  # possible duplicates wait for the owner's word
    CHANGED = "changed"  # the notebook is not as the preview knew it: look again
    NOT_READY = "not ready"


@one_transaction
def take(owner: Customer, number: int, now: datetime) -> Outcome:
    """What is stored is what the preview showed, or nothing. Taken over once, however often it is asked for."""
    owner = locked(owner)
    statement = Statement.objects.of(owner).get(pk=number)
    if statement.state == Statement.State.TAKEN:
        return Outcome.TAKEN
    if statement.state != Statement.State.READY:
        return Outcome.NOT_READY
    rows = StatementRow.objects.of(owner).filter(statement=statement)
    if _stand_otherwise(owner, statement, list(rows.order_by("place"))):
        return Outcome.CHANGED
    if rows.undecided().exists():
        return Outcome.UNDECIDED
    statement.added = _enter(owner, statement, rows.taken_over().order_by("place"))
    statement.state, statement.taken_at, statement.content = Statement.State.TAKEN, now, b""
    statement.store("added", "state", "taken_at", "content")
    return Outcome.TAKEN


def _stand_otherwise(owner: Customer, statement: Statement, rows: list[StatementRow]) -> bool:
    """Whether the notebook has changed so that a row stands otherwise now; it is shown so from then on."""
    found = [_found(row, own=statement.kind == "notebook") for row in rows]
    standing = verdicts(owner, statement, found)
    changed = []
    for row in rows:
        told = as_told(standing[row.place])
        if told != {name: getattr(row, name) for name in told}:
            vars(row).update(told, decision="")
            changed.append(row)
    StatementRow.objects.of(owner).bulk_update(changed, ["standing", "entry", "why", "decision"], batch_size=AT_ONCE)
    return bool(changed)


def _found(row: StatementRow, *, own: bool) -> Found:
    category = row.category if own else ""
    return Found(row.place, row.day, row.signed, row.note, row.text_key, row.currency, row.bank_id, category)


def _enter(owner: Customer, statement: Statement, rows: Any) -> int:
    """How many entries were made."""
    named = _categories(owner, set(rows.order_by().values_list("category", flat=True).distinct()))
    made = 0
    for some in in_pieces(rows.iterator(2_000)):
        entries = [_entry(owner, statement, row, named[row.category]) for row in some]
        made += len(Expense.objects.bulk_create(entries))
    place = Concat(Value(_key(statement, "")), Cast(OuterRef("place"), CharField()))
    entry = Expense.objects.filter(customer=owner, key=place).values("pk")[:1]
    rows.order_by().update(entry=Subquery(entry), made=True)
    return made


def _key(statement: Statement, place: Any) -> str:
    return f"statement-{statement.pk}-{place}"


def _entry(owner: Customer, statement: Statement, row: StatementRow, category: Category) -> Expense:
    fields = {"kind": row.kind, "day": row.day, "amount": abs(row.signed), "note": row.note, "currency": row.currency}
    return Expense(customer=owner, category=category, key=_key(statement, row.place), **fields)


def _categories(owner: Customer, names: set[str]) -> dict[str, Category]:
    """By name. Only for what is not there by that very name is the act asked that knows where a name leads."""
    there = {category.name: category for category in Category.objects.of(owner).unmerged()}
    return there | {name: category_named(owner, name) for name in sorted(names - there.keys())}


def in_pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        yield some


# --- back ---


def changed_since(owner: Customer, statement: Statement) -> set[int]:
    """The entries that it made and whose amount, day, kind or note its owner has changed, or that he has split."""
    made = StatementRow.objects.of(owner).filter(statement=statement, made=True)
    told = made.values_list("entry", "kind", "day", "signed", "currency", "note").iterator(5_000)
    as_made = {entry: (kind, day, abs(signed), currency, note) for entry, kind, day, signed, currency, note in told}
    mine = Expense.objects.of(owner).filter(pk__in=made.values("entry"), trashed_at__isnull=True)
    now = mine.order_by().values_list("pk", "kind", "day", "amount", "currency", "note").iterator(5_000)
    kept = Part.objects.of(owner).filter(expense__trashed_at__isnull=True, whole__in=made.values("entry"))
    split = set(kept.values_list("whole", flat=True))
    return {pk for pk, *fields in now if as_made[pk] != tuple(fields)} | split


@one_transaction
def revert(owner: Customer, number: int, now: datetime, *, also_changed: bool = False) -> Statement:
    """Remove the entries that this file made, and no other. Those that were changed since stay, unless told."""
    owner = locked(owner)
    statement = Statement.objects.of(owner).get(pk=number)
    if statement.state != Statement.State.TAKEN:
        return statement
    kept = set() if also_changed else changed_since(owner, statement)
    rows = StatementRow.objects.of(owner).filter(statement=statement)
    made = rows.filter(made=True).exclude(entry__in=kept).values_list("entry", flat=True)
    for some in in_pieces(list(made)):
        statement.removed += _erase_with_parts(owner, some)
    rows.exclude(made=True, entry__in=kept).delete()
    statement.state, statement.reverted_at = Statement.State.REVERTED, now
    statement.store("removed", "state", "reverted_at")
    return statement


def _erase_with_parts(owner: Customer, numbers: list[int]) -> int:
    """How many of the numbers there were. What they were split into came out of the file too."""
    mine = Expense.objects.of(owner)
    parts = Part.objects.of(owner).filter(whole__in=numbers).exclude(expense__in=numbers)
    erase(owner, mine.filter(pk__in=parts.values("expense")))
    return erase(owner, mine.filter(pk__in=numbers))
