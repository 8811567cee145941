"""Forms of the pages of files: one to send a file, one to look through its lines."""

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import LARGEST_NUMBER, User
from accounts.telling import told
from ledger.bulk.importing import LONGEST_NAME
from ledger.bulk.registry import called, kinds, permission
from ledger.models import UploadLine


class SendForm(forms.Form):
    """Offers the kinds of file whose rows the user may add."""

    kind = forms.ChoiceField(label=_("What it holds"))
    file = forms.FileField(
        label=_("CSV file or workbook"),
        allow_empty_file=True,  # it is refused with a sentence of our own
        help_text=_("A spreadsheet saved as CSV or .xlsx, up to 3 MB; or CSV in UTF-8 with commas, up to 100 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    order = forms.ChoiceField(
        label=_("Dates"),
        required=False,
        choices=[
            ("", _("as the file itself tells")),
            ("dmy", _("day first, as in 31/03/2025")),
            ("mdy", _("month first, as in 03/31/2025")),
        ],
    )
    name = forms.CharField(
        label=_("Name of the batch"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Empty: the file’s own name."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [name for name in kinds() if user.has_perm(permission("add", name))]
        cast(forms.ChoiceField, self.fields["kind"]).choices = [
            (name, capfirst(told(called(name)))) for name in allowed
        ]


class LinesForm(forms.Form):
    """Which lines to show; what cannot be read asks for all."""

    show = forms.ChoiceField(
        label=_("Lines"),
        required=False,
        choices=[("", _("all")), *UploadLine.Decision.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    customer = forms.IntegerField(
        label=_("of customer"),
        min_value=1,
        max_value=LARGEST_NUMBER,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    line = forms.IntegerField(
        label=_("from line"),
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
