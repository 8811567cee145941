"""What a day brings by itself: promises, late fees, and files' lines that nobody needs any more."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Lender
from ledger.bulk.forgetting import forget_old_lines
from ledger.daily import run_day
from ledger.money import format_money


class Command(BaseCommand):
    help = "Judges promises whose day has passed and charges late fees; run it once a day, twice does no harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=datetime.date.fromisoformat, help="as of this day, as in 2025-03-31")

    def handle(self, *args: Any, **options: Any) -> None:
        today = Lender.load().today()
        on = options["on"] or today
        if on > today:
            raise CommandError(f"{on} is still to come. Choose {today} or an earlier day.")
        day = run_day(on)
        self.stdout.write(f"{on}: promises kept {day.kept}, broken {day.broken}.")
        self.stdout.write(f"{on}: late fees charged {day.fees}, together {format_money(day.fee_total)}.")
        if gone := forget_old_lines(today):
            self.stdout.write(f"Lines of old files forgotten: {gone}.")
        for refusal in day.refused:
            self.stderr.write(refusal)
        if day.refused:
            raise CommandError(f"Left out: {len(day.refused)}. Mend what is said above and run it again.")
