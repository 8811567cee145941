"""The one-time link as a command prints it."""

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
        default=(settings.CSRF_TRUSTED_ORIGINS or [LOCAL])[0],
        help=f"where people reach the pages (default: the first of CSRF_TRUSTED_ORIGINS, else {LOCAL})",
    )


def check_site(site: Any) -> str:
    parts = urlsplit(str(site))
    if parts.scheme not in {"http", "https"} or not parts.netloc or "*" in parts.netloc:
        raise CommandError(f"--site {site} is no address. Write it like https://books.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def link(user: User, site: str) -> str:
    return site + reverse("invitation", args=[user.pk, tokens.make_token(user)])
