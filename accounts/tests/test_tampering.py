"""Whoever writes to the audit trail behind the program's back is found out, however he does it."""

import random
from collections.abc import Callable
from unittest import mock

import pytest
from django.db import connection

from accounts import audit_proof, chain
from accounts.audit_proof import trail_breaks
from accounts.models import AuditEntry, Seal, SealedHead
from accounts.tests import tampering
from accounts.tests.tampering import WAYS, cut_the_end, edit, make_hashes_anew, take_rules_off, without_rules

CASES = {"sqlite": 1_000, "postgresql": 200}
pytestmark = [pytest.mark.django_db, pytest.mark.every_case("postgresql")]


@pytest.fixture
def trail(db: None) -> None:
    tampering.write_trail(random.Random(7))
    if connection.vendor == "postgresql":
        take_rules_off()


def undetected(ways: list[Callable[[random.Random], None]], chance: random.Random) -> list[str]:
    """What was done and not noticed; and any alarm that stays when it is undone."""
    missed = []
    for case, way in enumerate(ways):
        with without_rules():
            way(chance)
            if not list(trail_breaks()):
                missed.append(f"case {case}: {getattr(way, '__name__', way)}")
        if case % 50 == 0:
            missed += list(trail_breaks())
    return missed


@pytest.mark.slow
def test_a_thousand_tamperings_are_all_found(trail: None) -> None:
    """Every way equally often, in an order and at places that a seed chooses."""
    cases = CASES[connection.vendor]
    names = list(WAYS)
    chosen = [names[case % len(names)] for case in range(cases)]
    chance = random.Random(2025)
    chance.shuffle(chosen)
    assert undetected([WAYS[name] for name in chosen], chance) == []


@pytest.mark.parametrize("name", WAYS)
def test_a_tampering_is_found(trail: None, name: str) -> None:
    assert undetected([WAYS[name]] * 2, random.Random(name)) == []


@pytest.mark.parametrize("seed", range(20))
def test_an_untouched_trail_raises_no_alarm(seed: int) -> None:
    tampering.write_trail(random.Random(seed))
    assert list(trail_breaks()) == []
    assert AuditEntry.objects.count() > 30
    assert (Seal.objects.count(), SealedHead.objects.filter(seal=3).exists()) == (3, True)


def test_without_the_hashes_an_edit_would_pass(trail: None) -> None:
    """The negative control: a check that believes every stored hash misses a change of the facts."""
    edits = [WAYS["edit facts of a customer's entry"]] * 5
    with mock.patch.object(chain, "hash_of", lambda link: link.hash):
        assert len(undetected(edits, random.Random(1))) == 5
    assert undetected(edits, random.Random(1)) == []


def test_without_the_seals_a_cut_end_would_pass(trail: None) -> None:
    """The negative control of the seals: the chain that is left is whole."""
    ways = [cut_the_end] * 5
    with (
        mock.patch.object(audit_proof, "cut_ends", list),
        mock.patch.object(audit_proof, "house_breaks", lambda seals: []),
    ):
        assert len(undetected(ways, random.Random(1))) == 5
    assert undetected(ways, random.Random(1)) == []


def test_a_break_is_named_by_customer_and_entry(trail: None) -> None:
    chance = random.Random(3)
    chain_of_102 = list(AuditEntry.objects.filter(customer=102).order_by("number"))
    with without_rules():
        edit(chance, AuditEntry, "facts", chain_of_102[1])
        assert list(trail_breaks()) == ["customer 102, entry 2: was changed since it was written"]
    with without_rules():
        tampering.drop(chain_of_102[1])
        assert next(trail_breaks()) == "customer 102, entry 3: entry 2 before it is gone"
    with without_rules():
        tampering.drop(*chain_of_102[1:4])
        assert next(trail_breaks()) == "customer 102, entry 5: entries 2 to 4 before it are gone"
    with without_rules():
        tampering.drop(*chain_of_102)
        assert all("customer 102" in line and line.endswith("is gone") for line in trail_breaks())
    with without_rules():
        edit(chance, AuditEntry, "facts", chain_of_102[0])
        make_hashes_anew(chain_of_102[0])
        assert all("is another than the one that seal" in line for line in trail_breaks())


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("value", ["'garbage'", "x'00ff'", "3.5", "''", "'2025-13-45 99:99:99'"])
@pytest.mark.parametrize("column", ["number", "at", "facts", "hash", "before"])
def test_what_no_program_would_write_is_named_and_stops_nothing(trail: None, column: str, value: str) -> None:
    """SQLite stores anything in any column."""
    with without_rules():
        sets = f'"{column}" = {value}'
        tampering.run(f"UPDATE accounts_auditentry SET {sets} WHERE customer_id = 103 AND number = 2")  # noqa: S608
        assert any(line.startswith("customer 103, entry") for line in trail_breaks())


@pytest.mark.only_on("sqlite")
def test_a_text_that_is_no_text_is_said_too(trail: None) -> None:
    with without_rules():
        tampering.run("UPDATE accounts_houseentry SET facts = CAST(x'ff00' AS TEXT) WHERE number = 2")
        assert [line.split(":")[0] for line in trail_breaks()] == ["the audit trail cannot be read on"]
