"""Prove the books in SQL and name each difference."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.proof import differences


class Command(BaseCommand):
    help = "Prints nothing and exits 0 when the books balance; else a line for each difference, exit 1."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for line in differences():
            found += 1
            self.stdout.write(line)
        if found:
            raise CommandError(f"{found} differences: the books do not balance")
