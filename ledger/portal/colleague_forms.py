"""The form with which a colleague is named."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Manager

WORDS = {
    roles.MANAGER: _("Manager: all that the shop does, but for giving roles"),
    roles.CLERK: _("Clerk: daily work; forgives, reverses and undoes nothing"),
    roles.AUDITOR: _("Auditor: sees everything, writes nothing"),
}


class ColleagueForm(forms.ModelForm):
    role = forms.ChoiceField(label=_("What they may do"), choices=list(WORDS.items()), initial=roles.CLERK)

    class Meta:
        model = Manager
        fields = ("name", "email")
        help_texts = {"email": _("For a forgotten password. It may stay empty.")}

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
