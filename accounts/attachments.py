"""Files that people attach: known by their first bytes, and handed out as files to keep, never as pages of ours."""

from collections.abc import Collection

from django.http import HttpResponse

FIRST_BYTES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def kind_of(content: bytes, allowed: Collection[str]) -> str | None:
    """One of the allowed kinds, or None: a name or what the browser says of it never decides."""
    return next((kind for kind in allowed if content.startswith(FIRST_BYTES[kind])), None)


def served(content: bytes, kind: str, name: str) -> HttpResponse:
    """The bytes are a stranger's: no browser shows them as a page, guesses another kind or keeps a copy."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ENDINGS[kind]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
