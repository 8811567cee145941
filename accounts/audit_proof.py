"""Prove the audit trail: every chain link by link, every seal head by head, in memory that does not grow with them."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from accounts.chain import HOUSE, Breaks, Link, SealSum, breaks, instant
from accounts.erasure_proof import erasure_breaks
from accounts.models import AuditEntry, ErasedEntry, HouseEntry, Seal, SealedHead
from accounts.seals import ACT

READ_AT_ONCE = 5_000
SAID = ("number", "moment", "by", "door", "act", "facts", "before", "hash")
SEALED = ("id", "on_day", "moment", "house_number", "house_hash", "before", "digest")

GONE = "was the last when seal {seal} was set, and is gone"
ANOTHER = "is another than the one that seal {seal} was set on"
QUESTIONS = {
    GONE: """
        SELECT h.customer_id, h.number, h.seal_id FROM accounts_sealedhead h
        LEFT JOIN accounts_auditentry e ON e.customer_id = h.customer_id AND e.number = h.number
        WHERE e.id IS NULL ORDER BY h.customer_id, h.number""",
    ANOTHER: """
        SELECT h.customer_id, h.number, h.seal_id FROM accounts_sealedhead h
        JOIN accounts_auditentry e ON e.customer_id = h.customer_id AND e.number = h.number
        WHERE e.hash <> h.hash ORDER BY h.customer_id, h.number""",
}


def trail_breaks() -> Breaks:
    """A line for each break of the chains and of the seals; none where nothing was tampered with."""
    try:
        yield from breaks(chain(house_links(), customer_links()))
        yield from cut_ends()
        seals = read_seals()
        yield from seal_breaks(seals)
        yield from house_breaks(seals)
        yield from erasure_breaks()
    except DatabaseError as error:  # SQLite may hold as text what is none
        yield f"the audit trail cannot be read on: {error}"


def customer_links() -> Iterator[Link]:
    named = ErasedEntry.objects.filter(customer=OuterRef("customer"), number=OuterRef("number"), erasure__state="done")
    left = Case(When(facts="", then=Subquery(named.values("hash")[:1])))  # asked only of those without facts
    rows = stored(AuditEntry).annotate(left=left).order_by("customer_id", "number", "id")
    for customer, *said in rows.values_list("customer_id", *SAID, "left").iterator(READ_AT_ONCE):
        yield Link(f"customer {customer}", *said)


def house_links() -> Iterator[Link]:
    rows = stored(HouseEntry).order_by("number", "id")
    return (Link(HOUSE, *said) for said in rows.values_list(*SAID).iterator(READ_AT_ONCE))


def read_seals() -> list[tuple[Any, ...]]:
    rows = stored(Seal).annotate(on_day=_as_stored("day")).order_by("id")
    return [(seal, str(day), *words) for seal, day, *words in rows.values_list(*SEALED)]


def stored(model: type[models.Model]) -> Any:
    """With the instants as the database gives them: a damaged one is to be named, and must not stop the reading."""
    return model._default_manager.annotate(moment=_as_stored("at"))


def _as_stored(column: str) -> Coalesce:
    """No longer a column by itself, which SQLite's driver would read as what it was declared to hold."""
    return Coalesce(models.F(column), models.Value(None), output_field=models.TextField())


def cut_ends() -> Breaks:
    """What the seals miss of the customers' chains: an end that was cut off, or a chain that was written anew."""
    for claim, question in QUESTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute(question)
            while rows := cursor.fetchmany(READ_AT_ONCE):
                for customer, number, seal in rows:
                    yield f"customer {customer}, entry {number}: {claim.format(seal=seal)}"


def seal_breaks(seals: Sequence[Any]) -> Breaks:
    """Each seal follows the one before it and is what it was when it was set, with all the ends it noted."""
    sums, strays = _sums(seals)
    yield from (f"seal {stray}: is gone, and the ends it noted stand" for stray in strays)
    number, last = 0, ""
    for seal, *_, before, digest in seals:
        if seal != number + 1:
            yield f"seal {seal}: seal {number + 1} before it is gone"
        elif digest != sums[seal].digest():
            yield f"seal {seal}: was changed since it was set, or an end it noted was"
        elif before != last:
            yield f"seal {seal}: does not follow the seal before it"
        number, last = seal, digest


def _sums(seals: Sequence[Any]) -> tuple[dict[Any, SealSum], list[Any]]:
    """The digest of each seal, made again in one pass over all ends; and the numbers of seals that are missing."""
    sums = {seal: SealSum(seal, day, instant(at), *words) for seal, day, at, *words, _ in seals}
    strays: dict[Any, None] = {}
    heads = SealedHead.objects.order_by("seal_id", "customer_id", "number", "id")
    for seal, *head in heads.values_list("seal_id", "customer_id", "number", "hash").iterator(READ_AT_ONCE):
        if seal in sums:
            sums[seal].add(*head)
        else:
            strays[seal] = None
    return sums, list(strays)


def house_breaks(seals: Sequence[Any]) -> Breaks:
    """The house's chain stands as it was sealed, and tells of each seal: the newest cannot be taken out unnoticed."""
    ends = dict(HouseEntry.objects.filter(number__in=Seal.objects.values("house_number")).values_list("number", "hash"))
    for seal, _, _, number, end, *_ in seals:
        if number and number not in ends:
            yield f"{HOUSE}, entry {number}: {GONE.format(seal=seal)}"
        elif number and ends[number] != end:
            yield f"{HOUSE}, entry {number}: {ANOTHER.format(seal=seal)}"
    set_here = {(seal, day, digest) for seal, day, *_, digest in seals}
    told_of = {_told(facts) for facts in HouseEntry.objects.filter(act=ACT).values_list("facts", flat=True)}
    yield from (f"seal {seal}: no entry of the house tells of it" for seal, *_ in sorted(set_here - told_of, key=repr))
    for seal, *_ in sorted(told_of - set_here, key=repr):
        yield f"seal {seal}: an entry of the house tells of it, and it is gone or another"


def _told(facts: Any) -> tuple[Any, ...]:
    """(seal, day, digest) of an entry about a seal."""
    try:
        said = json.loads(facts)
        return said["seal"], said["day"], said["digest"]
    except (KeyError, TypeError, ValueError):
        return "?", "", ""
