"""The app's name, and what it holds on a customer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import personal  # noqa: F401  enters the holdings; it needs the models loaded
