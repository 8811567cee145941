"""What allauth's second factor asks of the project: its sentences, its names, and secrets that a copy does not tell."""

import xml.etree.ElementTree as ET
from typing import Any

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathImage

from accounts.models import Lender, User
from accounts.sealing import box

NO_FIT = _(
    "This code does not fit. Type the newest one that the app shows, or a recovery code that was not used before. "
    "If codes are refused again and again, let the phone set its clock by itself."
)
OTHER_KEY = _("The second factor was set up under another key of this installation. Ask an owner to reset it.")


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": NO_FIT,
        "cannot_generate_recovery_codes": _(
            "Recovery codes come with an authenticator app or a passkey. Add one first."
        ),
        "other_key": OTHER_KEY,
    }

    def encrypt(self, text: str) -> str:
        return box("accounts.second_factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return box("accounts.second_factor").decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Never an empty secret in its place: its codes could be computed by anybody.
            raise self.validation_error("other_key") from None

    def get_totp_label(self, user: User) -> str:
        return f"{Lender.load().name}: {user.get_full_name()} ({user.username})"

    def get_totp_issuer(self) -> str:
        return str(Lender.load().name)

    def build_totp_svg(self, url: str) -> SafeString:
        """The picture as an element of the page: the policy needs no exception for it."""
        svg = qrcode.make(url, image_factory=SvgPathImage).get_image()
        svg.set("role", "img")
        svg.set("aria-label", gettext("Picture to scan with the authenticator app"))
        return mark_safe(ET.tostring(svg, encoding="unicode"))  # noqa: S308  made of squares alone

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": str(Lender.load().name)}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        names = {"name": user.username, "display_name": user.get_full_name()}
        return {**super().get_public_key_credential_user_entity(user), **names}

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        number = user.authenticator_set.filter(type=type).count() + 1  # type: ignore[attr-defined]
        return f"Passkey {number}"  # stored, so in no language of a moment
