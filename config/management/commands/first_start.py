"""What empty books need before anybody can open them: their currency, and somebody who may sign in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions, tokens
from accounts.management.links import add_site, check_site, link
from accounts.models import Customer, Lender, User


class Command(BaseCommand):
    help = (
        "While there is no customer, takes CURRENCY for the books; where there is nobody of the staff, adds the owner"
        " with all rights and prints the one-time link with which a password is chosen. Otherwise it does nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="print a new link for an owner who never used theirs")
        add_site(parser)

    def handle(self, *args: Any, again: bool, site: str, **options: Any) -> None:
        site = check_site(site)
        self.take_currency()
        if user := actions.add_first_manager():
            return self.tell(user, site)
        staff = User.objects.filter(is_staff=True, is_active=True)
        if staff.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists():
            if again:
                raise CommandError("Somebody of the staff has a password already. Sign in, or reset it.")
            return None
        owner = staff.filter(is_superuser=True).order_by("pk").first()
        if again and owner:
            return self.tell(owner, site)
        self.stdout.write("The owner has not chosen a password yet. For a new link: manage.py first_start --again")
        return None

    def take_currency(self) -> None:
        lender = Lender.load()
        if lender.currency != settings.CURRENCY and not Customer.objects.exists():
            lender.currency = settings.CURRENCY
            actions.update_lender(lender, ["currency"])
            self.stdout.write(f"The books are empty, and from now on kept in {settings.CURRENCY}.")

    def tell(self, user: User, site: str) -> None:
        self.stdout.write(f"\nOpen this link to choose your password; it works once, within {tokens.DAYS} days:\n")
        self.stdout.write(
            f"  {link(user, site)}\n\nThen you sign in at {site}/manager/login/ as staff {user.manager_id}.\n"
        )
