"""Prove the erasures: each is told of in its customer's chain, with a digest over the entries that lost their facts."""

import json
from typing import Any

from accounts.chain import Breaks, SealSum
from accounts.models import AuditEntry, ErasedEntry, Erasure

ACT = "erase_customer"
READ_AT_ONCE = 5_000


def erasure_breaks() -> Breaks:
    """A line for each erasure that the chain tells of otherwise, or not at all."""
    done = Erasure.objects.done().order_by("customer_id", "id").values_list("customer_id", "id")
    sums = {one: SealSum(one[1], one[0]) for one in done.iterator(READ_AT_ONCE)}
    named = ErasedEntry.objects.order_by("customer_id", "erasure_id", "number")
    rows = named.values_list("customer_id", "erasure_id", "number", "hash")
    for customer, erasure, *entry in rows.iterator(READ_AT_ONCE):
        if (customer, erasure) in sums:
            sums[customer, erasure].add(*entry)
        else:
            yield f"customer {customer}, entry {entry[0]}: is named by an erasure that was never done"
    found = {(customer, erasure, total.digest()) for (customer, erasure), total in sums.items()}
    told_of = {(customer, *_told(facts)) for customer, facts in _entries()}
    for customer, erasure, _ in sorted(found - told_of, key=repr):
        yield f"customer {customer}: no entry of the chain tells of erasure {erasure} as it stands"
    for customer, erasure, _ in sorted(told_of - found, key=repr):
        yield f"customer {customer}: an entry of the chain tells of erasure {erasure}, and it is gone or another"


def _entries() -> Any:
    return AuditEntry.objects.filter(act=ACT).values_list("customer_id", "facts").iterator(READ_AT_ONCE)


def _told(facts: Any) -> tuple[Any, ...]:
    try:
        said = json.loads(facts)
        return said["erasure"], said["digest"]
    except (KeyError, TypeError, ValueError):
        return "?", ""
