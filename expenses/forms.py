"""The notebook's forms: they build an entry and never save one."""

import datetime
import secrets
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Choices
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import PasswordField
from accounts.models import Customer
from expenses.guesses import folded
from expenses.models import FIRST_DAY, Expense
from expenses.receipts import cleaned
from ledger.money import MoneyFormField, currency_code, decimals, fits

LONGEST_RULE = 100


def capitalized(choices: Iterable[Choices]) -> list[tuple[str, str]]:
    """As a form offers them, in the reader's language: hence asked for when the form is shown."""
    return [(one.value, capfirst(str(one.label))) for one in choices]


class CurrencyField(forms.CharField):
    """An ISO 4217 code; empty for the notebook's own currency, which is the lender's."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"placeholder": settings.CURRENCY, "autocapitalize": "characters", "autocomplete": "off", "size": 4}
        super().__init__(required=False, max_length=3, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        code: str = super().clean(value).upper()
        if code and not currency_code(code):
            raise forms.ValidationError(_("Write the currency as its three letters, such as EUR or KES."))
        return "" if code == settings.CURRENCY else code


class KeyForm(forms.Form):
    """The key that makes a form sent twice one act."""

    key = forms.CharField(min_length=16, max_length=80, widget=forms.HiddenInput)


class EntryForm(KeyForm):
    """Amount, day, category and kind; a note and another currency if wanted. Its key may be a program's own."""

    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput)
    amount = MoneyFormField(label=_("Amount"))
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    category = forms.CharField(
        label=_("Category"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: capitalized(Expense.Kind))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    currency = CurrencyField(label=_("Currency"))

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= self.today + datetime.timedelta(days=366):
            raise forms.ValidationError(_("Enter a day from 1970 to a year ahead."))
        return day

    def clean_category(self) -> str:
        return " ".join(self.cleaned_data["category"].split())

    def clean(self) -> dict[str, Any]:
        """An amount of another currency has no finer part than that currency has."""
        data = self.cleaned_data
        amount, currency = data.get("amount"), data.get("currency")
        if amount and currency and not fits(amount, currency):
            self.add_error("amount", _amounts_in(currency))
        return data

    def entry(self, owner: Customer, number: int | None = None) -> Expense:
        """Unsaved, without its category: the act finds that by name."""
        data = self.cleaned_data
        fields = {name: data[name] for name in ("amount", "currency", "day", "kind", "note", "key")}
        return Expense(pk=number, customer=owner, **fields)


def _amounts_in(currency: str) -> str:
    told = {"currency": currency, "number": decimals(currency)}
    return gettext("Amounts in %(currency)s have at most %(number)s decimals.") % told


def _too_long(length: int) -> str:
    told = {"most": LONGEST_RULE, "length": length}
    return gettext("Ensure this has at most %(most)s letters (it has %(length)s).") % told


def new_key() -> str:
    return secrets.token_urlsafe(24)


def new_entry(today: datetime.date, category: str) -> EntryForm:
    """Today and the last category are filled in already."""
    initial = {"key": new_key(), "day": today, "category": category, "kind": "spending"}
    return EntryForm(today=today, initial=initial)


class ReceiptForm(forms.Form):
    receipt = forms.FileField(
        label=_("Receipt"),
        help_text=_("A JPEG or PNG picture or a PDF, at most 5 MB. The place and time in a picture are taken out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )

    def clean_receipt(self) -> tuple[str, bytes]:
        """(kind, content); its name is not kept."""
        return cleaned(self.cleaned_data["receipt"].read())


class RuleForm(forms.Form):
    text = forms.CharField(label=_("The note contains"), min_length=2, max_length=LONGEST_RULE)
    category = forms.CharField(
        label=_("Category"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )

    def clean_category(self) -> str:
        return " ".join(self.cleaned_data["category"].split())

    def clean_text(self) -> str:
        """As it is kept; folding makes some letters two."""
        text = folded(self.cleaned_data["text"])
        if len(text) > LONGEST_RULE:
            raise forms.ValidationError(_too_long(len(text)))
        return text


class ShareForm(forms.Form):
    """One part of a receipt; an empty line is none."""

    amount = MoneyFormField(label=_("Amount"), required=False)
    category = forms.CharField(
        label=_("Category"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        category = " ".join(data.get("category", "").split())
        if bool(category) != bool(data.get("amount")) and "amount" not in self.errors:
            raise forms.ValidationError(_("A part has both an amount and a category."))
        return data | {"category": category}


class EraseForm(forms.Form):
    password = PasswordField(label=cast("str", _("Your password")))
