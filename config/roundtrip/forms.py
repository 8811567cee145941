"""Forms of the round trip: which columns to take along, and the file that comes back."""

from typing import Any

from django import forms

from accounts.models import LARGEST_NUMBER
from config.roundtrip.resources import COLUMNS
from config.roundtrip.sheets import LARGEST, MOST_ROWS, Sheet, read_sheet
from ledger.bulk.cells import whole
from ledger.bulk.reading import BadFile, Columns

WORDS = {"name": "Name", "email": "E-mail", "phone": "Phone", "age": "Age", "credit_limit": "Credit limit"}


class ExportForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label="Columns beside the number",
        choices=[(name, WORDS[name]) for name in COLUMNS.optional],
        initial=COLUMNS.optional,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one column."},
    )
    excel = forms.BooleanField(
        label="For Excel: begin with a byte-order mark, without which it spoils letters such as é and ö",
        required=False,
    )
    only = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_ROWS * 14)

    def clean(self) -> None:
        """`only` becomes the numbers that were ticked in the list; none for the whole list."""
        ticked = self.cleaned_data.get("only", "x").split(",")
        try:
            self.cleaned_data["only"] = [whole(number, 1, LARGEST_NUMBER) for number in ticked if number]
        except ValueError:
            raise forms.ValidationError("The choice of customers is damaged. Tick them in the list again.") from None


class FileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,  # it is refused with a sentence of our own
        help_text=f"Up to {MOST_ROWS:,} rows and {LARGEST // 1024 // 1024} MB.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, columns: Columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.content = b""
        self.sheet: Sheet | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"The file is larger than {LARGEST // 1024 // 1024} MB. Send it in parts.")
        self.content = file.read()
        try:
            self.sheet = read_sheet(self.content, self.columns)
        except BadFile as fault:
            raise forms.ValidationError(str(fault)) from None
        return file
