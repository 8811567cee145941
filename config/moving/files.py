"""The files of an old store: CSV as csv and pandas write it, and SQLite opened for reading only."""

import csv
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.moving.nouns import BadStore
from ledger.bulk.reading import BadFile, fingerprint

Row = dict[str, str]


def sha256_of(files: Sequence[Path], answers: str) -> str:
    """One fingerprint of them all, by name and bytes, and of what the operator answered."""
    digest = hashlib.sha256(answers.encode("utf-8", "replace"))
    for path in files:
        try:
            digest.update(f"{path.name}\0{fingerprint(path)}\n".encode("utf-8", "replace"))
        except BadFile as fault:
            raise BadStore(f"{path}: {fault}") from None
    return digest.hexdigest()


def header_of(path: Path) -> list[str]:
    """The columns' names in small letters; [] for what is no CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [plain(name) for name in next(csv.reader(file), [])]
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def plain(column: str) -> str:
    return "_".join(column.strip().lower().replace("-", " ").replace("_", " ").split())


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row with the line it begins on, its cells by column. Raises BadStore where the text cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [plain(name) for name in next(reader, [])]
            begins = reader.line_num + 1
            for found in reader:
                if any(cell.strip() for cell in found):
                    if len(found) > len(header):
                        raise BadStore(f"{path.name}, line {begins}: {len(found)} cells under {len(header)} columns.")
                    yield begins, dict(zip(header, found + [""] * (len(header) - len(found)), strict=True))
                begins = reader.line_num + 1
    except OSError as error:
        raise BadStore(f"{path} cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise BadStore(
            f"{path.name} is not UTF-8 (byte 0x{error.object[error.start]:02x}). Save it as UTF-8."
        ) from None
    except csv.Error as error:
        raise BadStore(f"{path.name}, line {begins}: {error}.") from None


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """The old database, which is never written to. Raises BadStore."""
    try:
        found = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise BadStore(f"{path} cannot be opened: {error}.") from None
    found.row_factory = sqlite3.Row
    found.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        yield found
    except sqlite3.DatabaseError as error:
        raise BadStore(f"{path} cannot be read: {error}.") from None
    finally:
        found.close()


def tables_of(path: Path) -> dict[str, list[str]]:
    """The columns of each table, in small letters; {} for what is no SQLite file."""
    if not path.is_file():
        return {}
    try:
        with database(path) as old:
            names = [row[0] for row in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: [row[1].lower() for row in old.execute(f"PRAGMA table_info({quoted(name)})")] for name in names
            }
    except BadStore:
        return {}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def shelf() -> Iterator[sqlite3.Connection]:
    """A database of our own that lies on disk and is gone afterwards: to read a large file in another order."""
    found = sqlite3.connect("")
    found.row_factory = sqlite3.Row
    try:
        yield found
    finally:
        found.close()


def first_of(columns: Sequence[str], wanted: Sequence[str]) -> str:
    """The first of the wanted names that is a column, or ""."""
    return next((name for name in wanted if name in columns), "")
