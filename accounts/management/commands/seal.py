"""Seal the audit trail for today."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.seals import set_seal


class Command(BaseCommand):
    help = "Notes where every chain of the audit trail ends, once a day at most; prints the seal to keep elsewhere."

    def handle(self, *args: Any, **options: Any) -> None:
        seal, new = set_seal()
        self.stdout.write(f"Seal {seal.pk} of {seal.day}{'' if new else ' (set before)'}: {seal.digest}")
