"""The lender's logo as a field of the forms that change the lender."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.logos import LARGEST, Picture, picture_of


@dataclass(frozen=True)
class Present:
    """The one that is there, as the field shows it."""

    asked_as: str

    @property
    def url(self) -> str:
        return reverse("logo", args=[self.asked_as])

    @property
    def name(self) -> str:
        """Short, for who reads it."""
        return f"logo.{self.asked_as.rpartition('.')[2]}"

    def __str__(self) -> str:
        return self.name


class LogoInput(forms.ClearableFileInput):
    clear_checkbox_label = _("Take it off")  # type: ignore[assignment]  # read when it is shown


class LogoField(forms.FileField):
    """A Picture where one was sent, False where the one that is there shall go, None where nothing was touched."""

    def clean(self, data: Any, initial: Any = None) -> Picture | bool | None:
        given = super().clean(data, initial)
        if isinstance(given, UploadedFile):
            return picture_of(given.read(LARGEST + 1))
        return False if given is False else None


class WithLogo(forms.ModelForm):
    picture = LogoField(
        label=_("Logo"),
        required=False,
        help_text=_(
            "A PNG or JPEG picture, at most 200 KB and 1,000 pixels wide and high. It stands beside the name on every "
            "page and paper."
        ),
        widget=LogoInput(attrs={"accept": "image/png,image/jpeg"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.logo:
            self.initial["picture"] = Present(self.instance.logo)

    @property
    def told(self) -> tuple[list[str], Picture | bool | None]:
        """What accounts.actions.update_lender takes: the lender's own fields that changed, and the logo."""
        return [name for name in self.changed_data if name != "picture"], self.cleaned_data["picture"]
