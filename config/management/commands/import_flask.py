"""Move a store of one of the old Flask apps into the books."""

from argparse import ArgumentTypeError
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import tokens
from accounts.actor import os_user
from accounts.management.links import add_site, check_site
from accounts.models import Lender
from config.moving import report
from config.moving.nouns import BadStore, Findings, Store
from config.moving.posting import Order, move
from config.moving.stores import LOOKED_FOR, stores_in


class Command(BaseCommand):
    help = f"Moves {LOOKED_FOR} in: each store whole or not at all, and the same store twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the old app's folder, or its file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")
        parser.add_argument("--report", type=Path, help="the folder for the report (default: beside the store)")
        parser.add_argument("--name", default="", help="tells a second store of the same app from the first")
        parser.add_argument(
            "--same", type=_pair, action="append", default=[], metavar="OLD=NUMBER",
            help="somebody of the old app who is customer NUMBER already",
        )  # fmt: skip
        parser.add_argument(
            "--owner", type=_pair, action="append", default=[], metavar="FILE=USER",
            help="whose a file of loan records is that two names were folded into",
        )  # fmt: skip
        add_site(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        site = check_site(options["site"])
        try:
            same = {old: int(number) for old, number in options["same"]}
        except ValueError:
            raise CommandError("--same takes the customer's number: --same asha=101") from None
        order = Order(f"{os_user()} (command)", options["name"][:40], options["dry_run"], same)
        try:
            for store in stores_in(options["path"].resolve(), Lender.load().today(), dict(options["owner"])):
                self.move(store, order, options["report"], site)
        except BadStore as fault:
            raise CommandError(f"{fault} Nothing of this store was stored.") from None

    def move(self, store: Store, order: Order, folder: Path | None, site: str) -> None:
        report.check_key()
        place = store.place if store.place.is_dir() else store.place.parent
        saved, invitations = report.paths_of(folder or place, store.app, timezone.now())
        with closing(Findings()) as found:
            moved = move(store, order, found)
            report.save(saved, report.lines_of(moved, order.by, order.dry_run))
            for line in report.lines_of(moved, order.by, order.dry_run, report.PRINTED):
                self.stdout.write(line)
        self.stdout.write(f"Report: {saved}")
        if not order.dry_run and (moved.invited or moved.invited_staff):
            count = report.save_invitations(invitations, moved, site)
            self.stdout.write(f"{count} people choose a password by a link, within {tokens.DAYS} days: {invitations}")


def _pair(text: str) -> tuple[str, str]:
    old, sign, new = text.rpartition("=")
    if not sign or not old or not new:
        raise ArgumentTypeError(f"{text!r} is not of the form OLD=NEW")
    return old, new
