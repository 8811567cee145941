"""Erase a customer from the command line; or again, those of a list, after an older backup was put back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import COMMAND, acting, os_user
from accounts.models import Customer
from accounts.transactions import Refused
from ledger.actions.erasing import erase_customer


class Command(BaseCommand):
    help = "Takes everything personal of one customer out of the books; amounts stay under the number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["customer"]
        customer = Customer.objects.filter(pk=number).first()
        if customer is None:
            raise CommandError(f"There is no customer {number}.")
        by = os_user() or "the command line"
        try:
            with acting(by, COMMAND):
                erase_customer(customer, by, at_the_machine=True)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"Customer {number} is erased. Backups taken until now still hold the data: let them go.")
