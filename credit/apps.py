"""The app's name, and what it enters where other rooms look: its acts for a second person, its proofs,
and what it holds on a customer."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class CreditConfig(AppConfig):
    name = "credit"
    verbose_name = pgettext_lazy("a part of the books", "Credit")

    def ready(self) -> None:
        from credit import entering, personal  # noqa: F401  they need the models loaded
