"""The app's name, its start-up checks, and what it holds on a customer."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from ledger import checks, personal  # noqa: F401  registered here, for they need the models loaded
