"""Erase those of a list who are here again; restore does it before the books are put in place."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import COMMAND, acting, os_user
from accounts.models import Customer
from config.backups import erased
from ledger.actions.erasing import erase_again


class Command(BaseCommand):
    help = "Erases again who was erased once (the list erased.jsonl beside the backups); says whom, or nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("list", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        by = os_user() or "the command line"
        try:
            listed = sorted(erased.read(options["list"]))
        except (OSError, ValueError) as fault:
            raise CommandError(str(fault)) from None
        for number, since in listed:
            customer = Customer.objects.filter(pk=number).first()
            if customer is None or erased.told(customer) != (number, since):
                continue
            with acting(by, COMMAND):
                if erase_again(customer, by):
                    self.stdout.write(f"Customer {number} is erased again.")
