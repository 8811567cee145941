"""Take one imported batch back whole."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Batch
from accounts.transactions import Refused
from config.kinds import KINDS
from ledger.bulk.undoing import undo_batch


class Command(BaseCommand):
    help = "Undoes everything a batch brought, or refuses with what rests on it and changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", help="the batch's name")

    def handle(self, *args: Any, **options: Any) -> None:
        batch = Batch.objects.filter(name=options["batch"]).first()
        if batch is None:
            names = ", ".join(Batch.objects.order_by("-id").values_list("name", flat=True)[:5])
            raise CommandError(f"There is no batch {options['batch']!r}. The latest are: {names or 'none'}.")
        try:
            undo_batch(batch, KINDS, by=f"{getpass.getuser()} (command)", at_the_machine=True)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Batch {batch.name} is undone: {batch.added} {batch.kind}.")
