"""The one-time link as a command prints it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import CommandError, CommandParser
from django.urls import reverse

from accounts import tokens
from accounts.models import User
from accounts.sites import usual_site


def add_site(parser: CommandParser) -> None:
    parser.add_argument(
        "--site",
        default=usual_site(),
        help="where people reach the pages (default: SITE_URL, else CSRF_TRUSTED_ORIGINS or ALLOWED_HOSTS)",
    )


def check_site(site: Any) -> str:
    parts = urlsplit(str(site))
    if parts.scheme not in {"http", "https"} or not parts.netloc or "*" in parts.netloc:
        raise CommandError(f"--site {site} is no address. Write it like https://books.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def link(user: User, site: str) -> str:
    return site + reverse("invitation", args=[user.pk, tokens.make_token(user)])
