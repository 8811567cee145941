"""The database itself refuses wrong books from any program; each refusal stands beside a legal neighbour."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from ledger.tests.attacks import BOOKS, CHECKS, REALS, UNIQUE, WRONG_ON_BOTH

pytestmark = pytest.mark.every_case("postgresql")


@pytest.fixture
def books(db) -> None:
    for statement in BOOKS:
        run(statement)


def run(statements: str) -> None:
    """In a savepoint, so that a refusal on PostgreSQL leaves the test's transaction alive."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements.split("; "):
            cursor.execute(statement)


@pytest.fixture
def plain() -> Iterator[sqlite3.Connection]:
    """The product's tables in a connection that Django knows nothing of: no functions, no settings of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%'")
        tables = [row[0] for row in cursor.fetchall()]
    with closing(sqlite3.connect(":memory:")) as other:
        for statement in sorted(tables, key=lambda sql: not sql.startswith("CREATE TABLE")) + BOOKS:
            other.execute(statement)
        yield other


def named_by(error: Exception, constraint: str) -> bool:
    """SQLite names a broken CHECK, but of a broken unique rule only the columns."""
    return constraint in str(error) or "UNIQUE constraint failed" in str(error)


@pytest.mark.parametrize("attack", WRONG_ON_BOTH)
def test_the_database_refuses_to(attack, books):
    wrong, _, constraint = WRONG_ON_BOTH[attack]
    with pytest.raises((IntegrityError, DataError)) as refusal:
        run(wrong)
    assert named_by(refusal.value, constraint)


@pytest.mark.parametrize("attack", WRONG_ON_BOTH)
def test_the_legal_neighbour_passes_of(attack, books):
    run(WRONG_ON_BOTH[attack][1])


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("attack", WRONG_ON_BOTH)
def test_a_program_without_django_cannot(attack, db, plain):
    wrong, _, constraint = WRONG_ON_BOTH[attack]
    with pytest.raises(sqlite3.IntegrityError) as refusal:
        run_plain(plain, wrong)
    assert named_by(refusal.value, constraint)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("attack", WRONG_ON_BOTH)
def test_a_program_without_django_may_do_the_legal_neighbour_of(attack, db, plain):
    run_plain(plain, WRONG_ON_BOTH[attack][1])


def run_plain(plain: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split("; "):
        plain.execute(statement)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("column", REALS)
def test_sqlite_refuses_part_of_a_cent_in(column, books, plain):
    with pytest.raises(IntegrityError, match="typeof"):
        run(REALS[column])
    with pytest.raises(sqlite3.IntegrityError, match="typeof"):
        plain.execute(REALS[column])
    run(REALS[column].replace("12.5", "12.0"))
    assert_whole(column)


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("column", REALS)
def test_postgresql_keeps_whole_cents_in(column, books):
    run(REALS[column])
    assert_whole(column)


def assert_whole(column: str) -> None:
    table, name = column.split(".")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM ledger_{table} WHERE customer_id = 101 AND id = 1")  # noqa: S608
        assert type(cursor.fetchone()[0]) is int


@pytest.mark.parametrize("attack", CHECKS)
def test_the_same_attack_succeeds_when_the_checks_are_off(attack, books, without_checks):
    """The negative control: the refusals above come from the constraints and from nothing else."""
    run(CHECKS[attack][0])


@pytest.fixture
def without_checks(books) -> Iterator[None]:
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
        yield
        run("PRAGMA ignore_check_constraints = OFF")
        return
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("; ".join(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in checks()))
    yield


def checks() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c'")
        return [row for row in cursor.fetchall() if row[0].startswith("ledger_")]


TABLE_RULE = "reverse a payment twice"  # no condition, so it is part of the table, which SQLite cannot alter
INDEX_RULES = [attack for attack in UNIQUE if attack != TABLE_RULE]


@pytest.mark.parametrize("attack", INDEX_RULES)
def test_the_same_twin_enters_without_the_index(attack, books):
    run(f"DROP INDEX {UNIQUE[attack][2]}")
    run(UNIQUE[attack][0])


@pytest.mark.only_on("postgresql")
def test_a_second_reversal_enters_without_its_rule(books):
    wrong, _, constraint = UNIQUE[TABLE_RULE]
    run(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE ledger_payment DROP CONSTRAINT {constraint}")
    run(wrong)
