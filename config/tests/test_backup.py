"""A backup of books in use holds all that was acknowledged, comes back whole, and is refused when a byte is wrong."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from config.backups import postgresql
from config.backups.container import BadBackup, read_backup
from config.backups.sealing import BadPassphrase
from config.tests.databases import BINARIES, drop, new_database
from config.tests.saving import ask, backup, keys_in, open_shop, paying, payments_in, restore, shell
from ledger.tests.racing import finish, run, start

pytestmark = pytest.mark.crash
BACKUPS = int(os.environ.get("BACKUPS", "2"))
WORD = "eleven quiet rivers"


@pytest.fixture(scope="module")
def stocked(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Books with a customer, dues and three payments, that the tests copy."""
    url = new_database(tmp_path_factory.mktemp("shop"), "shop", like=migrated)
    open_shop(url)
    yield url
    drop(url)


@pytest.fixture
def shop(stocked: str, tmp_path: Path) -> Iterator[str]:
    url = new_database(tmp_path, "shop", like=stocked)
    yield url
    drop(url)


def take_under_load(url: str, folder: Path, count: int) -> list[tuple[Path, set[str]]]:
    """Backups, each with what was acknowledged before it began."""
    taken = []
    with paying(url) as told:
        while len(told) < 20:
            time.sleep(0.05)
        for _ in range(count):
            known = set(told)
            taken.append((backup(url, folder), known))
        assert len(told) > len(known), "nobody paid while the last backup was taken"
    return taken


def lost(taken: list[tuple[Path, set[str]]], empty: Callable[[], str]) -> list[str]:
    """What was acknowledged before a backup and is not in it; each must restore."""
    faults = []
    for path, known in taken:
        code, said = restore(url := empty(), path)
        assert code == 0, said
        assert "check_books finds nothing" in said
        faults += sorted(known - keys_in(url))
    return faults


def test_backups_under_load_restore_and_hold_every_payment_acknowledged_before(shop, empty, tmp_path):
    """By hand: BACKUPS=20."""
    taken = take_under_load(shop, tmp_path / "kept", BACKUPS)
    assert lost(taken, empty) == []
    taken[0][1].add("load-never")
    assert lost(taken[:1], empty) == ["load-never"], "the control: a payment that is missing is noticed"


def test_books_are_replaced_only_when_asked_and_what_was_there_is_kept(shop, tmp_path):
    path, held = backup(shop, tmp_path), {"BACKUP_DIR": str(tmp_path / "held")}
    run(shop, *shell("from ledger.tests import racers; racers.pay(101, 2)"))
    code, said = restore(shop, path)
    assert (code, "There are books here already" in said) == (1, True)
    code, said = restore(shop, path, "--drill", **held)
    assert (code, "Drill: nothing was changed." in said) == (0, True)
    assert payments_in(shop) == 5
    code, said = restore(shop, path, "--replace", **held)
    assert code == 0, said
    assert payments_in(shop) == 3
    kept = next((tmp_path / "held").iterdir())
    assert read_backup(kept, tmp_path / "database")["rows"]["ledger_payment"] == 5


def test_books_that_do_not_balance_are_not_restored(shop, empty, tmp_path):
    """Nor is anything left of them; the control is every other test here."""
    ask(shop, "UPDATE ledger_due SET paid = paid - 1 WHERE paid > 0")
    code, said = restore(url := empty(), backup(shop, tmp_path))
    assert (code, "check_books fails on the restored books" in said) == (1, True)
    with pytest.raises((sqlite3.Error, psycopg.Error), match=r"no such table|does not exist"):
        keys_in(url)


def test_a_backup_of_a_newer_duebook_or_another_currency_is_refused(shop, empty, tmp_path):
    path = backup(shop, tmp_path)
    code, said = restore(empty(), path, CURRENCY="KES")
    assert (code, "kept in USD, and CURRENCY is KES" in said) == (1, True)
    columns = "INSERT INTO django_migrations (app, name, applied) VALUES"
    ask(shop, f"{columns} ('ledger', '9999_later', '2030-01-01')")
    code, said = restore(empty(), backup(shop, tmp_path))
    assert (code, "a newer Duebook, which has ledger.9999_later" in said) == (1, True)


def test_sealed_with_a_passphrase_it_opens_with_that_one_alone(shop, empty, tmp_path):
    path = backup(shop, tmp_path, BACKUP_PASSPHRASE=WORD)
    assert b"Customer 101" not in path.read_bytes()
    assert b"ledger_due" not in path.read_bytes()
    for word, reason in (("", "is sealed with a passphrase"), ("twelve quiet rivers", "does not fit")):
        with pytest.raises((BadBackup, BadPassphrase), match=reason):
            read_backup(path, tmp_path / "database", word)
    (tmp_path / "word").write_text(f"{WORD}\nnot this\n")
    code, said = restore(url := empty(), path, "--passphrase-file", str(tmp_path / "word"))
    assert code == 0, said
    assert keys_in(url) == keys_in(shop)


@pytest.mark.only_on("postgresql")
def test_without_postgresqls_programs_a_sentence_says_what_to_install(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "USUAL", tmp_path)
    code, said = finish(start(shop, "manage.py", "backup", "--to", tmp_path, PATH=str(tmp_path), PG_BIN=""))
    assert code == 1
    assert "postgresql-client-" in said
    assert list(tmp_path.glob("*.backup")) == []
    assert BINARIES.exists()


def test_keep_deletes_only_once_the_new_one_is_written(shop, tmp_path):
    first = backup(shop, tmp_path)
    time.sleep(1)
    second = backup(shop, tmp_path, "--keep", "1")
    assert [path.name for path in tmp_path.glob("*.backup")] == [second.name]
    assert first != second
    assert second.stat().st_mode & 0o777 == 0o600


@pytest.mark.only_on("sqlite")
def test_a_copy_of_the_file_would_not_have_done(shop, tmp_path):
    """The negative control of taking a backup at all: what is in the journal is not in the file."""
    path = shop.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as held:
        held.execute("SELECT COUNT(*) FROM ledger_payment").fetchone()
        before = held.execute("SELECT COUNT(*) FROM ledger_payment").fetchone()[0]
        run(shop, *shell("from ledger.tests import racers; racers.pay(101, 2)"))
        shutil.copyfile(path, tmp_path / "copied")
        saved = backup(shop, tmp_path)
    with closing(sqlite3.connect(tmp_path / "copied")) as copied:
        assert copied.execute("SELECT COUNT(*) FROM ledger_payment").fetchone()[0] == before
    read_backup(saved, tmp_path / "database")
    with closing(sqlite3.connect(tmp_path / "database")) as whole:
        assert whole.execute("SELECT COUNT(*) FROM ledger_payment").fetchone()[0] == before + 2
