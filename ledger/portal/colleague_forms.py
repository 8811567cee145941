"""The form with which a colleague is named."""

from django import forms

from accounts import roles
from accounts.models import Manager

WORDS = {
    roles.MANAGER: "Manager: all that the shop does, but for giving roles",
    roles.CLERK: "Clerk: daily work; forgives, reverses and undoes nothing",
    roles.AUDITOR: "Auditor: sees everything, writes nothing",
}


class ColleagueForm(forms.ModelForm):
    role = forms.ChoiceField(label="What they may do", choices=list(WORDS.items()), initial=roles.CLERK)

    class Meta:
        model = Manager
        fields = ("name", "email")
        help_texts = {"email": "For a forgotten password. It may stay empty."}

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).strip()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
