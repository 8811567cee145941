"""A trail to tamper with, and the ways to do it: raw SQL by somebody who may write to every table."""

import datetime
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from django.db import connection, transaction

from accounts import audit
from accounts.actor import DOORS, acting
from accounts.chain import Link, hash_of
from accounts.models import AuditEntry, Customer, HouseEntry, Lender, Seal, SealedHead
from accounts.models.audit import Chained
from accounts.seals import set_seal

CUSTOMERS = range(101, 109)
ENTRIES, HOUSE, SEALS, HEADS = (model._meta.db_table for model in (AuditEntry, HouseEntry, Seal, SealedHead))
SAID = ("number", "at", "by", "door", "act", "facts", "before", "hash")
FIRST_DAY = datetime.date(2025, 1, 1)
DAYS = 3


def write_trail(chance: random.Random) -> None:
    """Three sealed days of everybody's entries, of the house's too, and a fourth day that is not sealed yet."""
    Lender.load()
    Customer.objects.bulk_create([Customer(id=number, name=f"Customer {number}") for number in CUSTOMERS])
    for day in range(DAYS + 1):
        for _ in range(chance.randint(2, 5)):
            with transaction.atomic(), acting(f"m{chance.randint(1, 3)}", chance.choice(DOORS)):
                audit.record_house("update_lender", {"name": str(chance.random())})
                audit.record([_entry(number, chance) for number in CUSTOMERS if day == 0 or chance.random() < 0.6])
        if day < DAYS:
            with mock.patch.object(Lender, "today", lambda self, day=day: FIRST_DAY + datetime.timedelta(day)):
                set_seal()


def _entry(customer: int, chance: random.Random) -> audit.Entry:
    facts = {"payment": chance.randint(1, 10**6), "amount": f"{chance.randint(1, 10**5) / 100:.2f}", "note": "naïve"}
    return audit.Entry(customer, chance.choice(["record_payment", "add_due", "change_due"]), facts)


def run(sql: str, *parameters: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


@contextmanager
def without_rules() -> Iterator[None]:
    """The tables' CHECKs do not stop this tamperer, and what he did is undone afterwards."""
    ignoring = "PRAGMA ignore_check_constraints = {}" if connection.vendor == "sqlite" else "SELECT 1"
    run(ignoring.format("ON"))
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        run(ignoring.format("OFF"))


def take_rules_off() -> None:
    """PostgreSQL's, for the rest of a test whose transaction is rolled back."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid::regclass::text = ANY(%s)",
            [[ENTRIES, HOUSE, SEALS, HEADS]],
        )
        rules = cursor.fetchall()
    for table, rule in rules:
        run(f"ALTER TABLE {table} DROP CONSTRAINT {rule}")


def other(value: Any, chance: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, datetime.datetime):
        return value + datetime.timedelta(
            seconds=chance.choice([-86400, -1, 1, 3600]), microseconds=chance.randint(0, 9)
        )
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(chance.choice([-400, -1, 30]) * 7 + 1)
    if isinstance(value, int):
        return value + chance.randint(1000, 2000)
    if not value:
        return "a" * 64
    place = chance.randrange(len(value))
    return (
        value[:place]
        + chance.choice([sign for sign in "0123456789abcdef" if sign != value[place]])
        + value[place + 1 :]
    )


def edit(chance: random.Random, model: Any, column: str, row: Any = None) -> None:
    row = row or chance.choice(list(model.objects.all()))
    value = other(getattr(row, column), chance)
    changed = run(f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE id = %s', value, row.pk)  # noqa: S608
    assert changed == 1


def chain_of(chance: random.Random, at_least: int = 1) -> list[Chained]:
    """One whole chain, a customer's or the house's, of so many sealed entries or more."""
    chains: list[list[Any]] = [list(HouseEntry.objects.order_by("number"))]
    chains += [list(AuditEntry.objects.filter(customer=number).order_by("number")) for number in CUSTOMERS]
    return chance.choice([chain for chain in chains if sealed_part(chain) >= at_least])


def sealed_part(chain: list[Chained]) -> int:
    """How many of its entries stand before a seal."""
    if isinstance(chain[0], HouseEntry):
        return max(Seal.objects.values_list("house_number", flat=True))
    return max(SealedHead.objects.filter(customer=chain[0].customer_id).values_list("number", flat=True))


def drop(*rows: Any) -> None:
    for row in rows:
        assert run(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk) == 1  # noqa: S608


def write_anew(row: Any, link: Link) -> None:
    sets = ", ".join(f'"{name}" = %s' for name in SAID)
    said = [getattr(link, name) for name in SAID]
    assert run(f"UPDATE {row._meta.db_table} SET {sets} WHERE id = %s", *said, row.pk) == 1  # noqa: S608


def insert(row: Any, link: Link) -> None:
    """A forged entry in the chain of the row."""
    said, columns = [getattr(link, name) for name in SAID], list(SAID)
    if isinstance(row, AuditEntry):
        said, columns = [*said, row.customer_id], [*columns, "customer_id"]
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join(["%s"] * len(columns))
    run(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", *said)  # noqa: S608


def delete_before_the_end(chance: random.Random) -> None:
    chain = chain_of(chance, 2)
    first = chance.randrange(len(chain) - 1)
    drop(*chain[first : chance.randint(first + 1, len(chain) - 1)])


def cut_the_end(chance: random.Random) -> None:
    """At least one sealed entry and all that came after it; sometimes the whole chain."""
    chain = chain_of(chance)
    drop(*chain[chance.randrange(sealed_part(chain)) :])


def swap(chance: random.Random) -> None:
    """Two entries of one chain change places, hashes and all or without them."""
    one, two = chance.sample(chain_of(chance, 2), 2)
    keep = ("number",) if chance.random() < 0.5 else ("number", "before", "hash")
    first, second = one.link(), two.link()
    write_anew(one, replace(second, **{name: getattr(first, name) for name in keep}))
    write_anew(two, replace(first, **{name: getattr(second, name) for name in keep}))


def swap_between_customers(chance: random.Random) -> None:
    """Two entries of the same number, each moved whole to the other customer's chain."""
    number = chance.randint(1, 3)
    one, two = chance.sample(list(AuditEntry.objects.filter(number=number)), 2)
    run(f"UPDATE {ENTRIES} SET customer_id = 999 WHERE id = %s", one.pk)  # noqa: S608
    run(f"UPDATE {ENTRIES} SET customer_id = %s WHERE id = %s", one.customer_id, two.pk)  # noqa: S608
    run(f"UPDATE {ENTRIES} SET customer_id = %s WHERE id = %s", two.customer_id, one.pk)  # noqa: S608


def insert_at_the_end(chance: random.Random) -> None:
    """A copy of an earlier entry under the next number, with its old hashes or with one of them mended."""
    chain = chain_of(chance)
    forged = replace(chance.choice(chain).link(), number=len(chain) + 1)
    insert(chain[0], forged if chance.random() < 0.5 else replace(forged, before=chain[-1].hash))


def insert_in_between(chance: random.Random) -> None:
    """What came after moves on by one; sometimes with every hash made anew, which only the seals tell."""
    chain = chain_of(chance, 2)
    place, mended = chance.randrange(sealed_part(chain)), chance.random() < 0.5
    for row in reversed(chain[place:]):
        run(f"UPDATE {row._meta.db_table} SET number = number + 1 WHERE id = %s", row.pk)  # noqa: S608
    insert(chain[0], replace(chain[place].link(), act="forged"))
    if mended:
        make_hashes_anew(chain[0])


def change_and_mend(chance: random.Random) -> None:
    """A sealed entry says something else, and every hash from there on is made anew."""
    chain = chain_of(chance)
    edit(chance, type(chain[0]), "facts", chain[chance.randrange(sealed_part(chain))])
    make_hashes_anew(chain[0])


def make_hashes_anew(row: Any) -> None:
    rows = type(row).objects.order_by("number")
    before = ""
    for each in rows.filter(customer=row.customer_id) if isinstance(row, AuditEntry) else rows:
        link = replace(each.link(), before=before)
        before = hash_of(link)
        write_anew(each, replace(link, hash=before))


def delete_a_head(chance: random.Random) -> None:
    drop(*chance.sample(list(SealedHead.objects.all()), chance.randint(1, 3)))


def delete_a_seal(chance: random.Random) -> None:
    """With all its heads, the newest too; or the seal alone, or all of them."""
    seals = list(Seal.objects.all())
    for seal in chance.choice([[chance.choice(seals)], seals, [seals[-1]]]):
        drop(*(SealedHead.objects.filter(seal=seal) if chance.random() < 0.7 else []), seal)


def insert_a_head(chance: random.Random) -> None:
    """One more end, of a real entry, in a seal that knew nothing of it."""
    entry = chance.choice(list(AuditEntry.objects.exclude(hash__in=SealedHead.objects.values("hash"))))
    seal = chance.randint(1, DAYS)
    run(
        f"INSERT INTO {HEADS} (customer_id, seal_id, number, hash) VALUES (%s, %s, %s, %s)",  # noqa: S608
        entry.customer_id, seal, entry.number, entry.hash,
    )  # fmt: skip


def swap_heads(chance: random.Random) -> None:
    """Two heads of different seals change seals."""
    one = chance.choice(list(SealedHead.objects.filter(seal=1)))
    two = chance.choice(list(SealedHead.objects.exclude(seal=1)))
    run(f"UPDATE {HEADS} SET seal_id = %s WHERE id = %s", two.seal_id, one.pk)  # noqa: S608
    run(f"UPDATE {HEADS} SET seal_id = %s WHERE id = %s", one.seal_id, two.pk)  # noqa: S608


def cut_the_end_and_its_seal(chance: random.Random) -> None:
    """The newest seal goes with all that it noted, and a customer's entries of that day with it."""
    newest = Seal.objects.get(pk=DAYS)
    chain = list(AuditEntry.objects.filter(customer=chance.choice(CUSTOMERS)).order_by("number"))
    drop(*SealedHead.objects.filter(seal=newest), newest, *chain[chance.randrange(len(chain)) :])


Way = Callable[[random.Random], None]


def editing(model: Any, column: str) -> Way:
    return lambda chance: edit(chance, model, column)


WAYS: dict[str, Way] = {
    **{f"edit {name} of a customer's entry": editing(AuditEntry, name) for name in ("customer_id", *SAID)},
    **{f"edit {name} of the house's entry": editing(HouseEntry, name) for name in SAID},
    **{
        f"edit {name} of a seal": editing(Seal, name)
        for name in ("id", "day", "at", "house_number", "house_hash", "before", "digest")
    },
    **{f"edit {name} of a head": editing(SealedHead, name) for name in ("seal_id", "customer_id", "number", "hash")},
}
WAYS |= {
    way.__name__.replace("_", " "): way
    for way in (
        delete_before_the_end, cut_the_end, swap, swap_between_customers, insert_at_the_end, insert_in_between,
        change_and_mend, delete_a_head, delete_a_seal, insert_a_head, swap_heads, cut_the_end_and_its_seal,
    )
}  # fmt: skip
