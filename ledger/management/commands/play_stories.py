"""Play worked stories through the acts and print every step that comes out otherwise."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.stories import count, play


class Command(BaseCommand):
    help = "Plays a file shaped like cases/allocation_stories.json; nothing is kept. Exit 1 if any step differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = json.loads(options["file"].read_text(encoding="utf-8"))
            differences = play(file)
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from None
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise CommandError(f"{options['file']} is not shaped like the stories: {error!r}") from None
        for line in differences:
            self.stdout.write(line)
        if differences:
            raise CommandError(f"{len(differences)} differences")
        self.stdout.write(f"{count(file)} stories hold")
