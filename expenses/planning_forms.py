"""Forms for categories, limits and what recurs: they build nouns and never save one."""

import datetime
import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from expenses.forms import capitalized
from expenses.models import FIRST_DAY, Category, Recurring
from expenses.recurrence import Seen
from expenses.searching import CategoryField, DayField
from ledger.money import MoneyFormField

YEARS = datetime.timedelta(days=366)


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class MergeForm(forms.Form):
    into = CategoryField(queryset=Category.objects.none(), label=_("Merge it into"), empty_label=_("Choose a category"))

    def __init__(self, *args: Any, owner: Customer, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Category.objects.of(owner).unmerged().exclude(pk=number)
        self.fields["into"].queryset = others.order_by("name")  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """Without an amount there is no limit any more."""

    category = CategoryField(label=_("Category"), queryset=Category.objects.none(), empty_label=_("Choose a category"))
    amount = MoneyFormField(
        label=_("Spend at most"), required=False, help_text=_("Empty: no limit from this month on.")
    )

    def __init__(self, *args: Any, owner: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.of(owner).offered().order_by("name")  # type: ignore[attr-defined]


class RecurringForm(forms.Form):
    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput)
    amount = MoneyFormField(label=_("Amount"))
    category = forms.CharField(
        label=_("Category"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "categories", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: capitalized(Recurring.KINDS))
    every = forms.ChoiceField(label=_("How often"), choices=lambda: capitalized(Recurring.Every))
    first_on = DayField(label=_("First on"))
    ends_on = DayField(label=_("Last on"), help_text=_("Empty: no end."))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["first_on"].required = True

    def clean_category(self) -> str:
        return " ".join(self.cleaned_data["category"].split())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_on"), data.get("ends_on")
        if first and not FIRST_DAY <= first <= self.today + YEARS:
            self.add_error("first_on", _("Enter a day from 1970 to a year ahead."))
        if first and last and last < first:
            self.add_error("ends_on", _("It cannot end before it begins."))
        return data

    def recurring(self, owner: Customer, number: int | None = None) -> Recurring:
        """Unsaved, without its category: the act finds that by name."""
        names = ("key", "amount", "kind", "every", "first_on", "ends_on", "note")
        return Recurring(pk=number, customer=owner, **{name: self.cleaned_data[name] for name in names})


def new_recurring(today: datetime.date) -> RecurringForm:
    initial = {"key": secrets.token_urlsafe(24), "first_on": today, "every": "month", "kind": "spending"}
    return RecurringForm(today=today, initial=initial)


def suggested(seen: Seen, first_on: datetime.date) -> dict[str, Any]:
    """What the buttons of a suggestion send: the fields of the form above."""
    return {
        "key": secrets.token_urlsafe(24),
        "amount": seen.amount,
        "category": seen.category,
        "kind": seen.kind,
        "every": "month",
        "first_on": first_on,
        "note": seen.note,
    }


class SameForm(forms.Form):
    """Whether an entry is a payment, or a loan, of the lender's books; the act looks whether they are the owner's."""

    entry = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    payment = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    is_loan = forms.BooleanField(required=False)
    same = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class SettleForm(forms.Form):
    """One day of what recurs, and what becomes of it."""

    day = forms.DateField(input_formats=["%Y-%m-%d"])
    act = forms.ChoiceField(choices=[(act, act) for act in ("enter", "skip", "again", "is")])
    entry = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    month = forms.BooleanField(required=False)  # asked on the month page, which is to be seen again
