"""The form to ask for credit: it builds a request and never saves one."""

import datetime
from typing import Any

from babel.dates import format_date
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from credit.actions.asking import FURTHEST
from credit.models import CreditPolicy, CreditRequest, Method
from ledger.forms import new_key
from ledger.money import MoneyFormField, active_locale
from ledger.months import add_months, month_from, month_of
from ledger.templatetags.money import month_name

FIXED_INTEREST = (CreditPolicy.Interest.NONE, CreditPolicy.Interest.DECLINING)
CHANGED = _("The rules of lending changed meanwhile. Look at what it costs again.")


class AskForm(forms.Form):
    """Year, month and amount; the method and the term where the lender leaves a choice.

    rules: the policy under which the cost was shown, where it was shown.
    """

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    month = forms.TypedChoiceField(label=_("Month"), coerce=int)
    amount = MoneyFormField(label=_("Amount"))
    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput)
    rules = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: CreditPolicy, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.today, self.first = policy, today, month_of(today)
        self.last = add_months(self.first, FURTHEST)
        names = [
            (day, format_date(datetime.date(2000, day, 1), "LLLL", locale=active_locale())) for day in range(1, 13)
        ]
        years = [(year, str(year)) for year in range(self.first.year, self.last.year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        self.fields["month"].choices = names  # type: ignore[attr-defined]
        if policy.longest_term > 1:
            self.fields["instalments"] = forms.IntegerField(
                min_value=1,
                max_value=policy.longest_term,
                initial=1,
                label=_("Instalments"),
                help_text=gettext("In how many months you repay: 1 to %(most)s. The first is the month above.")
                % {"most": policy.longest_term},
            )
            if policy.interest in FIXED_INTEREST:
                self.fields["instalment"] = MoneyFormField(
                    required=False,
                    label=_("Or the same amount each month"),
                    help_text=_("It then says by itself in how many months you repay; the last one takes the rest."),
                )
        if policy.methods == CreditPolicy.Methods.BOTH:
            self.fields["method"] = forms.ChoiceField(
                label=_("Judge me by"), choices=METHODS, widget=forms.RadioSelect, initial=Method.PERCENTAGE
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("rules") not in (None, self.policy.pk):
            self.add_error(None, ValidationError(CHANGED))
        if cleaned.get("year") and cleaned.get("month"):
            month = month_from(cleaned["year"], cleaned["month"])
            if not self.first <= month <= self.last:
                told = {"first": month_name(self.first), "last": month_name(self.last)}
                said = gettext("Choose a month from %(first)s to %(last)s.") % told
                self.add_error("month", ValidationError(said))
        return cleaned

    @property
    def costs(self) -> bool:
        """Whether what is given may cost something or take long, so that it is shown before it is asked for."""
        return self.policy.longest_term > 1 or self.policy.interest != CreditPolicy.Interest.NONE

    def hidden(self) -> list[str]:
        """Every field with what was entered, for the page that shows the cost; it says under which rules."""
        shown = {name: self.data.get(name, "") for name in self.fields} | {"rules": self.policy.pk}
        again = AskForm(shown, policy=self.policy, today=self.today)
        return [field.as_hidden() for field in again]

    def request(self, customer: Customer, asked_by: str) -> CreditRequest:
        """Unsaved; the act completes it."""
        told = self.cleaned_data
        return CreditRequest(
            customer=customer,
            month=month_from(told["year"], told["month"]),
            amount=told["amount"],
            method=told.get("method") or self.policy.methods,
            instalments=told.get("instalments") or 1,
            instalment=told.get("instalment"),
            key=told["key"],
            asked_by=asked_by,
        )


METHODS = [
    (Method.PERCENTAGE.value, _("the total amount paid")),
    (Method.MODEL.value, _("the model, which looks at how you paid")),
]


def fresh(policy: CreditPolicy, today: datetime.date) -> AskForm:
    """An empty form with its own key; the next month is proposed."""
    coming = add_months(month_of(today), 1)
    initial = {"year": coming.year, "month": coming.month, "key": new_key()}
    return AskForm(policy=policy, today=today, initial=initial)
