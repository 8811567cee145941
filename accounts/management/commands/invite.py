"""Print a one-time link with which a customer chooses a password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions, tokens
from accounts.management.links import add_site, check_site, link
from accounts.models import LARGEST_NUMBER, Customer
from accounts.transactions import Refused


class Command(BaseCommand):
    help = "Print a one-time link with which a customer chooses a password and is signed in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer", type=int, help="the customer's number")
        parser.add_argument("--again", action="store_true", help="also for a customer who already has a password")
        add_site(parser)

    def handle(self, *args: Any, customer: int, again: bool, site: str, **options: Any) -> None:
        site = check_site(site)
        found = Customer.objects.filter(pk=customer).first() if 0 < customer <= LARGEST_NUMBER else None
        if found is None:
            raise CommandError(f"There is no customer {customer}.")
        try:
            user = actions.invite(found)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        if not user.is_active:
            raise CommandError(f"The sign-in of customer {found} is shut. Let it in again in the admin first.")
        if user.has_usable_password() and not again:
            raise CommandError(f"Customer {found} has a password. Add --again to let a new one be chosen.")
        self.stdout.write(link(user, site))
        self.stderr.write(f"For customer {found}. It works once, within {tokens.DAYS} days.")
