"""Secrets that must be read again, sealed so that a copy of the books does not tell them."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


def box(purpose: str) -> MultiFernet:
    """Seals with SECRET_KEY and opens with it or one of its fallbacks; what one purpose sealed no other opens."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"{purpose}:".encode() + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
