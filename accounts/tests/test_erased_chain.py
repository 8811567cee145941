"""The chain holds without the facts that an erasure took; facts that anybody else took are missed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from accounts.audit import Entry, record
from accounts.audit_proof import trail_breaks
from accounts.erasing import is_plain
from accounts.models import AuditEntry, Customer, ErasedEntry, Erasure
from accounts.seals import set_seal
from ledger.actions.erasing import erase_customer

pytestmark = [pytest.mark.django_db, pytest.mark.every_case("postgresql")]
ENTRIES: Any = models.QuerySet(AuditEntry)  # their own manager never changes one
NAMED: Any = models.QuerySet(ErasedEntry)
ERASURES: Any = models.QuerySet(Erasure)


@pytest.fixture
def erased(asha: Customer, bo: Customer) -> Customer:
    """Entries 1 and 3 lost their facts, 2 told nothing personal, 4 is of the erasing; bo has one entry."""
    told = ({"name": "Asha Rao"}, {"payment": 5, "amount": "9.00"}, {"note": "calls at night"})
    for facts in told:
        record([Entry(101, "update_customer", facts)])
    record([Entry(102, "update_customer", {"name": "Bo Lind"})])
    set_seal()
    erase_customer(asha, "m1")
    return asha


def facts_of(customer: int) -> list[str]:
    return list(AuditEntry.objects.filter(customer=customer).order_by("number").values_list("facts", flat=True))


def test_personal_facts_are_gone_the_rest_stands_and_the_chain_holds(erased: Customer) -> None:
    first, second, third, last = facts_of(101)
    assert (first, third) == ("", "")
    assert json.loads(second) == {"payment": 5, "amount": "9.00"}
    assert json.loads(last)["blanked"] == 2
    assert list(trail_breaks()) == []


LOST = "customer 102, entry 1: lost its facts, and no erasure names it"
CHANGED = "customer 101, entry 1: was changed since it was written"
WAYS: list[tuple[str, Callable[[], object], str]] = [
    ("another's facts", lambda: ENTRIES.filter(customer=102).update(facts=""), LOST),
    ("who did it", lambda: ENTRIES.filter(customer=101, number=1).update(by="m9"), CHANGED),
    ("what was done", lambda: ENTRIES.filter(customer=101, number=1).update(act="let_in"), CHANGED),
    ("its hash", lambda: ENTRIES.filter(customer=101, number=1).update(hash="0" * 64), CHANGED),
    ("other facts", lambda: ENTRIES.filter(customer=101, number=1).update(facts="{}"), CHANGED),
    (
        "an entry more",
        lambda: ENTRIES.filter(customer=101, number=2).update(facts=""),
        "customer 101, entry 2: lost its",
    ),
    ("a name less", lambda: NAMED.filter(number=1)._raw_delete("default"), "customer 101, entry 1: lost its facts"),
    ("no wish any more", lambda: ERASURES.update(state="withdrawn"), "is named by an erasure that was never done"),
    ("no erasure any more", lambda: _forget(), "tells of erasure"),
]


def _forget() -> None:
    NAMED._raw_delete("default")
    ERASURES._raw_delete("default")


@pytest.mark.parametrize(("act", "line"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_whoever_takes_facts_without_an_erasure_is_found_out(
    erased: Customer, act: Callable[[], object], line: str
) -> None:
    act()
    assert any(line in found for found in trail_breaks()), list(trail_breaks())


def test_a_forged_name_for_facts_that_were_taken_is_found_out(erased: Customer) -> None:
    """Whoever can write to every table still has to make the chain tell of it."""
    entry = AuditEntry.objects.get(customer=101, number=2)
    ENTRIES.filter(pk=entry.pk).update(facts="")
    from_the_program = ErasedEntry.objects.get(customer=101, number=1)
    ErasedEntry.objects.create(customer=erased, erasure=from_the_program.erasure, number=2, hash="0" * 64)
    assert any("entry 2: was changed" in line for line in trail_breaks())
    assert any("no entry of the chain tells of erasure" in line for line in trail_breaks())


def test_a_fact_that_nobody_vouched_for_goes() -> None:
    plain = frozenset({"amount", "due"})
    assert is_plain('{"amount":"1.00","amount_was":"2.00","due":4}', plain)
    assert not is_plain('{"amount":"1.00","nickname":"Zed"}', plain)
