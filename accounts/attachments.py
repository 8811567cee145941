"""Files that people attach: known by their first bytes, and handed out so that no browser takes them for a page."""

from collections.abc import Collection

from django.http import HttpResponse

A_YEAR = 365 * 24 * 3600
FIRST_BYTES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def kind_of(content: bytes, allowed: Collection[str]) -> str | None:
    """One of the allowed kinds, or None: a name or what the browser says of it never decides."""
    return next((kind for kind in allowed if content.startswith(FIRST_BYTES[kind])), None)


def served(content: bytes, kind: str, name: str) -> HttpResponse:
    """The bytes are a stranger's: no browser shows them as a page, guesses another kind or keeps a copy."""
    response = _harmless(content, kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ENDINGS[kind]}"'
    response["Cache-Control"] = "private, no-store"
    return response


def shown(content: bytes, kind: str) -> HttpResponse:
    """A picture within our pages, for everybody; its address changes with its content, so that it may be kept."""
    response = _harmless(content, kind)
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def _harmless(content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
