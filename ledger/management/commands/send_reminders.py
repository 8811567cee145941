"""Remind customers of what falls due; manage.py daily does it too."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Lender
from ledger.events import tell_overdue
from ledger.reminding import send_reminders


class Command(BaseCommand):
    help = "Writes the reminders that are due by the lender's schedule, each once; the worker sends them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=datetime.date.fromisoformat, help="as of this day, as in 2025-03-31")

    def handle(self, *args: Any, **options: Any) -> None:
        today = Lender.load().today()
        on = options["on"] or today
        if on > today:
            raise CommandError(f"{on} is still to come. Choose {today} or an earlier day.")
        told = send_reminders(on)
        self.stdout.write(f"{on}: {told.customers} customers reminded of {told.dues} dues.")
        tell_overdue(today)
        for refusal in told.refused:
            self.stderr.write(refusal)
        if told.refused:
            raise CommandError(f"Left out: {len(told.refused)}. Mend what is said above and run it again.")
