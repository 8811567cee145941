"""The app's name, and what it enters where other rooms look: its acts for a second person, and its proofs."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "credit"

    def ready(self) -> None:
        from credit import entering  # noqa: F401  needs the models loaded
