"""The form of the training page."""

import io
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from credit.groups import BadGroups, read_groups
from credit.models import Training

LARGEST = 10 * 1024 * 1024


class TrainingForm(forms.ModelForm):
    """Builds the unsaved training, groups and all."""

    people = forms.FileField(
        label=_("Groups, for the fairness report"),
        required=False,
        help_text=_(
            "A CSV file: customer, and columns such as sex or age. No model ever learns from it, and it is "
            "forgotten when the training is over."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    class Meta:
        model = Training
        fields = ("outcomes", "days", "months", "first_on", "last_on", "least_dues", "gain", "loss")
        widgets = {
            "first_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {"outcomes": _("Defaults are")}
        help_texts = {
            "outcomes": _(
                "Imported: from an outcomes file. Derived: some due so many days past due, within so many "
                "months of the day a customer is looked at."
            ),
            "days": _("Derived only."),
            "months": _("Derived only."),
            "least_dues": _("Customers with fewer, as seen on the day, are left out."),
            "gain": _("Of the amount lent."),
            "loss": _("Of the amount lent."),
        }

    def clean_people(self) -> dict[str, dict[str, str]]:
        if not (file := self.cleaned_data["people"]):
            return {}
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file has more than 10 MB."))
        try:
            return read_groups(io.StringIO(file.read().decode("utf-8-sig"), newline=""))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is not UTF-8. Save it as CSV UTF-8.")) from None
        except BadGroups as fault:
            raise forms.ValidationError(str(fault)) from None

    def wanted(self, by: str) -> Training:
        training = cast(Training, self.instance)
        training.asked_by, training.groups = by, self.cleaned_data["people"]
        return training

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("days", "months", "least_dues", "gain", "loss"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
