"""Forms of the second factor: a code fits once, whatever the form it is typed into."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.cache import cache

MEMORY = 5 * 60  # seconds; a code is good for a minute and a half, half a minute before and after its own time


class CodeField(forms.CharField):
    def __init__(self, label: str, numbers_only: bool = True) -> None:
        attrs = {"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        if numbers_only:
            attrs["inputmode"] = "numeric"
        super().__init__(label=label, max_length=40, widget=forms.TextInput(attrs=attrs))


class _EachCodeOnce(forms.Form):
    """allauth forgets a used code after half a minute; with a tolerant clock it would still be good."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField("Code")

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        digits = "".join(sign for sign in code if sign.isdigit())
        if not cache.add(f"second-factor:{self.user.pk}:{digits}", "used", timeout=MEMORY):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(_EachCodeOnce, base_forms.AuthenticateForm):
    pass


class ConfirmForm(_EachCodeOnce, base_forms.ReauthenticateForm):
    pass


class ActivateForm(_EachCodeOnce, totp_forms.ActivateTOTPForm):
    pass


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label="Name",
            required=False,
            max_length=60,
            help_text="So that you know it again, such as: my phone, the blue key.",
        )
