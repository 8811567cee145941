"""Migrations of books in use: killed at any moment they leave the old schema or the new, and two at once are one."""

import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from config.tests.saving import ask, shell
from ledger.tests.racing import finish, run, start

pytestmark = pytest.mark.crash
STEPS = 4  # at which 0002_slow can be killed; at the last all is made and nothing is noted
SQLITE = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
POSTGRESQL = """
    SELECT 'column', table_name || '.' || column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 ORDER BY 1, 2"""
SOMEBODY = "INSERT INTO accounts_customer (id, name, email, phone, created_at) VALUES (1, '', '', '', '2026-01-01')"
INVALID = "SELECT 1 FROM pg_index WHERE NOT indisvalid"


def planting(call: str) -> tuple[str, ...]:
    return shell(f"from config.tests import planting; planting.{call}")


def schema(url: str) -> list[Any]:
    """All that the database is made of, and what it says was done to it."""
    noted = ask(url, "SELECT app, name FROM django_migrations ORDER BY app, name")
    return [*ask(url, SQLITE if url.startswith("sqlite") else POSTGRESQL), *noted]


def reach(url: str, step: int, call: str, seconds: float = 120) -> "subprocess.Popen[str]":
    """A migration that stands still at that step."""
    process = start(url, *planting(f"{call}('', {step}, {seconds})"))
    assert process.stdout is not None
    for _ in range(step):
        assert process.stdout.readline() == "step\n", process.communicate()
    return process


def killed_at(url: str, step: int, call: str = "migrate") -> None:
    process = reach(url, step, call)
    process.kill()
    process.communicate()


@pytest.fixture
def shelves(town: str) -> str:
    """Books with the first of the planted migrations, and rows in its table."""
    run(town, *planting("migrate('0001')"))
    ask(town, SOMEBODY)
    ask(town, "INSERT INTO planted_shelf (place, customer_id) VALUES (1, 1), (2, 1)")
    return town


def test_killed_at_any_moment_the_old_schema_is_left_and_the_next_run_finishes(shelves: str) -> None:
    """The last moment is that between the last statement and the note that it is done."""
    old = schema(shelves)
    for step in range(1, STEPS + 1):
        killed_at(shelves, step)
        assert schema(shelves) == old, step
    assert "503 5 migrations wait\n" in run(shelves, *planting("ready()"))
    run(shelves, *planting("migrate()"))
    assert len(schema(shelves)) > len(old)
    assert run(shelves, *planting("ready()")) == "200 ready\n"
    assert ask(shelves, "SELECT place FROM planted_shelf ORDER BY 1") == [(1,), (2,)]
    if connection.vendor == "postgresql":
        assert ask(shelves, INVALID) == []


def test_noted_afterwards_as_django_does_it_a_kill_leaves_what_no_run_can_finish(shelves: str) -> None:
    """The negative control: the new schema is there and nobody knows."""
    old = schema(shelves)
    killed_at(shelves, STEPS, "migrate_as_django_does")
    assert schema(shelves) != old
    code, said = finish(start(shelves, *planting("migrate()")))
    assert code == 1
    assert "already exists" in said or "duplicate column" in said


def both(url: str, call: str) -> list[tuple[int, str]]:
    """Two machines start at once: the second while the first is in the middle."""
    first = reach(url, 1, call, 4)
    second = start(url, *planting(f"{call}()"))
    return [finish(first), finish(second)]


def test_of_two_at_once_one_waits_and_both_end_well(shelves: str) -> None:
    ends = both(shelves, "migrate")
    assert [code for code, _ in ends] == [0, 0], ends
    assert "Another migrate is under way; waiting for it." in ends[1][1]
    assert ask(shelves, "SELECT COUNT(*) FROM django_migrations WHERE app = 'planted'") == [(6,)]


def test_without_taking_turns_one_of_two_fails(shelves: str) -> None:
    """The negative control."""
    ends = both(shelves, "migrate_without_turns")
    assert sorted(code for code, _ in ends) == [0, 1], ends


@pytest.mark.only_on("postgresql")
def test_a_table_that_is_in_use_is_waited_for_shortly_and_the_reason_is_told(shelves: str) -> None:
    with psycopg.connect(shelves) as other:
        other.execute("SELECT 1 FROM planted_shelf")
        code, said = finish(start(shelves, *planting("migrate('0002', patience=1)")))
        assert (code, "Others hold what a migration needs; trying again." in said) == (1, True), said
        assert "Others hold what a migration needs. The oldest transaction is that of process" in said
        assert "(idle in transaction)" in said
        other.rollback()
    run(shelves, *planting("migrate('0002')"))


@pytest.mark.only_on("postgresql")
def test_an_index_that_was_killed_half_built_is_built_again(shelves: str) -> None:
    """The older transaction keeps it from its end, as load does."""
    run(shelves, *planting("migrate('0002')"))
    with psycopg.connect(shelves) as other:
        other.execute("INSERT INTO planted_shelf (place, customer_id) VALUES (3, 1)")
        process = start(shelves, *planting("migrate()"))
        for _ in range(400):
            if ask(shelves, INVALID):
                break
            time.sleep(0.05)
        process.kill()
        process.communicate()
        other.commit()
    run(shelves, *planting("migrate()"))
    assert ask(shelves, INVALID) == []
    found = ask(shelves, "SELECT indexname FROM pg_indexes WHERE tablename = 'planted_shelf' ORDER BY 1")
    assert [name for (name,) in found if name.startswith("shelf")] == ["shelf_by_place", "shelf_has_its_place"]


@pytest.mark.only_on("sqlite")
def test_older_books_are_backed_up_before_they_migrate_and_that_backup_restores(town: str, tmp_path: Path) -> None:
    """The words of bin/serve, on books of an earlier version with somebody in them."""
    ask(town, SOMEBODY)
    run(town, "manage.py", "migrate", "credit", "0007", "--verbosity", "0")
    old = schema(town)
    said = run(town, "manage.py", "backup", "--before-migrating", "--keep", "5", "--to", tmp_path / "kept")
    assert "-before-migrating-" in said
    run(town, "manage.py", "migrate", "--noinput", "--verbosity", "0")
    assert schema(town) != old
    assert run(town, "manage.py", "backup", "--before-migrating", "--to", tmp_path / "kept") == ""
    again = f"sqlite:///{tmp_path / 'again'}"
    run(again, "manage.py", "restore", next((tmp_path / "kept").iterdir()))
    assert schema(again) == old
    assert ask(again, "SELECT id FROM accounts_customer") == [(1,)]
