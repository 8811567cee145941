"""The report of a move, printed and saved beside the store, where it belongs: with what it speaks of.

It is no row of the database, for a notebook's totals are nobody's at the lender's.
"""

import csv
import datetime
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from accounts.management.links import link
from accounts.models import User
from accounts.sheets import safe_text
from config.moving.nouns import BadStore, Findings
from config.moving.posting import Moved
from ledger.money import format_money

PRINTED = 200  # differences; the saved report has all
NAMES = {"expenses": "entries of notebooks"}


def paths_of(folder: Path, app: str, now: datetime.datetime) -> tuple[Path, Path]:
    """Where the report and the invitations go. Raises BadStore where nothing can be written, before anything is."""
    stem = f"duebook-{app.replace(' ', '-')}-{now:%Y%m%d-%H%M%S}"
    if not os.access(folder, os.W_OK):
        raise BadStore(f"The report cannot be saved in {folder}. Name another folder with --report FOLDER.")
    return folder / f"{stem}.txt", folder / f"{stem}-invitations.csv"


def lines_of(moved: Moved, by: str, dry_run: bool, most: int | None = None) -> Iterator[str]:
    found = moved.found
    yield f"{moved.store.app}: {moved.store.place}"
    yield f"sha256 {moved.sha256}, {timezone.now():%Y-%m-%d %H:%M} UTC, {by}"
    yield ""
    yield f"{'':<22}{'in the store':>28}{'in Duebook':>28}{'would be added' if dry_run else 'added now':>28}"
    for noun in found.NOUNS:
        sides = found.there[noun], found.here[noun], found.added[noun]
        if any(side.rows for side in sides):
            yield f"{NAMES.get(noun, noun):<22}" + "".join(
                f"{_side(noun, side.rows, side.total, found):>28}" for side in sides
            )
    yield ""
    yield from found.notes
    if moved.held:
        verb = "would be" if dry_run else "is"
        yield f"{format_money(moved.held)} {verb} held as credit: no due was there for it to fill."
    yield f"{found.count} differences{':' if found.count else '.'}"
    yield from islice(found.differences(), most)
    if most is not None and found.count > most:
        yield f"... and {found.count - most} more in the saved report."
    yield "Dry run: nothing was stored." if dry_run else "Stored." if _added(found) else "Nothing was to be added."


def _side(noun: str, rows: int, total: object, found: Findings) -> str:
    return f"{rows}  {total}" if noun in found.MONEY else str(rows)


def _added(found: Findings) -> int:
    return sum(side.rows for side in found.added.values())


def save(path: Path, lines: Iterator[str]) -> None:
    with _private(path) as file:
        file.writelines(f"{line}\n" for line in lines)


def save_invitations(path: Path, moved: Moved, site: str) -> int:
    """A line with a one-time link for everybody who has no password yet; the file is the operator's alone."""
    customers = User.objects.filter(customer__in=moved.invited).order_by("customer_id")
    staff = User.objects.filter(manager__in=moved.invited_staff).order_by("manager_id")
    count = 0
    with _private(path) as file:
        writer = csv.writer(file)
        writer.writerow(["sign_in", "name", "email", "link"])
        for user in [*staff, *customers]:
            count += 1
            writer.writerow([user.username, safe_text(user.get_full_name()), user.email, link(user, site)])
    return count


def check_key() -> None:
    """Links are signed. Raises BadStore before anything is stored."""
    if not settings.SECRET_KEY:
        raise BadStore("SECRET_KEY is not set, and invite links are signed with it. Set it as the server has it.")


def _private(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="")
