"""The app's name, and what it holds on a customer."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import personal  # noqa: F401  enters the holdings; it needs the models loaded
