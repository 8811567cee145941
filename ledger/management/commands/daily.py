"""What a day brings: promises, late fees, mails, webhooks, the audit trail's seal, and less of what nobody needs."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Lender
from accounts.seals import set_seal
from ledger.bulk.forgetting import forget_old_lines
from ledger.daily import run_day
from ledger.events import tell_overdue
from ledger.figures import fold
from ledger.forgetting import forget_old_messages
from ledger.many_papers import forget_old_statements
from ledger.money import format_money
from ledger.reminding import send_reminders
from ledger.summary import put_summaries


class Command(BaseCommand):
    help = "Judges promises, charges late fees, reminds customers, seals the audit trail; once a day, no harm in twice."

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
        fold()
        if on == today:
            told = send_reminders(today)
            self.stdout.write(f"{on}: {told.customers} customers reminded of {told.dues} dues.")
            day.refused += told.refused
            tell_overdue(today)
            put_summaries(today)
            forget_old_lines(today)
            forget_old_statements(today)
            forget_old_messages(today)
            seal, _ = set_seal()  # after the day's own entries
            self.stdout.write(f"Seal {seal.pk} of {seal.day}: {seal.digest}")
        for refusal in day.refused:
            self.stderr.write(refusal)
        if day.refused:
            raise CommandError(f"Left out: {len(day.refused)}. Mend what is said above and run it again.")
