"""Take a backup of the books of the settings, read it back before it counts, and clear away older ones."""

import datetime
import re
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.backups import erased
from config.backups.container import BadBackup, Manifest, described, read_backup, write_backup
from config.backups.postgresql import PostgreSQL
from config.backups.sqlite import SQLite

ENDING = ".backup"
WORKING = "duebook-taking-"
LEFT = 6 * 3600  # seconds after which nobody works on it any more
Books = SQLite | PostgreSQL


class Unlisted(BadBackup):
    """The backup is whole; the list of who was erased, beside it, could not be added to."""


def books_of_settings() -> Books:
    return PostgreSQL.of_settings() if connection.vendor == "postgresql" else SQLite.of_settings()


def take_backup(folder: Path, now: datetime.datetime, passphrase: str = "", label: str = "") -> tuple[Path, Manifest]:
    """Raises BadBackup, with no file left behind, or Unlisted, with the backup."""
    books = books_of_settings()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(folder)
        name = "-".join(filter(None, ["duebook", f"{now:%Y%m%d-%H%M%S}", label, secrets.token_hex(2)]))
        with tempfile.TemporaryDirectory(prefix=WORKING) as place:  # ours alone: it is not sealed yet
            taken = Path(place) / "database"
            manifest = _manifest(books, books.take(taken), now)
            if not manifest["rows"].get("accounts_customer", 0) and not manifest["migrations"]:
                raise BadBackup("There are no books here yet to back up.")
            manifest["database"] = described(taken)
            path = folder / f"{name}{ENDING}"
            write_backup(path, manifest, taken, passphrase)
            _read_back(path, Path(place) / "again", passphrase)
    except OSError as error:
        raise BadBackup(f"No backup can be written to {folder}: {error.strerror or error}.") from None
    try:
        erased.remember(folder, map(tuple, manifest["erased"]))
    except (OSError, ValueError) as fault:
        raise Unlisted(f"{path} is whole, but who was erased is not listed beside it: {fault}") from None
    return path, manifest


def _clear_leftovers(folder: Path) -> None:
    """What runs that were killed left behind: unsealed copies, once beside the backups, and files without their end."""
    left = [*folder.glob(".taking-*"), *folder.glob(f"duebook-*{ENDING}.part")]
    for path in [*left, *Path(tempfile.gettempdir()).glob(f"{WORKING}*")]:
        with suppress(OSError):  # it is gone, or somebody else's
            if time.time() - path.lstat().st_mtime > LEFT:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _manifest(books: Books, found: dict[str, Any], now: datetime.datetime) -> Manifest:
    about = {"vendor": books.vendor, "version": books.version(), "taken_at": now.isoformat()}
    return {**about, "currency": settings.CURRENCY, **found}


def _read_back(path: Path, to: Path, passphrase: str) -> None:
    try:
        read_backup(path, to, passphrase)
    except BadBackup:
        path.unlink()
        raise


def clear_away(folder: Path, keep: int, label: str = "") -> list[Path]:
    """Delete all but the newest `keep` backups of this label; their names tell their age."""
    pattern = re.compile(
        rf"duebook-[0-9]{{8}}-[0-9]{{6}}-{f'{label}-' if label else ''}[0-9a-f]{{4}}{re.escape(ENDING)}"
    )
    mine = sorted(path for path in folder.iterdir() if pattern.fullmatch(path.name))
    gone = mine[: max(len(mine) - keep, 0)]
    for path in gone:
        path.unlink()
    return gone


def waits_to_migrate() -> bool:
    """Whether books with customers in them, in SQLite, lack a migration of this version."""
    if connection.vendor != "sqlite":
        return False
    executor = MigrationExecutor(connection)
    tables = connection.introspection.table_names()
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()) or "accounts_customer" not in tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_customer LIMIT 1")
        return cursor.fetchone() is not None
