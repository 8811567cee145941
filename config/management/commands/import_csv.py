"""Take a CSV file of customers, dues, payments or outcomes into the books."""

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.languages import at_the_terminal
from accounts.telling import told
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
        with override(at_the_terminal()):
            self._import(order)

    def _import(self, order: Order) -> None:
        try:
            report = import_file(order, _show_progress if sys.stderr.isatty() else lambda done, all: None)
        except BadFile as error:
            refusal = _("%(file)s: %(fault)s Nothing was stored.")
            raise CommandError(refusal % {"file": order.path.name, "fault": told(error)}) from None
        except WrongRows as error:
            for problem in error.named:
                self.stderr.write(f"{order.path.name}: {told(problem.sentence)}")
            raise CommandError(_mistakes(error.count, len(error.named))) from None
        self.stdout.write(_say(report, order))


def _mistakes(count: int, named: int) -> str:
    if count > named:
        more = _("%(count)s mistakes; the first %(named)s are named. Nothing was stored.")
        return more % {"count": count, "named": named}
    mistakes = ngettext("%(count)s mistake. Nothing was stored.", "%(count)s mistakes. Nothing was stored.", count)
    return mistakes % {"count": count}


def _say(report: Report, order: Order) -> str:
    batch = {"batch": report.batch.name}
    if report.repeats:
        return _("This file is in the books already, as batch %(batch)s. Nothing to do.") % batch
    lines = [_rows(report, order.dry_run)]
    if order.kind.name not in ("customers", "outcomes"):
        lines.append(_money(report))
    return "\n".join([*lines, _("Dry run: nothing was stored.") if order.dry_run else _("Batch %(batch)s.") % batch])


def _rows(report: Report, dry_run: bool) -> str:
    counts = {"rows": report.rows, "added": report.added, "there": report.already_there}
    if dry_run:
        return _("%(rows)s rows: %(added)s would be added, %(there)s are there already.") % counts
    return _("%(rows)s rows: %(added)s were added, %(there)s are there already.") % counts


def _money(report: Report) -> str:
    sums = {name: format_money(getattr(report, name)) for name in ("raised", "received", "applied")}
    sums["held"] = format_money(abs(report.held))
    if report.held < 0:
        less = _("Dues raised %(raised)s, received %(received)s, applied %(applied)s, taken from held credit %(held)s.")
        return less % sums
    return _("Dues raised %(raised)s, received %(received)s, applied %(applied)s, held as credit %(held)s.") % sums


def _show_progress(done: int, rows: int) -> None:
    filled = 40 * done // max(rows, 1)
    end = "\n" if done == rows else ""
    print(f"\r[{'#' * filled:<40}] {done}/{rows}", end=end, file=sys.stderr, flush=True)
