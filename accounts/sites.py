"""Where people reach the pages: what mails and printed links lead to."""

import os

from django.conf import settings

LOCAL = "http://localhost:8000"


def usual_site() -> str:
    """Where people reach the pages, as the settings tell."""
    if settings.SITE_URL:
        return str(settings.SITE_URL)
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0])
    host = settings.ALLOWED_HOSTS[0].removeprefix(".") if settings.ALLOWED_HOSTS else "*"
    if settings.DEVELOPMENT or host == "*":
        return LOCAL
    return f"https://{host}" if settings.SECURE_SSL_REDIRECT else f"http://{host}:{os.environ.get('PORT') or 8000}"
