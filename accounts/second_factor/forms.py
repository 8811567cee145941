"""Forms of the second factor: a code fits once, whatever the form it is typed into."""

import struct
from typing import TYPE_CHECKING, Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from accounts.adapter import TOO_MANY

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEMORY = 5 * 60  # seconds; a code is good for a minute and a half, half a minute before and after its own time

NO_PASSKEY = _("This passkey does not fit. Try again, or choose another way.")
# What allauth and fido2 raise over bytes that are no passkey, beside the errors that they turn into sentences.
NONSENSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)


class CodeField(forms.CharField):
    def __init__(self, label: "StrOrPromise", numbers_only: bool = True) -> None:
        attrs = {"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        if numbers_only:
            attrs["inputmode"] = "numeric"
        super().__init__(label=label, max_length=40, widget=forms.TextInput(attrs=attrs))


class _EachCodeOnce(forms.Form):
    """allauth forgets a used code after half a minute; with a tolerant clock it would still be good."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(_("Code"))

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


class CredentialField(forms.JSONField):
    """What the browser says of a passkey; of no use a second time, so never sent back."""

    def bound_data(self, data: Any, initial: Any) -> None:
        return None

    def prepare_value(self, value: Any) -> str:
        return ""


class _ReadsPasskey(forms.Form):
    """What no browser would send is a passkey that does not fit, like another, and not a breakdown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except NONSENSE:
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))

    def refusal(self) -> "StrOrPromise":
        """One sentence for the page; allauth has the one of codes that do not fit."""
        waits = any(self.has_error(field, "too_many_login_attempts") for field in self.errors)
        return (TOO_MANY if waits else NO_PASSKEY) if self.errors else ""


class PasskeyStepForm(_ReadsPasskey, passkey_forms.AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(_ReadsPasskey, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_ReadsPasskey, passkey_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name"),
            required=False,
            max_length=60,
            help_text=_("So that you know it again, such as: my phone, the blue key."),
        )
