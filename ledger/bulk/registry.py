"""The kinds of file there are, by name: credit brings one, and the ledger may not import it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.bulk.kinds import Kind


@cache
def kinds() -> dict[str, Kind[Any]]:
    found = (import_string(path)() for path in settings.BULK_KINDS)
    return {kind.name: kind for kind in found}
