"""Print the portfolio's ageing and PAR as they stood on a day, as CSV."""

import argparse
import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Lender
from ledger.past import portfolio_on


def day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2025-06-30") from None


class Command(BaseCommand):
    help = "Ageing and portfolio at risk as they stood at the end of a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=day, help="YYYY-MM-DD, today where it is left out")

    def handle(self, *args: Any, on: datetime.date | None, **options: Any) -> None:
        lender = Lender.load()
        asked = on or lender.today()
        if asked > lender.today():
            raise CommandError(f"{asked} is in the future.")
        told = portfolio_on(asked, lender)
        self.stdout.write("figure,amount,share")
        self.stdout.write(f"outstanding,{told.outstanding},")
        for name, amount in told.by_bucket.items():
            self.stdout.write(f"{name},{amount},")
        for days, amount in told.at_risk.items():
            self.stdout.write(f"PAR {days},{amount},{told.par(days):.6f}")
