"""Whole lists as CSV for the staff, streamed row by row, safe for a spreadsheet to open."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from config.kinds import EXPORTS

MAY_VIEW = {
    "customers": "accounts.view_customer",
    "dues": "ledger.view_due",
    "payments": "ledger.view_payment",
    "outcomes": "credit.view_outcome",
}


@require_safe
def export(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """Who may look at a list may take it along."""
    if kind not in EXPORTS:
        raise Http404
    if not request.user.has_perm(MAY_VIEW[kind]):
        raise PermissionDenied
    named = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return StreamingHttpResponse(EXPORTS[kind](), content_type="text/csv; charset=utf-8", headers=named)


def export_urls(guard: Callable[..., Any]) -> list[URLPattern]:
    return [path("<str:kind>/", guard(export), name="export_list")]
