"""Make standings and tallies anew from the books, should check_books ever find them out of step."""

from typing import Any

from django.core.management.base import BaseCommand

from ledger import figures
from ledger.models import Standing, Tally


class Command(BaseCommand):
    help = "Make the portal's figures anew from the books."

    def handle(self, *args: Any, **options: Any) -> None:
        figures.rebuild()
        self.stdout.write(f"{Standing.objects.count()} customers owe; {Tally.objects.count()} figures by day.")
