"""Entries that wait on a phone for the network are sealed for one owner: only this server opens them again.

An envelope is base64url of the phone's one-time public key (65 bytes, P-256), the nonce (12) and AES-256-GCM over JSON.
"""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from accounts.models import Customer

POINT, NONCE = 65, 12
LARGEST = 8_000  # signs of an envelope
INFO = b"duebook waiting entry"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the points of P-256


class NotOpened(ValueError):
    """It was sealed for another owner, under another key of the installation, or is no envelope."""


class Unreadable(NotOpened):
    """It was sealed for this owner, and what is in it are no fields: no later try will read it either."""


def public_key(owner: Customer) -> str:
    """What a phone seals with; it tells nothing and opens nothing."""
    point = _own_key(settings.SECRET_KEY, owner).public_key()
    return base64.urlsafe_b64encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


def opened(owner: Customer, envelope: str) -> dict[str, str]:
    """The fields that were sealed. Raises NotOpened, or Unreadable."""
    try:
        content = base64.urlsafe_b64decode(envelope[:LARGEST])
        nonce = content[POINT : POINT + NONCE]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content[:POINT])
    except (ValueError, binascii.Error):
        raise NotOpened from None
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        shared = _own_key(secret, owner).exchange(ec.ECDH(), theirs)
        try:
            told = AESGCM(_derived(shared, INFO, 32)).decrypt(nonce, content[POINT + NONCE :], None)
        except (InvalidTag, ValueError):
            continue
        return _fields(told)
    raise NotOpened


def _own_key(secret: str, owner: Customer) -> ec.EllipticCurvePrivateKey:
    """Made anew from the installation's secret each time, so that none is kept."""
    number = int.from_bytes(_derived(secret.encode(), f"expenses.sealing:{owner.pk}".encode(), 48))
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


def _derived(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def _fields(told: bytes) -> dict[str, str]:
    try:
        fields: Any = json.loads(told)
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(fields, dict):
        raise Unreadable
    return {_paired(name): _paired(value) for name, value in fields.items() if isinstance(value, str)}


def _paired(text: str) -> str:
    """JSON may hold half a sign, which no database stores."""
    return text.encode(errors="replace").decode()
