"""Put a backup back, or only try whether it could be."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups.container import BadBackup
from config.backups.restoring import Replaced, restore
from config.backups.sealing import BadPassphrase
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
        drill, keep_in = options["drill"], folder_of_backups() if options["replace"] else None
        try:
            restore(options["file"], passphrase, self.stdout.write, drill=drill, keep_in=keep_in)
        except (BadBackup, BadPassphrase) as fault:
            raise CommandError(f"{fault} Nothing was changed.") from None
        except Replaced as fault:
            raise CommandError(f"The books were replaced. {fault}") from None
        self.stdout.write("Drill: nothing was changed." if drill else "Restored. Now run: manage.py migrate")
