"""Fill empty development books with the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo import fill_demo


class Command(BaseCommand):
    help = "Fills empty books with a demo lender, manager 1 and customers 101 to 140; does nothing to other books."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("The demo has known passwords. Set DEBUG=1 on a machine of your own.")
        filled = fill_demo()
        self.stdout.write("The demo books are open." if filled else "There are books here already; nothing was done.")
