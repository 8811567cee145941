"""The kinds of file there are, by name: credit brings one, and the ledger may not import it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.sentences import said
from ledger.bulk.kinds import Kind

CALLED = {
    "customers": said("customers"),
    "dues": said("dues"),
    "payments": said("payments"),
    "outcomes": said("outcomes"),
}


@cache
def kinds() -> dict[str, Kind[Any]]:
    found = (import_string(path)() for path in settings.BULK_KINDS)
    return {kind.name: kind for kind in found}


def called(kind: str) -> str:
    """What the files of a kind hold, to be said in the midst of a sentence."""
    return CALLED.get(kind, kind)


def permission(act: str, kind: str) -> str:
    """What one needs to do a thing with rows of this kind: permission("add", "dues") is ledger.add_due."""
    app, model = kinds()[kind].noun
    return f"{app}.{act}_{model}"
