"""Take a CSV file of customers, dues, payments or outcomes into the books."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.kinds import KINDS
from ledger.bulk.importing import Order, Report, WrongRows, import_file
from ledger.bulk.reading import BadFile
from ledger.money import format_money


class Command(BaseCommand):
    help = "Posts all rows of the file or none. Wrong rows are named by line, column, value and reason; exit 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, store nothing")
        parser.add_argument("--batch", default="", help="a name to undo the import by; else the file's own")
        parser.add_argument("--excel", action="store_true", help="take the byte-order mark that Excel writes")

    def handle(self, *args: Any, **options: Any) -> None:
        order = Order(
            path=options["file"],
            kind=KINDS[options["kind"]],
            name=options["batch"],
            by=f"{getpass.getuser()} (command)",
            dry_run=options["dry_run"],
            byte_order_mark=options["excel"],
        )
        try:
            report = import_file(order, _show_progress if sys.stderr.isatty() else lambda done, all: None)
        except BadFile as error:
            raise CommandError(f"{order.path.name}: {error} Nothing was stored.") from None
        except WrongRows as error:
            for problem in error.named:
                self.stderr.write(f"{order.path.name}: {problem}")
            unnamed = f"; the first {len(error.named)} are named" if error.count > len(error.named) else ""
            mistakes = "1 mistake" if error.count == 1 else f"{error.count} mistakes"
            raise CommandError(f"{mistakes}{unnamed}. Nothing was stored.") from None
        self.stdout.write(_say(report, order))


def _say(report: Report, order: Order) -> str:
    if report.repeats:
        return f"This file is in the books already, as batch {report.batch.name}. Nothing to do."
    verb = "would be" if order.dry_run else "were"
    held = "held as credit" if report.held >= 0 else "taken from held credit"
    lines = [
        f"{report.rows} rows: {report.added} {verb} added, {report.already_there} are there already.",
        f"Dues raised {format_money(report.raised)}, received {format_money(report.received)},"
        f" applied {format_money(report.applied)}, {held} {format_money(abs(report.held))}.",
    ]
    if order.kind.name in ("customers", "outcomes"):
        del lines[1]
    ending = "Dry run: nothing was stored." if order.dry_run else f"Batch {report.batch.name}."
    return "\n".join([*lines, ending])


def _show_progress(done: int, rows: int) -> None:
    filled = 40 * done // max(rows, 1)
    end = "\n" if done == rows else ""
    print(f"\r[{'#' * filled:<40}] {done}/{rows}", end=end, file=sys.stderr, flush=True)
