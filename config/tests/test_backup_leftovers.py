"""The books lie nowhere unsealed where backups go, and what a killed run left behind is cleared away."""

import os
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.backups import erased, taking
from config.backups.sqlite import SQLite
from config.backups.taking import LEFT, take_backup

pytestmark = pytest.mark.once


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for what is temporary; the books are a file with one customer."""
    with closing(sqlite3.connect(tmp_path / "books")) as made, made:
        made.execute("CREATE TABLE accounts_customer (id INTEGER PRIMARY KEY)")
        made.execute("INSERT INTO accounts_customer VALUES (101)")
    monkeypatch.setattr(taking, "books_of_settings", lambda: SQLite(tmp_path / "books"))
    (folder := tmp_path / "local").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_unsealed_copy_lies_in_a_private_folder_of_this_machine(
    local: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def watched(path: Path, manifest: Any, database: Path, passphrase: str) -> None:
        seen.append((database.parent.parent, database.parent.stat().st_mode & 0o777, list(path.parent.iterdir())))
        honest(path, manifest, database, passphrase)

    honest = taking.write_backup
    monkeypatch.setattr(taking, "write_backup", watched)
    path, _ = take_backup(local.parent / "kept", timezone.now(), "eleven quiet rivers")
    assert seen == [(local, 0o700, [])]
    assert list(path.parent.iterdir()) == [path]
    assert list(local.iterdir()) == []


def left_behind(folder: Path, local: Path, mark: str) -> list[Path]:
    for copy in (folder / f".taking-{mark}", local / f"duebook-taking-{mark}"):
        copy.mkdir(parents=True)
        (copy / "database").touch()
    (part := folder / f"duebook-20260101-023000-{mark}.backup.part").touch()
    return [folder / f".taking-{mark}", local / f"duebook-taking-{mark}", part]


def test_what_a_killed_run_left_is_deleted_and_what_another_works_on_is_not(local: Path) -> None:
    kept = local.parent / "kept"
    old, young = left_behind(kept, local, "00aa"), left_behind(kept, local, "00bb")
    (foreign := kept / "notes.part").touch()
    for path in [*old, foreign]:
        os.utime(path, (0, time.time() - LEFT - 60))
    take_backup(kept, timezone.now())
    assert [path.exists() for path in old] == [False] * 3
    assert [path.exists() for path in [*young, foreign]] == [True] * 4


def test_old_backups_go_though_who_was_erased_cannot_be_listed(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, _ = take_backup(kept := local.parent / "kept", timezone.now() - timedelta(days=1))

    def full(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erased, "remember", full)
    with pytest.raises(CommandError, match="is whole, but who was erased is not listed beside it"):
        call_command("backup", to=kept, keep=1)
    assert (old.exists(), len(list(kept.iterdir()))) == (False, 1)
