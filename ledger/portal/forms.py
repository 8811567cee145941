"""Forms of the book: they build a payment and never save one."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ledger import channels
from ledger.forms import Balances, PaymentForm, first_choice, new_key
from ledger.models import Payment
from ledger.money import MoneyFormField, format_money
from ledger.months import FIRST_YEAR, LAST_YEAR, month_from
from ledger.templatetags.money import month_name

CHANNELS = ("cash", "bank transfer", "mobile money", "card", "cheque")


class DayField(forms.DateField):
    """A day as the browser's own picker writes it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.error_messages["invalid"] = _("Write the day as year-month-day, as in 2025-03-31.")


class ChannelField(forms.CharField):
    """How money came: offered and shown in the reader's language, kept as the books keep it."""

    widget = forms.TextInput(attrs={"list": "channels", "autocomplete": "off"})

    def __init__(self) -> None:
        super().__init__(max_length=40, required=False, label=_("Came by"))

    def prepare_value(self, value: Any) -> Any:
        return channels.spoken(value) if value else value

    def clean(self, value: Any) -> str:
        return channels.stored(super().clean(value))


def channels_offered() -> list[str]:
    return [channels.spoken(channel) for channel in CHANNELS]


class SearchForm(forms.Form):
    q = forms.CharField(max_length=100, required=False)


class RecordForm(PaymentForm):
    """Both steps of recording a payment: typed, then carried through the preview in hidden fields.

    Any month may stand: a retry comes when the month is filled already.
    """

    amount = MoneyFormField(label=_("Amount"))
    starting = forms.DateField(label=_("First month to fill"), required=False)
    received_on = DayField(label=_("Received on"))
    channel = ChannelField()
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, balances: Balances | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if balances is None:
            for name in self.fields:
                self.fields[name].widget = forms.HiddenInput()
            return
        months = [(day.isoformat(), _open(day, left)) for day, left in balances.items()]
        oldest = ("", _("The oldest that is open") if months else _("Nothing is open"))
        self.fields["starting"].widget = forms.Select(choices=[*months, oldest])

    def payment(self, customer: Customer, recorded_by: str) -> Payment:
        payment = super().payment(customer, recorded_by)
        for name in ("starting", "received_on", "channel", "reference", "note"):
            setattr(payment, name, self.cleaned_data[name])
        return payment


def _open(month: datetime.date, left: Decimal) -> str:
    told = {"month": month_name(month), "amount": format_money(left)}
    return gettext("%(month)s: %(amount)s open") % told


def first_record(balances: Balances, today: datetime.date, year: str = "", month: str = "") -> dict[str, Any]:
    """Initial values: the open month that was asked for, else the oldest, received today."""
    chosen = first_choice(balances, year, month)
    starting = month_from(chosen["year"], chosen["month"]).isoformat() if "year" in chosen else ""
    return {**chosen, "starting": starting, "received_on": today, "channel": CHANNELS[0]}


class ReverseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It stands in the books beside the reversal.")
    )


class RefundForm(forms.Form):
    """Money handed back out of what is held."""

    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput, initial=new_key)
    amount = MoneyFormField(label=_("Amount"), help_text=_("At most what is held."))
    reference = forms.CharField(
        label=_("Reference"), max_length=100, required=False, help_text=_("Of the transfer or the slip.")
    )

    def payment(self, customer: Customer, recorded_by: str) -> Payment:
        told = {name: self.cleaned_data[name] for name in ("key", "reference")}
        return Payment(customer=customer, amount=-self.cleaned_data["amount"], recorded_by=recorded_by, **told)


class InviteForm(forms.Form):
    """What makes one mail of two clicks."""

    key = forms.CharField(min_length=16, max_length=60)


class DayForm(forms.Form):
    """The day that something is asked about."""

    on = DayField(label=pgettext_lazy("a day", "On"))


class RangeForm(forms.Form):
    """The days a statement is about."""

    first = DayField(label=pgettext_lazy("the first day", "From"))
    last = DayField(label=pgettext_lazy("the last day", "To"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            raise ValidationError(_("The first day is after the last. Swap them."))
        if first and last and not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
            years = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise ValidationError(_("A statement lies between %(first)s and %(last)s.") % years)
        return cleaned


def range_asked(asked: Any, today: datetime.date) -> RangeForm:
    """The days asked for, as first and last or from and to, else the year asked for, else this one."""
    first, last = (asked.get(ours) or asked.get(plain) for ours, plain in (("first", "from"), ("last", "to")))
    if first or last:
        return RangeForm({"first": first, "last": last})
    wanted = asked.get("year", "")
    known = wanted.isascii() and wanted.isdigit() and FIRST_YEAR <= int(wanted[:5]) <= LAST_YEAR
    year = int(wanted) if known else today.year
    return RangeForm({"first": f"{year:04}-01-01", "last": f"{year:04}-12-31"})
