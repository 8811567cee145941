"""What every answer carries and every request is held to."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.api.problems import MEDIA_TYPE, of_status
from accounts.languages import read_in

GetResponse = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Send settings.SECURE_CSP with every page; Django 6 does it itself under the same setting."""
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    return middleware


def api_problems(get_response: GetResponse) -> GetResponse:
    """Below /api/ every refusal has one form, also where a middleware or Django itself speaks."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path_info.startswith("/api/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code < 400 or response.headers.get("Content-Type") == MEDIA_TYPE:
            return response
        with override(read_in(request)):  # whoever answered may have stood before the language was known
            answer = of_status(response.status_code).answer()
        for name in ("Allow", "Retry-After"):
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        return answer

    return middleware


def bounded_upload(get_response: GetResponse) -> GetResponse:
    """Refuse a large body before anything reads it: Django spools multipart to disk ahead of the view.

    It stands behind the sign-in, which needs no body, because some of the staff may send more at one address.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit() or int(length) > allowed(request, int(length)):
            return HttpResponse(_("The request is too large."), status=413, content_type="text/plain")
        return get_response(request)

    return middleware


def allowed(request: HttpRequest, length: int) -> int:
    """Bytes; who it is is asked only when it makes a difference."""
    if length <= settings.MAX_UPLOAD_BYTES or request.path != reverse(settings.LARGE_UPLOAD_AT):
        return settings.MAX_UPLOAD_BYTES
    user = request.user
    trusted = user.is_active and user.is_staff and user.has_perm(settings.LARGE_UPLOAD_RIGHT)
    return settings.LARGE_UPLOAD_BYTES if trusted else settings.MAX_UPLOAD_BYTES
