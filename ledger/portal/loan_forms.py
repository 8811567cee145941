"""Forms about loans: settle one early, take one back; they build and never save."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ledger.models import Payment
from ledger.money import MoneyFormField
from ledger.portal.due_forms import KeyedForm
from ledger.portal.forms import ChannelField, DayField


class SettleForm(KeyedForm):
    """The amount travels as it was seen, so that nobody takes another one than the customer was told."""

    amount = MoneyFormField(widget=forms.HiddenInput)
    received_on = DayField(widget=forms.HiddenInput)
    channel = ChannelField()
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)

    def payment(self, customer: Customer, recorded_by: str) -> Payment:
        return Payment(customer=customer, recorded_by=recorded_by, note="early settlement", **self.cleaned_data)
