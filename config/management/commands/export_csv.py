"""Write customers, dues, payments or outcomes as CSV that import_csv reads back."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.kinds import EXPORTS


class Command(BaseCommand):
    help = "Writes the rows to standard output, safe to open in a spreadsheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(EXPORTS))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in EXPORTS[options["kind"]]():
                self.stdout.write(line, ending="")
        except BrokenPipeError:  # the reader has seen enough, as head does; nothing more may be flushed at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
