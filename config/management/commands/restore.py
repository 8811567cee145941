"""Put a backup back, or only try whether it could be."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backups.container import BadBackup
from config.backups.restoring import restore
from config.backups.sealing import BadPassphrase
from config.backups.taking import books_of_settings, take_backup
from config.backups.words import add_passphrase, folder_of_backups, passphrase_of


class Command(BaseCommand):
    help = "Restores a backup into empty books once it was verified and checked on the side; a damaged one is refused."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--drill", action="store_true", help="verify and check it on the side, and change nothing")
        parser.add_argument("--replace", action="store_true", help="back up the books that are here, and replace them")
        add_passphrase(parser, "open it with the first line of this file")

    def handle(self, *args: Any, **options: Any) -> None:
        passphrase = passphrase_of(options["passphrase_file"])
        drill, replace = options["drill"], options["replace"]
        try:
            if replace and not drill and not books_of_settings().is_empty():
                path, _ = take_backup(folder_of_backups(), timezone.now(), passphrase, "before-restoring")
                self.stdout.write(f"What was here is kept in {path}.")
            restore(options["file"], passphrase, self.stdout.write, drill=drill, replace=replace)
        except (BadBackup, BadPassphrase) as fault:
            raise CommandError(f"{fault} Nothing was changed.") from None
        self.stdout.write("Drill: nothing was changed." if drill else "Restored. Now run: manage.py migrate")
