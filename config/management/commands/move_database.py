"""Move the books to another database: from SQLite to PostgreSQL, or back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from config.backups.container import BadBackup
from config.transfer.copying import CannotMove
from config.transfer.moving import move_database


class Command(BaseCommand):
    help = "Copies every table to an empty database and compares both sides; a move that was cut off goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, metavar="URL", help="as DATABASE_URL is written")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            move_database(options["to"], self.stdout.write)
        except (CannotMove, BadBackup) as fault:
            raise CommandError(str(fault)) from None
        except Error as error:
            raise CommandError(f"The database refuses: {' '.join(str(error).split())} Run it again to go on.") from None
        self.stdout.write("Done: rows, sums and chains are the same on both sides. Set DATABASE_URL to the new one.")
