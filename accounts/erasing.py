"""Take what is personal out of one customer's rows: as the holdings say, and out of the facts of the audit trail."""

import json
from typing import Any

from django.db import models

from accounts.chain import SealSum, blank_hash_of
from accounts.holdings import BY_HAND, PARTS, STAYS, holdings, plain_facts
from accounts.models import AuditEntry, Customer, ErasedEntry, Erasure

PIECE = 500  # entries in one statement


def wipe(customer: Customer) -> None:
    """First what the apps do by hand, while the names to look for are still known. Expects the customer locked."""
    for part in PARTS.values():
        part.erase(customer)
    for holding in holdings():
        if not holding.whose:
            continue
        rows = holding.of(customer.pk)
        if holding.goes:
            rows.delete()
        elif told := {name: fate.becomes for name, fate in holding.fates.items() if not _left(fate.becomes)}:
            rows.update(**told)


def _left(becomes: object) -> bool:
    return becomes is STAYS or becomes is BY_HAND


def blank_chain(erasure: Erasure) -> tuple[int, str]:
    """Blank the facts of each entry that may tell something personal, and name it: how many, and a digest over all.

    The entry keeps its hash, so that the chain holds; ErasedEntry notes what is left of it (accounts.audit_proof).
    """
    count, total, last, plain = 0, SealSum(erasure.pk, erasure.customer_id), 0, plain_facts()
    entries = AuditEntry.objects.filter(customer=erasure.customer_id).exclude(facts="").order_by("number")
    while piece := list(entries.filter(number__gt=last)[:PIECE]):
        last = piece[-1].number
        named = [_named(erasure, entry) for entry in piece if not is_plain(entry.facts, plain)]
        for one in named:
            total.add(one.number, one.hash)
        ErasedEntry.objects.bulk_create(named)
        chain: Any = models.QuerySet(AuditEntry)  # its own manager never changes one
        chain.filter(customer=erasure.customer_id, number__in=[one.number for one in named]).update(facts="")
        count += len(named)
    return count, total.digest()


def _named(erasure: Erasure, entry: AuditEntry) -> ErasedEntry:
    left = blank_hash_of(entry.link())
    return ErasedEntry(customer_id=erasure.customer_id, erasure=erasure, number=entry.number, hash=left)


def is_plain(facts: str, plain: frozenset[str]) -> bool:
    """Whether all that it tells is numbers, days and words of our own; a fact that nobody vouches for is not."""
    return {name.removesuffix("_was") for name in json.loads(facts)} <= plain
