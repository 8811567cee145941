"""Forms about what is owed: correct it, let it off, charge it off, recover it; they build and never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ledger.forms import new_key
from ledger.models import Due, Payment
from ledger.money import MoneyFormField, smallest
from ledger.portal.forms import ChannelField, DayField

REASON_HELP = _("It stands in the books.")


class KeyedForm(forms.Form):
    """A form that two clicks send once."""

    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput, initial=new_key)

    def renew_key(self) -> None:
        """A key that was lost or cut is replaced, or no retry could ever pass."""
        if "key" in self.errors:
            self.data = {**self.data.dict(), "key": new_key()}  # type: ignore[attr-defined]


class ChangeDueForm(forms.Form):
    amount = MoneyFormField(label=_("Amount"))
    due_on = DayField(label=_("Due on"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("For the colleague who has to confirm it.")
    )


class LetOffForm(KeyedForm):
    """Waive or charge off a part of one due, or, with the amount as it was seen, of all that is late."""

    amount = MoneyFormField(label=_("Amount"))
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=REASON_HELP)

    def payment(self, customer: Customer, kind: str, recorded_by: str) -> Payment:
        told = {"amount": self.cleaned_data["amount"], "key": self.cleaned_data["key"]}
        return Payment(customer=customer, kind=kind, note=self.cleaned_data["reason"], recorded_by=recorded_by, **told)


class ChargeOffAllForm(LetOffForm):
    amount = MoneyFormField(widget=forms.HiddenInput)


class RecoveryForm(KeyedForm):
    amount = MoneyFormField(
        label=_("Amount"),
        help_text=_("All that came. What is more than was charged off is spread like any payment."),
    )
    received_on = DayField(label=_("Received on"))
    channel = ChannelField()
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def payment(self, customer: Customer, recorded_by: str) -> Payment:
        return Payment(customer=customer, recorded_by=recorded_by, **self.cleaned_data)


class DecisionForm(forms.Form):
    """What a second person says to a request."""

    note = forms.CharField(
        max_length=300,
        required=False,
        label=_("Note"),
        help_text=_("Who refuses says why; who confirms may say what was seen."),
    )


def first_change(due: Due) -> dict[str, Any]:
    return {"amount": due.amount.quantize(smallest()), "due_on": due.due_on}
