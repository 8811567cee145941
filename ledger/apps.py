"""The app's name, and its start-up checks."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"

    def ready(self) -> None:
        from ledger import checks  # noqa: F401  registers the checks; they need the models loaded
