"""What allauth asks of the project: its sentences, its throttle's keys, and where people go."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Lender, User
from accounts.sign_ins import SIGNED_IN, tell, tell_locked_out, tell_of_change

NO_FIT = _(
    "This number or e-mail address and this password do not belong together. Check both and try again. "
    "If you share the address with somebody, sign in with your number."
)
TOO_MANY = _("Too many attempts. Wait 10 minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_FIT,
        "too_many_login_attempts": TOO_MANY,
        "enter_current_password": _("This is not your password now. Type the one you signed in with."),
        "rate_limited": TOO_MANY,
        "incorrect_password": _("This is not your password. Type the one you signed in with."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(Lender.load().registration_open)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])  # allauth's own would write back an old e-mail address or right

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._network = ratelimit.consume(request, app="allauth.account", action="login_failed_network")
        if not self._network:
            raise self.validation_error("too_many_login_attempts")
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            tell_locked_out(credentials.get("door"), str(credentials.get("username") or ""))
            raise

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        tell(user, SIGNED_IN)
        return super().post_login(request, user, **more)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **more: Any) -> None:
        """allauth's mails are off; what they would tell stands in the audit trail."""
        tell_of_change(template_prefix, user)
        super().send_notification_mail(template_prefix, user, *args, **more)

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        self._network.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts count per door, name and address of the network: nobody locks another person out from afar.

        allauth's own key holds the Host header, which the visitor chooses.
        """
        name = str(credentials.get("username") or credentials.get("email") or "").strip().casefold()
        name = name.lstrip("0") if name.isdigit() else name  # 0101 signs in as 101
        return f"{credentials.get('door', '')}:{name}:{self.get_client_ip(request)}"
