"""Each test starts with no attempts counted."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import override_settings

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "accounts"}}


@pytest.fixture(autouse=True)
def no_attempts_yet() -> Iterator[None]:
    """Counted in memory, except where a test is about the table: it then asks for `shared_counting`."""
    with override_settings(CACHES=LOCAL):
        cache.clear()
        yield
        cache.clear()


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password hashed in the test, in order: as a hash to compare with, or to store."""
    seen: list[str] = []
    honest = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return honest(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return seen
