"""The addresses of files, below admin/batches/."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from ledger.portal import batch_shapes, batches
from ledger.portal.batches import View

VIEWS: tuple[tuple[str, str, View], ...] = (
    ("", "batch_list", batches.batches),
    ("send/", "batch_send", batches.send),
    ("columns/", "batch_columns", batch_shapes.columns),
    ("template/<str:kind>.csv", "batch_template_csv", batch_shapes.template_csv),
    ("template/<str:kind>.xlsx", "batch_template_xlsx", batch_shapes.template_xlsx),
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
