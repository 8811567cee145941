"""Put a backup back: unpacked, held against its manifest, tried out on the side, and only then put in place."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.backups.container import BadBackup, Manifest, read_backup
from config.backups.elsewhere import manage_on
from config.backups.facts import differences
from config.backups.taking import Books, books_of_settings

Say = Callable[[str], None]


def restore(path: Path, passphrase: str, say: Say, *, drill: bool, replace: bool) -> Manifest:
    """With a drill nothing but a scratch database is written to. Raises BadBackup, with the books as they were."""
    with tempfile.TemporaryDirectory(prefix="duebook-restore-") as place:
        database = Path(place) / "database"
        manifest = read_backup(path, database, passphrase)
        say(f"{path.name} of {manifest['taken_at'][:16]} is whole: {told(manifest)}.")
        books = books_of_settings()
        _refuse_foreign(manifest, books)
        if not drill and not replace and not books.is_empty():
            raise BadBackup("There are books here already. Back them up, then restore with --replace.")
        _try_out(manifest, books, database, say)
        if not drill:
            books.put(database)
            _hold_against(manifest, books)
    return manifest


def told(manifest: Manifest) -> str:
    rows = manifest["rows"]
    nouns = {"customers": "accounts_customer", "dues": "ledger_due", "payments": "ledger_payment"}
    return ", ".join(f"{rows.get(table, 0)} {noun}" for noun, table in nouns.items())


def _refuse_foreign(manifest: Manifest, books: Books) -> None:
    if manifest["vendor"] != books.vendor:
        raise BadBackup(f"It is a backup of {manifest['version']}, and these books are {books.version()}.")
    if manifest["currency"] != settings.CURRENCY:
        raise BadBackup(f"Its books are kept in {manifest['currency']}, and CURRENCY is {settings.CURRENCY}.")
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    stood_for = {old for one in disk.values() for old in one.replaces}  # by a squashed one
    known = {f"{app}.{name}" for app, name in {*disk, *stood_for}}
    if unknown := sorted(set(manifest["migrations"]) - known):
        raise BadBackup(f"It comes from a newer Duebook, which has {unknown[0]}. Upgrade first.")


def _try_out(manifest: Manifest, books: Books, database: Path, say: Say) -> None:
    """On a copy, for it is brought to this version to be checked."""
    with tempfile.TemporaryDirectory(prefix="duebook-drill-") as place:
        copy = database
        if books.vendor == "sqlite":
            copy = Path(place) / "copy"
            shutil.copyfile(database, copy)
        with books.scratch(copy) as scratch:
            _hold_against(manifest, scratch)
            manage_on(scratch.url, "migrate", "--noinput", "--verbosity", "0")
            manage_on(scratch.url, "check_books")
    say("It restores, holds what its manifest says, and check_books finds nothing.")


def _hold_against(manifest: Manifest, books: Books) -> None:
    if lines := differences(manifest, books.facts()):
        raise BadBackup("The restored books are not those of the manifest: " + "; ".join(lines[:5]) + ".")
