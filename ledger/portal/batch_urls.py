"""The addresses of files, below admin/batches/."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from ledger.portal import batches
from ledger.portal.batches import View

VIEWS: tuple[tuple[str, str, View], ...] = (
    ("", "batch_list", batches.batches),
    ("send/", "batch_send", batches.send),
    ("<int:number>/", "batch_page", batches.batch),
    ("<int:number>/progress/", "batch_progress", batches.progress),
    ("<int:number>/read/", "batch_read_on", batches.read_on),
    ("<int:number>/post/", "batch_post", batches.post),
    ("<int:number>/undo/", "batch_undo", batches.undo),
    ("<int:number>/discard/", "batch_discard", batches.discard),
    ("<int:number>/cancel/", "batch_cancel", batches.cancel),
    ("<int:number>/refused.csv", "batch_refused", batches.refused),
)


def batch_urls(guard: Callable[[View], Any]) -> list[URLPattern]:
    """Each page behind the admin's own door."""
    return [path(route, guard(view), name=name) for route, name, view in VIEWS]
