"""Score every customer as of a day into a CSV file."""

import datetime
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.sheets import as_csv
from credit.registry import NoModel, active_model
from credit.scoring import scores

HEADER = ["customer", "as_of", "p_repays", "points", "model"]


class Command(BaseCommand):
    help = (
        "Writes customer,as_of,p_repays,points,model. Nothing dated after the day counts; nobody decides by it alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=datetime.date.fromisoformat, required=True, metavar="DATE")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        try:
            model = active_model()
        except NoModel as error:
            raise CommandError(f"{error} Nobody was scored; train one with train_scorecard --activate.") from None
        unfinished = out.with_name(f"{out.name}.part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as file:
                file.writelines(as_csv(HEADER, scores(model, options["as_of"])))
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
        unfinished.replace(out)
        self.stdout.write(f"Every customer scored as of {options['as_of']} by {model.row}, into {out}.")
