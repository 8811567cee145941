"""The app's name, and what it enters where other rooms look: its acts for a second person, its proofs,
and what it holds on a customer."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "credit"

    def ready(self) -> None:
        from credit import entering, personal  # noqa: F401  they need the models loaded
