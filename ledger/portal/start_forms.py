"""Forms of the start page."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from accounts.logo_forms import WithLogo
from accounts.models import Lender


def zones(kept: str) -> list[tuple[str, str]]:
    """Those that are named after a place, UTC, and the one that the lender keeps, such as Etc/GMT-3 or Japan."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix"))}
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted({*places, kept} - {"UTC"}))]


class LenderForm(WithLogo):
    time_zone = forms.ChoiceField(label="Time zone", help_text="It says when your day begins, and what is late.")

    field_order = ("name", "address", "picture")

    class Meta:
        model = Lender
        fields = ("name", "address", "time_zone", "language", "registration_open", "payments_post_at_once")
        labels = {
            "name": "Name of the shop",
            "language": "Your customers’ language",
            "registration_open": "Strangers may register",
        }
        help_texts = {
            "name": "It stands on every page and receipt.",
            "language": "Of those who chose none themselves. Your own pages are in English.",
            "registration_open": "They get the next customer number. Without it you add every customer yourself.",
            "payments_post_at_once": "Without it, what a customer reports as paid waits until you confirm it.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones(self.instance.time_zone)  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", "As each browser asks"), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["address"].widget.attrs["rows"] = 3
        if self.instance.name == Lender._meta.get_field("name").default:
            self.initial["name"] = ""

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()
