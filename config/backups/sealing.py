"""A stream sealed with a passphrase: pieces of AES-256-GCM, numbered, the last one marked, under a key of scrypt."""

import hashlib
import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1 << 20  # bytes of plain text
TAG = 16
COST = {"n": 1 << 15, "r": 8, "p": 1}
SHORTEST = 12  # characters of a passphrase


class BadPassphrase(Exception):
    """It opens nothing, or is too short to seal with."""


def new_seal() -> dict[str, Any]:
    """What is told in the open: the salt of the key and the beginning of every piece's number."""
    return {"salt": os.urandom(16).hex(), "nonce": os.urandom(7).hex()}


def _key(passphrase: str, seal: dict[str, Any]) -> AESGCM:
    salt = bytes.fromhex(seal["salt"])
    return AESGCM(hashlib.scrypt(passphrase.encode(), salt=salt, maxmem=1 << 26, dklen=32, **COST))


def _nonce(seal: dict[str, Any], number: int, last: bool) -> bytes:
    return bytes.fromhex(seal["nonce"]) + number.to_bytes(4, "big") + bytes([last])


class Sealer(io.RawIOBase):
    """Writes sealed pieces to a file; close() writes the last."""

    def __init__(self, to: IO[bytes], passphrase: str, seal: dict[str, Any]) -> None:
        if len(passphrase) < SHORTEST:
            raise BadPassphrase(f"A passphrase has at least {SHORTEST} characters.")
        self._to, self._key, self._seal = to, _key(passphrase, seal), seal
        self._held, self._number = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        self._held += given
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._piece(bytes(self._held), last=True)
            super().close()

    def _piece(self, plain: bytes, last: bool) -> None:
        self._to.write(self._key.encrypt(_nonce(self._seal, self._number, last), plain, None))
        self._number += 1


class Unsealer(io.RawIOBase):
    """Reads what a Sealer wrote from `size` bytes of a file. Raises BadPassphrase where a piece does not open."""

    def __init__(self, source: IO[bytes], size: int, passphrase: str, seal: dict[str, Any]) -> None:
        self._from, self._left, self._key, self._seal = source, size, _key(passphrase, seal), seal
        self._held, self._number = b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        if not self._held and self._left:
            self._held = self._piece()
        part = self._held[: len(room)]
        room[: len(part)] = part
        self._held = self._held[len(part) :]
        return len(part)

    def _piece(self) -> bytes:
        sealed = self._from.read(min(PIECE + TAG, self._left))
        self._left -= len(sealed)
        try:
            plain = self._key.decrypt(_nonce(self._seal, self._number, not self._left), sealed, None)
        except InvalidTag:
            raise BadPassphrase("The passphrase does not fit this backup.") from None
        self._number += 1
        return plain
