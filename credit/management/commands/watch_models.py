"""Count how the scoring does in use, and say what a manager should look at."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actor import os_user
from credit.actions.watching import watch_now
from credit.models import Watch


class Command(BaseCommand):
    help = "Counts approvals, defaults against what was foretold, and how customers moved. Exit code 1: look at it."

    def handle(self, *args: Any, **options: Any) -> None:
        watch = watch_now(Watch(asked_by=f"{os_user()} (command)"))
        watch.save()
        if watch.alarms:
            raise CommandError(" ".join(watch.alarms))
        self.stdout.write("Nothing is out of the ordinary.")
