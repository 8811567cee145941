"""The one-time link as a command prints it."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from accounts import tokens
from accounts.models import User

LOCAL = "http://localhost:8000"


def add_site(parser: CommandParser) -> None:
    parser.add_argument(
        "--site",
        default=usual_site(),
        help="where people reach the pages (default: the first of CSRF_TRUSTED_ORIGINS, else of ALLOWED_HOSTS)",
    )


def usual_site() -> str:
    """Where people reach the pages, as the settings tell."""
    if settings.CSRF_TRUSTED_ORIGINS:
        return str(settings.CSRF_TRUSTED_ORIGINS[0])
    host = settings.ALLOWED_HOSTS[0].removeprefix(".") if settings.ALLOWED_HOSTS else "*"
    if settings.DEVELOPMENT or host == "*":
        return LOCAL
    return f"https://{host}" if settings.SECURE_SSL_REDIRECT else f"http://{host}:{os.environ.get('PORT') or 8000}"


def check_site(site: Any) -> str:
    parts = urlsplit(str(site))
    if parts.scheme not in {"http", "https"} or not parts.netloc or "*" in parts.netloc:
        raise CommandError(f"--site {site} is no address. Write it like https://books.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def link(user: User, site: str) -> str:
    return site + reverse("invitation", args=[user.pk, tokens.make_token(user)])
