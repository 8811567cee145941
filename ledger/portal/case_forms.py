"""Forms of the case page, one for each act: they build a note or a promise and never save one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Customer
from ledger.forms import new_key
from ledger.models import CaseNote, Promise
from ledger.money import MoneyFormField
from ledger.portal.forms import DayField


class NoteForm(forms.Form):
    """What was done; the key makes two clicks one note."""

    key = forms.CharField(min_length=16, max_length=100, widget=forms.HiddenInput, initial=new_key)
    done = forms.ChoiceField(
        label=pgettext_lazy("done on a case", "What"), choices=CaseNote.Done.choices, initial=CaseNote.Done.CALL
    )
    text = forms.CharField(
        label=_("What was said"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_action_on = DayField(label=_("Next action on"), required=False, help_text=_("Off the worklist until then."))

    def note(self, customer: Customer, recorded_by: str) -> CaseNote:
        told = {name: self.cleaned_data.get(name, CaseNote.Done.NOTE) for name in ("key", "done", "text")}
        return CaseNote(customer=customer, recorded_by=recorded_by, **told)


class PromiseForm(forms.Form):
    amount = MoneyFormField(label=_("Amount"))
    promised_on = DayField(label=pgettext_lazy("a promised day", "By"))

    def promise(self, customer: Customer, made_by: str) -> Promise:
        return Promise(customer=customer, made_by=made_by, **self.cleaned_data)


class HardshipForm(NoteForm):
    done = None  # type: ignore[assignment]
    text = forms.CharField(label=_("Why"), max_length=1000)
    next_action_on = DayField(label=_("Look at it again on"), required=False)


class ResolveForm(HardshipForm):
    text = forms.CharField(label=_("How it ended"), max_length=1000, initial=_("Paid up."))
    next_action_on = None  # type: ignore[assignment]


class NextForm(forms.Form):
    next_action_on = DayField(label=_("Next action on"), required=False, help_text=_("Empty: no day."))


class AssignForm(forms.Form):
    """Nothing to fill in: the case goes to whoever presses the button."""


FORMS: dict[str, type[forms.Form]] = {
    "note": NoteForm,
    "promise": PromiseForm,
    "hardship": HardshipForm,
    "resolve": ResolveForm,
    "next": NextForm,
    "assign": AssignForm,
}


def fresh(name: str, **initial: Any) -> forms.Form:
    """An empty form whose fields' ids are its own on a page of several."""
    return FORMS[name](initial=initial, auto_id=f"{name}_%s")
