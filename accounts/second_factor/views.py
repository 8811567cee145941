"""Pages of the second factor: the second step at the door, the overview, and adding and removing."""

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as passkey_views
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy

from accounts.second_factor.forms import (
    ActivateForm,
    AddPasskeyForm,
    ConfirmForm,
    ConfirmPasskeyForm,
    PasskeyStepForm,
    SecondStepForm,
)
from accounts.sign_ins import LOCKED_OUT, tell

THROTTLED = ("too_many_login_attempts", "rate_limited")


class _SaysWhenThrottled:
    """A form that was refused for too many guesses is answered 429."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if any(form.has_error(field, code) for field in form.errors for code in THROTTLED):
            answer.status_code = 429
        return answer


class SecondStepView(_SaysWhenThrottled, base_views.AuthenticateView):
    """Behind either door, once the password is right. Who took too long, or whose second factor was reset
    meanwhile, is sent back to the door of before."""

    form_class = SecondStepForm
    webauthn_form_class = PasskeyStepForm

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        answer = super().form_invalid(form)
        if answer.status_code == 429:
            tell(self.stage.login.user, LOCKED_OUT)
        return answer

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated and answer.headers.get("Location") == reverse("account_login"):
            clear_login(request)  # else the door would lead back here, where nothing is left to ask
            return redirect(request.session.get("door", "account_login"))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        return {**super().get_context_data(**kwargs), "kinds": kinds}


class OverviewView(base_views.IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        codes = context["authenticators"].get("recovery_codes")
        # Counted without opening the secret, so that the page stands even when the key of the installation changed.
        used = codes.instance.data["used_mask"].bit_count() if codes else 0
        return {**context, "has_codes": bool(codes), "codes_used": used}


class ConfirmView(_SaysWhenThrottled, base_views.ReauthenticateView):
    form_class = ConfirmForm


class ActivateView(_SaysWhenThrottled, totp_views.ActivateTOTPView):
    form_class = ActivateForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


class AddPasskeyView(passkey_views.AddWebAuthnView):
    form_class = AddPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form as it was posted, with its errors: allauth's own page would show a fresh one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, **kwargs}


class ConfirmPasskeyView(passkey_views.ReauthenticateWebAuthnView):
    form_class = ConfirmPasskeyForm


class RemovePasskeyView(passkey_views.RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")


overview = login_required(OverviewView.as_view())
