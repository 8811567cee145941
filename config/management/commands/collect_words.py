"""Bring the catalogues of words up to the sources, or tell what is wrong with them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import words


class Command(BaseCommand):
    help = (
        "Writes locale/ROOM/LANGUAGE/LC_MESSAGES/django.po and .mo anew: words new in the sources wait there for a"
        " translation. With --check it writes nothing, and fails on what is missing, empty or wrong."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(words.ROOMS)}; all without one")
        parser.add_argument("--check", action="store_true", help="only tell what is wrong")

    def handle(self, *args: Any, rooms: list[str], check: bool, **options: Any) -> None:
        if strange := set(rooms) - set(words.ROOMS):
            raise CommandError(f"There is no room {', '.join(sorted(strange))}; there are {', '.join(words.ROOMS)}.")
        pairs = [(room, language) for room in rooms or words.ROOMS for language in words.languages()]
        if not check:
            for pair in pairs:
                words.collect(*pair)
        found = [fault for pair in pairs for fault in words.faults(*pair)]
        for fault in found:
            self.stdout.write(fault)
        if check and found:
            raise CommandError(f"{len(found)} words are missing or wrong.")
