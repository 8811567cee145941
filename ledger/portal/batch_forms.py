"""Forms of the pages of files: one to send a file, one to look through its lines."""

from django import forms

from accounts.models import LARGEST_NUMBER
from ledger.bulk.importing import LONGEST_NAME
from ledger.bulk.registry import kinds
from ledger.models import UploadLine


def kind_choices() -> list[tuple[str, str]]:
    return [(name, name.capitalize()) for name in kinds()]


class SendForm(forms.Form):
    kind = forms.ChoiceField(label="What it holds", choices=kind_choices)
    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,  # it is refused with a sentence of our own
        help_text="UTF-8, with commas, a header and up to 1,000,000 lines; at most 100 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    name = forms.CharField(
        label="Name of the batch", max_length=LONGEST_NAME, required=False, help_text="Empty: the file’s own name."
    )
    excel = forms.BooleanField(label="Saved by Excel as “CSV UTF-8”: it begins with a byte-order mark", required=False)


class LinesForm(forms.Form):
    """Which lines to show; what cannot be read asks for all."""

    show = forms.ChoiceField(
        label="Lines",
        required=False,
        choices=[("", "all"), *UploadLine.Decision.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    customer = forms.IntegerField(
        label="of customer",
        min_value=1,
        max_value=LARGEST_NUMBER,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    line = forms.IntegerField(
        label="from line",
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
