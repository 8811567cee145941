"""Forms of the customer's pages: they build a payment and never save one."""

import datetime
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ledger.models import Payment
from ledger.money import MoneyFormField, active_locale, smallest
from ledger.months import FIRST_YEAR, LAST_YEAR, month_from
from ledger.templatetags.money import month_name

Balances = Mapping[datetime.date, Decimal]  # the open months, oldest first


def new_key() -> str:
    """What makes a payment sent twice one payment; written once into the first form."""
    return secrets.token_urlsafe(24)


class PaymentForm(forms.Form):
    """What both steps share: a year and a month that belong together, an amount, and the key."""

    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("year")) != bool(cleaned.get("month")):
            raise ValidationError(_("Choose both a year and a month."))
        return cleaned

    def payment(self, customer: Customer, recorded_by: str) -> Payment:
        """Unsaved; the act completes it."""
        year, month = self.cleaned_data.get("year"), self.cleaned_data.get("month")
        return Payment(
            customer=customer,
            amount=self.cleaned_data["amount"],
            starting=month_from(year, month) if year and month else None,
            key=self.cleaned_data["key"],
            channel="web",
            recorded_by=recorded_by,
        )


class ConfirmForm(PaymentForm):
    """The payment as it was previewed. Any month may stand: a retry comes when the month is filled already."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, widget=forms.HiddenInput)
    month = forms.IntegerField(min_value=1, max_value=12, required=False, widget=forms.HiddenInput)
    amount = MoneyFormField(widget=forms.HiddenInput)


class PayForm(PaymentForm):
    """What the customer chooses: the first month to fill, from those that are open, and an amount."""

    amount = MoneyFormField(
        label=_("Amount"), help_text=_("Paid more than this month needs? The rest goes to your other open months.")
    )

    def __init__(self, *args: Any, balances: Balances, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.balances = balances
        if not balances:
            self.fields["amount"].help_text = _("It is held as credit and pays your next due by itself.")
            return
        years = sorted({day.year for day in balances})
        names = {day.month: format_date(day, "LLLL", locale=active_locale()) for day in balances}
        numbers = [(year, str(year)) for year in years]
        self.fields["year"] = forms.TypedChoiceField(coerce=int, choices=numbers, label=_("Year"))
        self.fields["month"] = forms.TypedChoiceField(coerce=int, choices=sorted(names.items()), label=_("Month"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("year") and cleaned.get("month"):
            self._refuse_closed_month(month_from(cleaned["year"], cleaned["month"]))
        return cleaned

    def _refuse_closed_month(self, chosen: datetime.date) -> None:
        if chosen in self.balances:
            return
        others = [month_name(day) for day in self.balances if day.year == chosen.year][:12]
        told = {"month": month_name(chosen), "months": ", ".join(others)}
        raise ValidationError(_("Nothing is open in %(month)s. Open months: %(months)s.") % told)


def first_choice(balances: Balances, year: str = "", month: str = "") -> dict[str, Any]:
    """Initial values: the open month that was asked for, else the first open one of that year, else the oldest."""
    initial: dict[str, Any] = {"key": new_key()}
    if not balances:
        return initial
    asked = [day for day in balances if str(day.year) == year]
    exact = [day for day in asked if str(day.month) == month.lstrip("0")]
    day = next(iter(exact or asked or balances))
    return initial | {"year": day.year, "month": day.month, "amount": balances[day].quantize(smallest())}
