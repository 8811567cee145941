"""An uploaded file in pieces in the database, written and read without ever holding more than one of them."""

import io
from collections.abc import Iterable
from typing import BinaryIO

from ledger.models import Upload, UploadPiece

PIECE = 1024 * 1024  # bytes


def store(upload: Upload, chunks: Iterable[bytes]) -> None:
    """Cut the file's chunks, of whatever size, into pieces."""
    waiting, number = b"", 0
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PIECE:
            _store(upload, number, waiting[:PIECE])
            waiting, number = waiting[PIECE:], number + 1
    if waiting:
        _store(upload, number, waiting)


def _store(upload: Upload, number: int, piece: bytes) -> None:
    UploadPiece.objects.create(upload=upload, number=number, bytes=piece)


def forget(upload: Upload) -> None:
    UploadPiece.objects.filter(upload=upload).delete()


class Pieces(io.RawIOBase):
    """The file, read from its first piece to its last."""

    def __init__(self, upload: Upload) -> None:
        super().__init__()
        self._upload = upload
        self._next = 0
        self._left = b""
        self.given = 0  # bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._left:
            self._left = self._fetch()
        part = self._left[: len(buffer)]
        buffer[: len(part)] = part
        self._left = self._left[len(part) :]
        self.given += len(part)
        return len(part)

    def _fetch(self) -> bytes:
        """The next piece; nothing after the last."""
        pieces = UploadPiece.objects.filter(upload=self._upload, number=self._next)
        self._next += 1
        found = pieces.values_list("bytes", flat=True).first()
        return bytes(found) if found else b""


def opened(upload: Upload) -> tuple[Pieces, BinaryIO]:
    """The file to read by lines, and what tells how far that is."""
    raw = Pieces(upload)
    return raw, io.BufferedReader(raw, PIECE)  # type: ignore[type-var]  # the stubs want a name and a mode, too
