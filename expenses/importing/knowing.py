"""What the notebook knows about the days of a file: its entries, and how each of them stood in earlier files."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from accounts.models import Customer
from expenses.importing.matching import (
    NEAR_DAYS,
    Found,
    Known,
    Matching,
    Verdict,
    Written,
    of_other_accounts,
    text_key,
)
from expenses.models import Expense, Statement, StatementRow

OWN = "notebook"  # the kind of file that is our own export
AROUND = timedelta(NEAR_DAYS)


def verdicts(owner: Customer, statement: Statement, found: Sequence[Found]) -> dict[int, Verdict]:
    """Of each place of the file, against the notebook as it is now. Its reads do not grow with the rows."""
    if not found:
        return {}
    first, last = min(row.day for row in found) - AROUND, max(row.day for row in found) + AROUND
    earlier = list(_rows(owner, first, last))
    own = statement.kind == OWN
    others, named = (frozenset[int](),) * 2 if own else _other_accounts(owner, statement, found, earlier)
    return Matching(found, _known(owner, first, last, earlier, own), own, others, named).run()


def _rows(owner: Customer, first: date, last: date) -> Any:
    """Rows of files that were taken over. Of a file that was taken back those whose entry was kept."""
    mine = StatementRow.objects.of(owner).filter(day__range=(first, last), entry__isnull=False)
    taken = Statement.objects.of(owner).filter(state__in=["taken", "reverted"]).values("pk")
    fields = ("statement_id", "place", "day", "signed", "currency", "note", "text_key", "bank_id", "entry", "made")
    return mine.filter(statement__in=taken).order_by("statement_id", "place").values(*fields).iterator(5_000)


def _known(owner: Customer, first: date, last: date, earlier: list[dict[str, Any]], own: bool) -> list[Known]:
    ways: dict[int, list[Written]] = defaultdict(list)
    made = set()
    for row in earlier:
        amount = (row["currency"], row["signed"])
        way = Written(row["day"], amount, row["text_key"], row["note"], row["bank_id"], row["statement_id"])
        ways[row["entry"]].append(way)
        if row["made"]:
            made.add(row["entry"])
    entries = _entries(owner, first, last)
    for number, entry in entries.items():
        if own or number not in made:
            ways[number] += _as_it_stands(entry)
    return [_as_known(number, written, entries.get(number)) for number, written in ways.items() if written]


def _entries(owner: Customer, first: date, last: date) -> dict[int, dict[str, Any]]:
    """Those of the days, and those that came from rows of these days and were moved to another."""
    came = StatementRow.objects.of(owner).filter(day__range=(first, last), entry__isnull=False).values("entry")
    fields = ("pk", "kind", "day", "amount", "currency", "note", "category__name", "trashed_at")
    found: dict[int, dict[str, Any]] = {}
    for wanted in (Q(day__range=(first, last)), Q(pk__in=came)):
        for entry in Expense.objects.of(owner).filter(wanted).order_by("pk").values(*fields).iterator(5_000):
            found[entry["pk"]] = entry
    return found


def _as_it_stands(entry: dict[str, Any]) -> list[Written]:
    """A transfer between one's own accounts may stand in a file either way."""
    sides = {"spending": (-1,), "transfer": (-1, 1)}.get(entry["kind"], (1,))
    key = text_key(entry["note"])
    return [Written(entry["day"], (entry["currency"], entry["amount"] * side), key, entry["note"]) for side in sides]


def _as_known(number: int, written: list[Written], entry: dict[str, Any] | None) -> Known:
    if entry is None:
        return Known(number, written, gone=True)
    return Known(number, written, entry["category__name"], gone=entry["trashed_at"] is not None)


def _other_accounts(
    owner: Customer, statement: Statement, found: Sequence[Found], earlier: list[dict[str, Any]]
) -> tuple[frozenset[int], frozenset[int]]:
    """All, and those that say so. What the files say of their account counts first, then whether they agree in the
    days that both cover."""
    files: dict[int, list[Found]] = defaultdict(list)
    for row in earlier:
        files[row["statement_id"]].append(_found_again(row))
    named = dict(Statement.objects.of(owner).filter(pk__in=files).exclude(account="").values_list("pk", "account"))
    told = named.keys() if statement.account else set()
    apart = frozenset(number for number in told if named[number] != statement.account)
    return of_other_accounts(found, {k: rows for k, rows in files.items() if k not in told}) | apart, apart


def _found_again(row: dict[str, Any]) -> Found:
    signed: Decimal = row["signed"]
    return Found(row["place"], row["day"], signed, row["note"], row["text_key"], row["currency"], row["bank_id"])
