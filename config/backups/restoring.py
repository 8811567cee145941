"""Put a backup back: unpacked, held against its manifest, tried out on the side, and only then put in place."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from config.backups import erased
from config.backups.container import BadBackup, Manifest, read_backup
from config.backups.elsewhere import manage_on
from config.backups.facts import differences
from config.backups.taking import Books, books_of_settings, take_backup
from config.backups.words import folder_of_backups

Say = Callable[[str], None]


class Replaced(Exception):
    """The books were replaced, and are not as they should be."""


def restore(path: Path, passphrase: str, say: Say, *, drill: bool, keep_in: Path | None) -> Manifest:
    """Books that are here are kept in a folder, or refused without one. A drill writes to a scratch database alone.

    Raises BadBackup, with the books as they were, or Replaced.
    """
    with tempfile.TemporaryDirectory(prefix="duebook-restore-") as place:
        database = Path(place) / "database"
        manifest = read_backup(path, database, passphrase)
        say(f"{path.name} of {manifest['taken_at'][:16]} is whole: {told(manifest)}.")
        books = books_of_settings()
        _refuse_foreign(manifest, books)
        gone = _gone(path.parent, books)
        if not drill and not keep_in:
            _refuse_full(books)
        _try_out(manifest, books, database, say)
        aside = {"BACKUP_DIR": place} if drill else {}  # the list that is there is not added to
        ready, facts = _erase_again(gone, books, database, say, **aside) if gone else (database, manifest)
        if not drill:
            if not keep_in:
                _refuse_full(books)
            elif not books.is_empty():
                _keep(books, keep_in, passphrase, say)
                if _gone(path.parent, books) - gone:
                    raise BadBackup("Somebody was erased meanwhile. Stop Duebook, then try again.")
            books.put(ready)
            try:
                _hold_against(facts, books)
            except BadBackup as fault:
                raise Replaced(f"{fault} Restore again, with Duebook stopped.") from None
    return manifest


def _gone(folder: Path, books: Books) -> set[erased.Gone]:
    """Who was erased, as the lists beside the backups and the books that are here say."""
    try:
        listed = erased.read(folder / erased.FILE) | erased.read(folder_of_backups() / erased.FILE)
    except (OSError, ValueError) as fault:
        raise BadBackup(str(fault)) from None
    return listed | (set() if books.is_empty() else {(number, since) for number, since in books.facts()["erased"]})


def _erase_again(
    gone: set[erased.Gone], books: Books, database: Path, say: Say, **environment: str
) -> tuple[Path, Manifest]:
    """Whoever of them is in the backup is erased on the side, before anybody can sign in: the database to put in
    place, of this version then, and what it holds. What it was, where nobody is."""
    work = database.parent
    listed, copy, ready = work / "listed", work / "copy", work / "ready"
    listed.write_bytes(b"".join(map(erased.line_of, sorted(gone))))
    shutil.copyfile(database, copy)
    with books.scratch(copy) as scratch:
        before = scratch.facts()
        manage_on(scratch.url, "migrate", "--noinput", "--verbosity", "0")
        said = manage_on(scratch.url, "erase_again", str(listed), **environment)
        if not said.strip():
            return database, before
        manage_on(scratch.url, "check_books")
        for line in said.splitlines():
            say(line)
        return ready, scratch.take(ready)


def _refuse_full(books: Books) -> None:
    if not books.is_empty():
        raise BadBackup("There are books here already. Back them up, then restore with --replace.")


def _keep(books: Books, folder: Path, passphrase: str, say: Say) -> None:
    """Last of all, so that what is acknowledged during the checks is kept, too."""
    path, before = take_backup(folder, timezone.now(), passphrase, "before-restoring")
    say(f"What was here is kept in {path}.")
    if differences(before, books.facts()):
        raise BadBackup("Somebody wrote to the books after they were kept. Stop Duebook, then try again.")


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
