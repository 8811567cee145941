"""CSV that no spreadsheet runs, and that our own readers take back to the same texts."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(header: list[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Lines of CSV; texts made safe, numbers and dates as they are."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_text(cell) if isinstance(cell, str) else cell for cell in row])


class Echo:
    """A file that hands back what is written to it, so that csv can feed a stream."""

    def write(self, text: str) -> str:
        return text


def safe_text(text: str) -> str:
    """A leading apostrophe before what a spreadsheet would take for a formula; plain_text() takes it off again."""
    return f"'{text}" if is_live(text) else text


def plain_text(text: str) -> str:
    """What safe_text was given; text that it never made is left as it is."""
    return text[1:] if text.startswith("'") and is_live(text) else text


def is_live(text: str) -> bool:
    """Whether it begins like a formula, behind blanks and apostrophes too: some programs pass over them."""
    bare = text.lstrip("'")
    return bare.startswith(_LIVE) or bare.lstrip().startswith(_LIVE)
