"""Django's migrate, for books that are in use: it waits for others shortly, tries again, and runs once at a time."""

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from config.migrating import PAUSE, WholeExecutor, count_done, is_in_use, one_at_a_time, short_waits, who_holds

vars(migrate)["MigrationExecutor"] = WholeExecutor  # Django offers no other way to name one


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--patience", type=float, default=120, metavar="SECONDS", help="how long a table may be in use by others"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        with one_at_a_time(connection, self.stdout.write):
            refused_at, done = time.monotonic(), -1
            while not self._went_through(connection, *args, **options):
                if (now_done := count_done(connection)) != done:
                    refused_at, done = time.monotonic(), now_done  # another one waits now, and has time of its own
                if time.monotonic() - refused_at > options["patience"]:
                    raise CommandError(
                        f"Others hold what a migration needs.{who_holds(connection)} That migration was not begun,"
                        " those before it are done. Run migrate again when they have ended."
                    )
                self.stdout.write("Others hold what a migration needs; trying again.")
                time.sleep(PAUSE)

    def _went_through(self, connection: Any, *args: Any, **options: Any) -> bool:
        """Whether it did; not, when it met others and was rolled back."""
        try:
            with short_waits(connection):
                super().handle(*args, **options)
        except OperationalError as error:
            if not is_in_use(error):
                raise
            return False
        return True
