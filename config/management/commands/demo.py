"""Fill empty development books with the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import fill_demo, train_demo


class Command(BaseCommand):
    help = "Fills empty books with a demo lender, manager 1 and customers 101 to 140; does nothing to other books."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=["books", "model"], help="the books without a model, or a model of them")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("The demo has known passwords. Set DEBUG=1 on a machine of your own.")
        if options["only"] == "model":
            return train_demo()
        filled = fill_demo(with_model=options["only"] != "books")
        self.stdout.write("The demo books are open." if filled else "There are books here already; nothing was done.")
        return None
