"""The way back for somebody who lost the phone and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from accounts.models import User


class Command(BaseCommand):
    help = "Take away a person's second factor and end their sessions, so that the password alone lets them in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="m1 for staff number 1, c101 for customer 101, or an operator's username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no sign-in {username}. Write m1 for staff number 1, c101 for customer 101.")
        taken = actions.reset_second_factor(user)
        if not taken:
            self.stdout.write(f"{username} ({user.get_full_name()}) had no second factor. Their sessions are ended.")
            return
        self.stdout.write(
            f"Taken from {username} ({user.get_full_name()}): {', '.join(taken)}. Their sessions are ended."
        )
