"""Forms of the start page."""

from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.logo_forms import WithLogo
from accounts.models import Lender
from ledger.money import active_locale

BESIDE = " – "  # between a zone and its city
OLD_NAMES = get_global("zone_aliases")


def zones(kept: str) -> list[tuple[str, str]]:
    """Those that are named after a place, UTC, and the one that the lender keeps, such as Etc/GMT-3 or Japan."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix"))}
    return [("UTC", "UTC"), *((name, spoken(name)) for name in sorted({*places, kept} - {"UTC"}))]


def spoken(zone: str) -> str:
    """As programs write it, with its city beside it where the reader's language writes that in its own way."""
    locale, told = active_locale(), zone.replace("_", " ")
    city = locale.time_zones.get(OLD_NAMES.get(zone, zone), {}).get("city") if locale.language != "en" else None
    return f"{told}{BESIDE}{city}" if city else told


class ZoneSelect(forms.Select):
    """Tells programs that read aloud which language each choice is in."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if (language := active_locale().language) != "en":
            option["attrs"]["lang"] = language if BESIDE in option["label"] else "en"
        return option


class LenderForm(WithLogo):
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("It says when your day begins, and what is late."), widget=ZoneSelect
    )

    field_order = ("name", "address", "picture")

    class Meta:
        model = Lender
        fields = ("name", "address", "time_zone", "language", "registration_open", "payments_post_at_once")
        labels = {
            "name": _("Name of the shop"),
            "language": _("Your customers’ language"),
            "registration_open": _("Strangers may register"),
        }
        help_texts = {
            "name": _("It stands on every page and receipt."),
            "language": _("Of those who chose none themselves."),
            "registration_open": _("They get the next customer number. Without it you add every customer yourself."),
            "payments_post_at_once": _("Without it, what a customer reports as paid waits until you confirm it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones(self.instance.time_zone)  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", gettext("As each browser asks")), *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["address"].widget.attrs["rows"] = 3
        if self.instance.name == Lender._meta.get_field("name").default:
            self.initial["name"] = ""

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()
