"""Back the books up, while they are in use."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backups.container import BadBackup
from config.backups.restoring import told
from config.backups.sealing import BadPassphrase
from config.backups.taking import Unlisted, clear_away, take_backup, waits_to_migrate
from config.backups.words import add_passphrase, folder_of_backups, passphrase_of

BEFORE = "before-migrating"


class Command(BaseCommand):
    help = "Writes one compressed file with a manifest, and reads it back before it counts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="the folder (default: BACKUP_DIR, else var/backups)")
        parser.add_argument("--keep", type=int, help="how many backups stay in the folder; older ones are deleted")
        parser.add_argument(
            "--before-migrating",
            action="store_true",
            help="only if a migration waits for books in SQLite",
        )
        add_passphrase(parser, "seal it with the first line of this file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep takes a number from 1 on.")
        label = BEFORE if options["before_migrating"] else ""
        if label and not waits_to_migrate():
            return
        folder = options["to"] or folder_of_backups()
        unlisted = ""
        try:
            path, manifest = take_backup(folder, timezone.now(), passphrase_of(options["passphrase_file"]), label)
            self.stdout.write(f"{path}: {told(manifest)}, {path.stat().st_size} bytes.")
        except Unlisted as fault:
            unlisted = str(fault)
        except (BadBackup, BadPassphrase) as fault:
            raise CommandError(str(fault)) from None
        for gone in clear_away(folder, options["keep"], label) if options["keep"] else []:
            self.stdout.write(f"Deleted {gone.name}.")
        if unlisted:
            raise CommandError(unlisted)
