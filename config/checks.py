"""What must hold before the project starts: in production no password of the demo opens, and mails have a server."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from accounts.models import User
from accounts.outbox import has_a_server

# manage.py demo makes these; the passwords stand in the README, so everyone knows them.
DEMO_PASSWORDS = {"m1": "manager123", "c101": "customer123", "c102": "customer123"}


@register(Tags.database)
def demo_users_stay_at_home(
    app_configs: Iterable[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.DEVELOPMENT:
        return []
    return [
        Error(
            f"{username} can sign in with the password of the demo.",
            hint=f"Change it: manage.py changepassword {username}. Or start with an empty database.",
            id="duebook.E001",
        )
        for alias in databases or []
        for username in open_to_everyone(alias)
    ]


@register(deploy=True)
def mails_have_a_server(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    hint = "Set EMAIL_URL for the worker, such as submission://user:password@mail.example:587."
    return [] if has_a_server() else [Warning("EMAIL_URL is not set: mails wait.", hint=hint, id="duebook.W002")]


def open_to_everyone(alias: str) -> list[str]:
    """Sign-ins whose password still is the demo's; hashing costs 0.24 s each, and only where they exist."""
    if User._meta.db_table not in connections[alias].introspection.table_names():
        return []
    found = User.objects.using(alias).filter(username__in=DEMO_PASSWORDS, is_active=True)
    pairs = found.values_list("username", "password").order_by("username")
    return [username for username, password in pairs if check_password(DEMO_PASSWORDS[username], password)]
