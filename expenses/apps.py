"""The app's name, and what it holds on a customer."""

from django.apps import AppConfig


class ExpensesConfig(AppConfig):
    name = "expenses"

    def ready(self) -> None:
        from expenses import personal  # noqa: F401  enters the holdings; it needs the models loaded
