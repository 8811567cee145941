"""One file for a backup: who it is, a manifest, the compressed database, and a sum over every byte of it.

duebook backup 1\n  header as JSON\n  body  sha256 of all before
body: length of the manifest (8 bytes), manifest as JSON, the database as gzip; sealed when there is a passphrase
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from config.backups.sealing import Sealer, Unsealer, new_seal

MAGIC = b"duebook backup 1\n"
SUM = 32  # bytes of a sha256
BLOCK = 1 << 20
LONGEST_HEADER, LONGEST_MANIFEST = 10_000, 10_000_000

Manifest = dict[str, Any]


class BadBackup(Exception):
    """The file is no backup, is damaged, or is not for these books; its text says which."""


class Summed:
    """A file that adds up what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sum = file, hashlib.sha256()

    def write(self, given: Any) -> int:
        self.sum.update(given)
        return self.file.write(given)

    def flush(self) -> None:
        self.file.flush()


def write_backup(path: Path, manifest: Manifest, database: Path, passphrase: str = "") -> None:
    """It gets its name when it is whole and on the disk."""
    part = path.with_name(f"{path.name}.part")
    seal = new_seal() if passphrase else None
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            summed: Any = Summed(file)
            summed.write(MAGIC + json.dumps({"seal": seal}).encode() + b"\n")
            sealer = Sealer(summed, passphrase, seal) if seal else None
            _write_body(sealer or summed, manifest, database)
            if sealer:
                sealer.close()
            file.write(summed.sum.digest())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_body(to: Any, manifest: Manifest, database: Path) -> None:
    told = json.dumps(manifest, sort_keys=True).encode()
    to.write(len(told).to_bytes(8, "big") + told)
    with gzip.GzipFile("", "wb", 6, to, mtime=0) as packed, database.open("rb") as file:
        shutil.copyfileobj(file, packed, BLOCK)


def read_backup(path: Path, to: Path, passphrase: str = "") -> Manifest:
    """Unpack the database into a new file, and return the manifest. Raises BadBackup unless every byte is as written,
    BadPassphrase where it is sealed and does not open."""
    with _checked(path) as (file, size):
        header = _header(file)
        size -= file.tell()
        if header["seal"] and not passphrase:
            raise BadBackup(f"{path.name} is sealed with a passphrase. Give it with --passphrase-file.")
        body: Any = Unsealer(file, size, passphrase, header["seal"]) if header["seal"] else Limited(file, size)
        try:
            return _unpack(io.BufferedReader(body, BLOCK), to)
        except (EOFError, ValueError, KeyError, TypeError, OSError, zlib.error) as error:
            raise BadBackup(f"{path.name} is damaged: {error}.") from None


class Limited(io.RawIOBase):
    """The next `size` bytes of a file."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self._from, self._left = source, size

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        part = self._from.read(min(len(room), self._left))
        self._left -= len(part)
        room[: len(part)] = part
        return len(part)


@contextmanager
def _checked(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The file behind its magic, and where its body ends, once all of it was added up."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size - SUM
            if file.read(len(MAGIC)) != MAGIC:
                raise BadBackup(f"{path.name} is no backup of Duebook.")
            if size < len(MAGIC) or not is_whole(file, size):
                raise BadBackup(f"{path.name} is damaged: its bytes do not add up to the sum at its end.")
            file.seek(len(MAGIC))
            yield file, size
    except OSError as error:
        raise BadBackup(f"{path} cannot be read: {error.strerror or error}.") from None


def is_whole(file: IO[bytes], size: int) -> bool:
    """Whether the first `size` bytes come to the sum that follows them."""
    file.seek(0)
    found, left = hashlib.sha256(), size
    while left and (block := file.read(min(BLOCK, left))):
        found.update(block)
        left -= len(block)
    return not left and file.read() == found.digest()


def _header(file: IO[bytes]) -> dict[str, Any]:
    try:
        header = json.loads(file.readline(LONGEST_HEADER))
        return {"seal": header["seal"]}
    except (ValueError, KeyError, TypeError):
        raise BadBackup("The backup is damaged: its header cannot be read.") from None


def _unpack(body: IO[bytes], to: Path) -> Manifest:
    length = int.from_bytes(body.read(8), "big")
    if length > LONGEST_MANIFEST:
        raise ValueError("its manifest cannot be read")
    manifest: Manifest = json.loads(body.read(length))
    found, size, allowed = hashlib.sha256(), 0, int(manifest["database"]["bytes"])
    with gzip.GzipFile("", "rb", fileobj=body) as packed, to.open("xb") as file:
        while block := packed.read(BLOCK):
            size += len(block)
            if size > allowed:
                break
            found.update(block)
            file.write(block)
    if (size, found.hexdigest()) != (allowed, manifest["database"]["sha256"]):
        raise ValueError("the database in it is not the one of its manifest")
    return manifest


def described(database: Path) -> dict[str, Any]:
    """A file's size and sha256, as the manifest has them."""
    found = hashlib.sha256()
    with database.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return {"bytes": database.stat().st_size, "sha256": found.hexdigest()}
