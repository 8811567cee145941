"""Train a scorecard, and its challenger where there are outcomes enough, and say how well they tell."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Lender
from credit.actions.activating import activate_at_once
from credit.models import Outcomes, ScoringModel, Training
from credit.training import CHALLENGE_FROM, TooFew, train


class Command(BaseCommand):
    help = "Learns who repays from the books and the outcomes. The models are kept; --activate scores by the better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--outcomes", choices=Outcomes.values, default="imported")
        parser.add_argument("--activate", action="store_true", help="score by the better one from now on")
        parser.add_argument("--days", type=int, default=90, help="derived: so many days past due is a default")
        parser.add_argument("--months", type=int, default=12, help="derived: within so many months")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["days"], options["months"]) < 1:
            raise CommandError("--days and --months are 1 or more.")
        by = f"{getpass.getuser()} (command)"
        told = {name: options[name] for name in ("outcomes", "days", "months")}
        try:
            models = train(Training(today=Lender.load().today(), asked_by=by, **told))
        except TooFew as error:
            raise CommandError(f"{error} Nothing was trained.") from None
        for model in models:
            self.stdout.write(_say(model))
        if len(models) == 1:
            self.stdout.write(f"No challenger: it needs {CHALLENGE_FROM} outcomes.")
        if options["activate"]:
            self.stdout.write(f"Active: {activate_at_once(models[0], by).model}.")


def _say(model: ScoringModel) -> str:
    found = model.metrics
    return (
        f"{model}: {len(model.features)} features, {model.rows} outcomes, {model.bad} defaults,"
        f" seen {model.first_as_of} to {model.last_as_of}.\n"
        f"  Five-fold cross-validation: AUC {found['auc']:.4f} ± {1.96 * found['auc_se']:.4f}, KS {found['ks']:.4f},"
        f" Brier {found['brier']:.4f}, calibration error {found['calibration_error']:.4f}."
    )
