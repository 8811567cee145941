"""Pages of who: the two doors, register, invitation, passwords, sessions and profile."""

from typing import Any, ClassVar

from allauth.account import views as allauth_views
from allauth.account.utils import perform_login
from allauth.decorators import rate_limit
from allauth.usersessions.views import ListUserSessionsView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, forms, tokens
from accounts.decorators import customer_required
from accounts.language_views import LanguageForm, keep_picked
from accounts.message_views import MailChoiceForm
from accounts.messages import choice_of
from accounts.models import User


class DoorView(allauth_views.LoginView):
    template_name = "accounts/sign_in.html"
    door: ClassVar[str]

    def get_authenticated_redirect_url(self) -> str:
        # Never `next`: the admin sends a signed-in customer here, and next would send him back for ever.
        return reverse("home")

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session["door"] = self.door  # the second step leads back to it
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        throttled = form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts")
        return self.render_to_response(self.get_context_data(form=form), status=429 if throttled else 200)


class CustomerDoorView(DoorView):
    form_class = forms.CustomerDoorForm
    door = "account_login"
    extra_context = {"heading": _("Customer sign-in"), "other": "manager_login", "other_label": _("Sign in as staff")}


class ManagerDoorView(DoorView):
    form_class = forms.ManagerDoorForm
    door = "manager_login"
    extra_context = {"heading": _("Staff sign-in"), "other": "account_login", "other_label": _("Sign in as a customer")}


class ChangePasswordView(allauth_views.PasswordChangeView):
    form_class = forms.ChangePasswordForm


class ResetPasswordView(allauth_views.PasswordResetView):
    form_class = forms.ResetPasswordForm


class ResetPasswordFromKeyView(allauth_views.PasswordResetFromKeyView):
    form_class = forms.ResetPasswordKeyForm


class ReauthenticateView(allauth_views.ReauthenticateView):
    form_class = forms.ReauthenticateForm


class SessionsView(ListUserSessionsView):
    form_class = forms.EndSessionsForm


@never_cache
@sensitive_post_parameters("password")
@rate_limit(action="signup")
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    if not request.lender.registration_open:  # type: ignore[attr-defined]
        return render(request, "accounts/register_closed.html", status=403)
    form = forms.RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        customer = actions.register_customer(form.instance, form.cleaned_data["password"])
        keep_picked(request, customer.login)
        return perform_login(request, customer.login, signup=True, redirect_url=reverse("welcome"))
    return render(request, "accounts/register.html", {"form": form})


@customer_required
def welcome(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/welcome.html")


@never_cache
@sensitive_post_parameters("password")
@rate_limit(action="reset_password_from_key")
def invitation(request: HttpRequest, uid: int, token: str) -> HttpResponse:
    """The one-time link; 410 once it was used, is too old, or never was one."""
    user = User.objects.filter(pk=uid).first()
    if user is None or not tokens.is_good(user, token):
        return render(request, "accounts/invitation_over.html", status=410)
    form = forms.ChoosePasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.accept_invitation(user, form.cleaned_data["password"]):
            keep_picked(request, user)
            return perform_login(request, User.objects.get(pk=uid), redirect_url=reverse("home"))
        return render(request, "accounts/invitation_over.html", status=410)
    return render(request, "accounts/invitation.html", {"form": form, "invited": user})


def sign_out(request: HttpRequest) -> HttpResponseBase:
    """The browser forgets with it what pages kept in its store: entries of the notebook that wait for a network."""
    response: HttpResponseBase = allauth_views.logout(request)
    if not request.user.is_authenticated:
        response["Clear-Site-Data"] = '"storage"'
    return response


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's own first page."""
    if request.user.customer is not None:  # type: ignore[union-attr]
        return redirect("dashboard")
    return redirect("admin:index" if request.user.is_staff else "profile")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    customer = request.user.customer  # type: ignore[union-attr]
    mails = MailChoiceForm(instance=choice_of(customer)) if customer else None
    language = LanguageForm(initial={"language": request.user.language})  # type: ignore[union-attr]
    context = {"person": person_of(request), "mails": mails, "language_form": language}
    return render(request, "accounts/profile.html", context)


def person_of(request: HttpRequest) -> Any:
    """The customer or member of staff; None for the operator of the machine."""
    return request.user.customer or request.user.manager  # type: ignore[union-attr]
