"""Add a member of staff and print the one-time link for the first password."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions, roles, tokens
from accounts.management.links import add_site, check_site, link
from accounts.models import Manager


class Command(BaseCommand):
    help = "Add a member of staff and print the one-time link with which a password is chosen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--email", default="")
        parser.add_argument("--number", type=int, help="staff number (default: the next)")
        parser.add_argument("--role", choices=list(roles.ROLES), default=roles.MANAGER, help="what they may do")
        parser.add_argument("--all-rights", action="store_true", help="may also give roles and shut people out")
        add_site(parser)

    def handle(self, *args: Any, name: str, email: str, number: int | None, site: str, **options: Any) -> None:
        site = check_site(site)
        manager = Manager(name=name.strip(), email=email.strip().lower())
        manager.id = number  # type: ignore[assignment]  # none: the act gives the next
        try:
            manager.full_clean(exclude=["id"] if number is None else None)
            user = actions.add_manager(manager, role=options["role"], all_rights=options["all_rights"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(link(user, site))
        self.stderr.write(f"For staff number {manager}. It works once, within {tokens.DAYS} days.")
