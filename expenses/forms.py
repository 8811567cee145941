"""The entry form: it builds an entry and never saves one."""

import datetime
import secrets
from typing import Any

from django import forms

from accounts.models import Customer
from expenses.models import FIRST_DAY, Expense
from ledger.money import MoneyFormField


class EntryForm(forms.Form):
    """Amount, day, category and kind; a note if wanted."""

    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput)
    amount = MoneyFormField()
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), input_formats=["%Y-%m-%d"])
    category = forms.CharField(
        max_length=60, widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"})
    )
    kind = forms.ChoiceField(choices=[(kind.value, kind.label.capitalize()) for kind in Expense.Kind])
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= self.today + datetime.timedelta(days=366):
            raise forms.ValidationError("Enter a day from 1970 to a year ahead.")
        return day

    def clean_category(self) -> str:
        return " ".join(self.cleaned_data["category"].split())

    def entry(self, owner: Customer, number: int | None = None) -> Expense:
        """Unsaved, without its category: the act finds that by name."""
        data = self.cleaned_data
        fields = {name: data[name] for name in ("amount", "day", "kind", "note", "key")}
        return Expense(pk=number, customer=owner, **fields)


def new_entry(today: datetime.date, category: str) -> EntryForm:
    """Today and the last category are filled in already."""
    initial = {"key": secrets.token_urlsafe(24), "day": today, "category": category, "kind": "spending"}
    return EntryForm(today=today, initial=initial)
