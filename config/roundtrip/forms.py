"""Forms of the round trip: which columns to take along, and the file that comes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LARGEST_NUMBER
from accounts.sentences import many, said
from accounts.telling import told
from config.roundtrip.resources import COLUMNS
from config.roundtrip.sheets import LARGEST, MOST_ROWS, Sheet, read_sheet
from ledger.bulk.cells import whole
from ledger.bulk.reading import BadFile, Columns

WORDS = {
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "age": _("Age"),
    "credit_limit": _("Credit limit"),
}


class ExportForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=_("Columns beside the number"),
        choices=[(name, WORDS[name]) for name in COLUMNS.optional],
        initial=COLUMNS.optional,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one column.")},
    )
    excel = forms.BooleanField(
        label=_("For Excel: begin with a byte-order mark, without which it spoils letters such as é and ö"),
        required=False,
    )
    only = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_ROWS * 14)

    def clean(self) -> None:
        """`only` becomes the numbers that were ticked in the list; none for the whole list."""
        ticked = self.cleaned_data.get("only", "x").split(",")
        try:
            self.cleaned_data["only"] = [whole(number, 1, LARGEST_NUMBER) for number in ticked if number]
        except ValueError:
            raise forms.ValidationError(_("The choice of customers is damaged. Tick them in the list again.")) from None


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        allow_empty_file=True,  # it is refused with a sentence of our own
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, columns: Columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = said("Up to %(rows)s rows and %(size)s MB.", rows=many(MOST_ROWS), size=LARGEST // 1024 // 1024)
        self.fields["file"].help_text = told(most)
        self.columns = columns
        self.content = b""
        self.sheet: Sheet | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than %(size)s MB. Send it in parts.") % {"size": LARGEST // 1024 // 1024}
            )
        self.content = file.read()
        try:
            self.sheet = read_sheet(self.content, self.columns)
        except BadFile as fault:
            raise forms.ValidationError(told(fault)) from None
        return file
