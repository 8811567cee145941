"""The app's name, its start-up checks, and what it holds on a customer."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger import checks, personal  # noqa: F401  registered here, for they need the models loaded
