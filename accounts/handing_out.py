"""Everything held on one customer as a zip, made while it is sent: JSON, the same as CSV, and the files themselves."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import models, transaction

from accounts.attachments import ENDINGS
from accounts.audit import Entry, record
from accounts.holdings import Holding, holdings
from accounts.models import AuditEntry, Customer
from accounts.sheets import as_csv
from accounts.transactions import lock

PIECE = 500  # rows fetched at a time; of those with a file in them one
BLOCK = 1 << 16  # bytes that are sent at a time
REMOVED = "remove_customer"  # the act that ends what is told of one person, and frees the number for another

Row = dict[str, Any]
Members = Iterator[tuple[str, Iterator[bytes]]]


class Pipe:
    """A file that cannot be sought in: what the zip writes is taken away at once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, given: Any) -> int:
        self.parts.append(bytes(given))
        self.size += len(given)
        return len(given)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        whole, self.parts, self.size = b"".join(self.parts), [], 0
        return whole


@transaction.atomic
def hand_out(customer: Customer, *, own: bool) -> Iterator[bytes]:
    """The zip, in pieces. The notebook is in it only where the customer asks himself (`own`)."""
    lock([customer.pk])
    record([Entry(customer.pk, "hand_out_data", {"notebook": "yes" if own else "no"})])
    return packed(members(customer, own))


def packed(found: Members) -> Iterator[bytes]:
    pipe: Any = Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for name, pieces in found:
            with archive.open(name, "w") as file:
                for piece in pieces:
                    file.write(piece)
                    if pipe.size > BLOCK:
                        yield pipe.take()
    yield pipe.take()


def members(customer: Customer, own: bool) -> Members:
    """For each model with rows: NAME.json and NAME.csv, then its files."""
    shown = [one for one in holdings() if one.handed_out and one.whose and (own or not one.private)]
    there = [one for one in shown if _of(one, customer).exists()]
    yield "README.txt", iter([_about(customer, there).encode()])
    for one in there:
        name = one.model.lower()
        yield f"{name}.json", _as_json(one, customer)
        yield f"{name}.csv", (line.encode() for line in as_csv(one.columns(), _cells(one, customer)))
        for column in _files_of(one):
            for row in _rows(one, customer, ["pk", *_said(one), column]):
                if content := bytes(row[column] or b""):
                    yield _file_name(one, row, column), iter([content])


def _about(customer: Customer, there: list[Holding]) -> str:
    lines = [
        f"Everything held on customer {customer.pk}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC.",
        "Each table is here twice: .json for programs, .csv for a spreadsheet. Files are in the folder files.",
        "",
        *(f"{one.model.lower()}: {one.why}" for one in there),
    ]
    return "\r\n".join([*lines, ""])


def _of(one: Holding, customer: Customer) -> models.QuerySet[Any]:
    """The chain goes on under a number that was given to another person: what is before is not this one's."""
    rows = one.of(customer.pk)
    if one.noun is not AuditEntry:
        return rows
    removed = rows.filter(act=REMOVED).aggregate(last=models.Max("number"))["last"] or 0
    return rows.filter(number__gt=removed)


def _rows(one: Holding, customer: Customer, columns: list[str]) -> Iterator[Row]:
    at_once = 1 if set(columns) & set(_files_of(one)) else PIECE
    yield from _of(one, customer).order_by("pk").values(*columns).iterator(at_once)


def _tellable(one: Holding, customer: Customer) -> Iterator[Row]:
    """Without the bytes: in their place stands the name of the file."""
    files = _files_of(one)
    plain = [name for name in one.columns() if name not in files]
    for row in _rows(one, customer, [*plain, "pk"] if files else plain):
        named = {name: _file_name(one, row, name) for name in files}
        yield {name: named.get(name, row.get(name)) for name in one.columns()}


def _as_json(one: Holding, customer: Customer) -> Iterator[bytes]:
    yield b"["
    for number, row in enumerate(_tellable(one, customer)):
        yield (",\n" if number else "\n").encode() + json.dumps(row, default=_plain, ensure_ascii=False).encode()
    yield b"\n]\n"


def _cells(one: Holding, customer: Customer) -> Iterator[list[Any]]:
    for row in _tellable(one, customer):
        yield [json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else cell for cell in row.values()]


def _plain(value: Any) -> str:
    if isinstance(value, datetime.date | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def _files_of(one: Holding) -> list[str]:
    kept = set(one.columns())
    return [
        field.attname
        for field in one.noun._meta.concrete_fields
        if isinstance(field, models.BinaryField) and field.attname in kept
    ]


def _said(one: Holding) -> list[str]:
    """What tells a file's kind, where there is such a column."""
    return [name for name in ("kind",) if name in one.columns()]


def _file_name(one: Holding, row: Row, column: str) -> str:
    ending = column if column in ENDINGS.values() else ENDINGS.get(str(row.get("kind")), "bin")
    return f"files/{one.noun._meta.model_name}-{row['pk']}.{ending}"
