"""Passwords as the old Flask apps hashed them: verified as they are, and hashed anew at the first sign-in."""

import hashlib
import hmac
import re
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher, mask_hash

OLD = "werkzeug"
_PBKDF2 = re.compile(r"pbkdf2:(sha1|sha224|sha256|sha384|sha512):([0-9]{1,8})", re.ASCII)
_SCRYPT = re.compile(r"scrypt:([0-9]{1,7}):([0-9]{1,2}):([0-9]{1,2})", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{40,128}", re.ASCII)

# What one attempt may cost: several times Werkzeug's own choice (1,000,000 rounds; 32768:8:1), and no more.
MOST_ROUNDS = 5_000_000
MOST_MEMORY = 256 * 1024 * 1024  # bytes of scrypt
LONGEST = 255 - len(OLD) - 1  # what the column holds


def kept(old: str) -> str:
    """The old hash as our column holds it; "" for a method that is unknown, is no hash, or would cost too much."""
    method, _, rest = old.partition("$")
    salt, _, digest = rest.rpartition("$")
    if len(old) > LONGEST or not salt or not _HASH.fullmatch(digest):
        return ""
    if found := _PBKDF2.fullmatch(method):
        return f"{OLD}${old}" if 1 <= int(found[2]) <= MOST_ROUNDS else ""
    if found := _SCRYPT.fullmatch(method):
        n, r, p = (int(number) for number in found.groups())
        allowed = n > 1 and not n & (n - 1) and r and p and _memory(n, r, p) <= MOST_MEMORY
        return f"{OLD}${old}" if allowed else ""
    return ""


def _memory(n: int, r: int, p: int) -> int:
    return 132 * n * r * p


def _digest(method: str, salt: str, password: str) -> str:
    name, *numbers = method.split(":")
    if name == "pbkdf2":
        return hashlib.pbkdf2_hmac(numbers[0], password.encode(), salt.encode(), int(numbers[1])).hex()
    n, r, p = (int(number) for number in numbers)
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p, maxmem=_memory(n, r, p), dklen=64).hex()


class WerkzeugHasher(BasePasswordHasher):
    """Reads werkzeug$<method>$<salt>$<hex>, and never writes: whoever signs in gets a hash of today's kind."""

    algorithm = OLD

    def verify(self, password: str, encoded: str) -> bool:
        found = self.decode(encoded)
        return hmac.compare_digest(_digest(found["method"], found["salt"], password), found["hash"])

    def decode(self, encoded: str) -> dict[str, Any]:
        _, method, rest = encoded.split("$", 2)
        salt, _, digest = rest.rpartition("$")
        return {"algorithm": OLD, "method": method, "salt": salt, "hash": digest}

    def encode(self, password: str, salt: str) -> str:
        raise NotImplementedError("No new password is hashed as the old apps did.")

    def must_update(self, encoded: str) -> bool:
        return True

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to make up for: the hash goes with the first sign-in."""

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        found = self.decode(encoded)
        return {
            "algorithm": f"{OLD} {found['method']}",
            "salt": mask_hash(found["salt"]),
            "hash": mask_hash(found["hash"]),
        }
