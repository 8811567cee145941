"""Forms of the pages of files: one to send a file, one to look through its lines."""

from typing import Any, cast

from django import forms

from accounts.models import LARGEST_NUMBER, User
from ledger.bulk.importing import LONGEST_NAME
from ledger.bulk.registry import kinds, permission
from ledger.models import UploadLine


class SendForm(forms.Form):
    """Offers the kinds of file whose rows the user may add."""

    kind = forms.ChoiceField(label="What it holds")
    file = forms.FileField(
        label="CSV file or workbook",
        allow_empty_file=True,  # it is refused with a sentence of our own
        help_text="A spreadsheet saved as CSV or .xlsx, up to 10 MB; or CSV in UTF-8 with commas, up to 100 MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    order = forms.ChoiceField(
        label="Dates",
        required=False,
        choices=[
            ("", "as the file itself tells"),
            ("dmy", "day first, as in 31/03/2025"),
            ("mdy", "month first, as in 03/31/2025"),
        ],
    )
    name = forms.CharField(
        label="Name of the batch", max_length=LONGEST_NAME, required=False, help_text="Empty: the file’s own name."
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [name for name in kinds() if user.has_perm(permission("add", name))]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(name, name.capitalize()) for name in allowed]


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
