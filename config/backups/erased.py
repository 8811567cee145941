"""Who was erased, in a list beside the backups: whichever older backup is put back, they are erased again.

A line names a number and the instant since which the customer was known: another lender's customer of the same
number, or one who came later, is not meant.
"""

import errno
import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from accounts.chain import instant
from accounts.models import Customer
from config.backups.words import folder_of_backups

FILE = "erased.jsonl"
Gone = tuple[int, str]  # a customer's number, and since when
log = logging.getLogger(__name__)


def told(customer: Customer) -> Gone:
    return customer.pk, instant(customer.created_at)


def note_down(customer: Customer) -> None:
    """As soon as it is done. Where the list cannot be written, the next backup does."""
    try:
        remember(folder_of_backups(), [told(customer)])
    except (OSError, ValueError) as error:
        log.error("The list of who was erased cannot be written: %s. The next backup tries again.", error)


def remember(folder: Path, gone: Iterable[Gone]) -> None:
    """Add whom the list does not name yet. A line is one write: two at once do not tear each other.

    A line that a full disk tore is ended first; whom it named is told of again by the books. Raises OSError where not
    all of a line is written.
    """
    missing = sorted(set(gone) - read(folder / FILE))
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    torn = not _is_ended(folder / FILE)
    with os.fdopen(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab", buffering=0) as file:
        for line in [*([b"\n"] if torn else []), *map(line_of, missing)]:
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())


def _is_ended(path: Path) -> bool:
    return not path.exists() or path.read_bytes()[-1:] in (b"", b"\n")


def line_of(one: Gone) -> bytes:
    return json.dumps({"customer": one[0], "since": one[1]}).encode() + b"\n"


def read(path: Path) -> set[Gone]:
    """Without lines that were torn: whom they named the books still tell.

    Raises ValueError for a list that cannot be read otherwise: an erasure is not to be lost for that.
    """
    if not path.exists():
        return set()
    lines = [line.strip(b"\0 \r") for line in path.read_bytes().split(b"\n")]
    try:
        rows = [json.loads(line) for line in lines if line and not _is_torn(line)]
        return {(int(row["customer"]), str(row["since"])) for row in rows}
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"The list of who was erased, {path}, cannot be read.") from None


def _is_torn(line: bytes) -> bool:
    """Whether it is begun as ours are, and not ended."""
    return line.startswith(b"{") and b"}" not in line
