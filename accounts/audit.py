"""Write the audit trail: who did what, when, through which door, chained so that a later change is noticed."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.actor import actor
from accounts.chain import canonical, hash_of
from accounts.models import AuditEntry, Customer, HouseEntry, Lender
from accounts.models.audit import Chained
from ledger.money import smallest

Fact = str | int | None
Facts = Mapping[str, Fact]
Head = tuple[int, str]  # number and hash of a chain's last entry
BEFORE_THE_FIRST: Head = (0, "")
SECRETS = ("password", "token", "secret", "cookie", "session")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done to one customer. Facts name the rows and hold no secret; a value replaced stands as x_was."""

    customer: int
    act: str
    facts: Facts


def record(entries: Sequence[Entry]) -> None:
    """Add to the customers' chains, in a handful of statements for one customer or for hundreds.

    Expects the customers to be locked and to be there still, and a transaction to be open.
    """
    heads = _heads({entry.customer for entry in entries})
    at, rows = timezone.now(), []
    for entry in entries:
        row = AuditEntry(customer_id=entry.customer, act=entry.act, facts=written(entry.facts))
        heads[entry.customer] = _chain(row, heads.get(entry.customer, BEFORE_THE_FIRST), at)
        rows.append(row)
    AuditEntry.objects.bulk_create(rows)


def record_house(act: str, facts: Facts, at: datetime.datetime | None = None) -> None:
    """Add to the chain of what is no customer's, under the lender's lock; at is now, where it was not before.

    In an act that locks customers too, this comes first: whoever holds a customer never waits for the lender.
    """
    Lender.objects.select_for_update().get(pk=Lender.load().pk)
    last = HouseEntry.objects.order_by("-number").values_list("number", "hash").first()
    row = HouseEntry(act=act, facts=written(facts))
    _chain(row, last or BEFORE_THE_FIRST, at or timezone.now())
    row.save()


def _heads(customers: Iterable[int]) -> dict[int, Head]:
    """Two look-ups in an index for each customer, however long the chains are."""
    last = AuditEntry.objects.filter(customer=OuterRef("pk")).order_by("-number")
    rows = Customer.objects.filter(id__in=customers).annotate(
        last=Subquery(last.values("number")[:1]), last_hash=Subquery(last.values("hash")[:1])
    )
    return {pk: (number, digest) for pk, number, digest in rows.values_list("pk", "last", "last_hash") if number}


def _chain(row: Chained, head: Head, at: datetime.datetime) -> Head:
    """Fill in the rest of the row, and say what the chain ends in now."""
    who = actor()
    row.number, row.before = head[0] + 1, head[1]
    row.at, row.by, row.door = at, who.name[:150], who.door
    row.hash = hash_of(row.link())
    return row.number, row.hash


def written(facts: Facts) -> str:
    """The facts as they are stored. A name that promises a secret is a mistake of the program."""
    for name in facts:
        if any(word in name.lower() for word in SECRETS):
            raise ValueError(f"The audit trail takes no secret, and {name!r} sounds like one.")
    return canonical(facts)


def changes(before: models.Model, after: models.Model, names: Iterable[str]) -> dict[str, Fact]:
    """Old and new value of each field that differs: {"phone_was": "1", "phone": "2"}."""
    facts: dict[str, Fact] = {}
    for name in names:
        old, new = _fact_of(before, name), _fact_of(after, name)
        if old != new:
            facts |= {f"{name}_was": old, name: new}
    return facts


def values(row: models.Model, names: Iterable[str]) -> dict[str, Fact]:
    """What stands in the fields; those left empty are left out."""
    facts = {name: _fact_of(row, name) for name in names}
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _fact_of(row: models.Model, name: str) -> Fact:
    """As the field reads it: a program may have set 1500 where the database holds 1500.00."""
    field: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]  # no relation is asked for
    return fact(field.to_python(getattr(row, name)))


def fact(value: Any) -> Fact:
    """A value as the trail writes it: 100.00, 2025-03-31, yes."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None | int():
            return value
        case Decimal():
            return f"{value.quantize(smallest()):f}"
        case datetime.date():
            return value.isoformat()
    return str(value)
