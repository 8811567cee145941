"""Which language somebody reads: his own choice, else the lender's, else what his browser asks for."""

from typing import Any

from django.conf import settings
from django.utils import translation

from accounts.models import Customer, Lender, Manager

SPOKEN = frozenset(code for code, _name in settings.LANGUAGES)
# Programs and probes are answered in English, without a look at the database.
PLAIN = ("/api/", "/healthz", "/readyz")


def first(*wishes: str | None) -> str:
    """The first of these that is spoken here; "" where none is."""
    return next((wish for wish in wishes if wish in SPOKEN), "") or ""


def read_in(request: Any) -> str:
    """Of a page. What was picked at the door holds until a choice of his own is kept."""
    if request.path_info.startswith(PLAIN):
        return settings.LANGUAGE_CODE
    own = first(getattr(request.user, "language", ""), picked(request))
    return own or first(request.lender.language) or translation.get_language_from_request(request)


def written_in(reader: Customer | Manager, lender: Lender) -> str:
    """Of a mail or paper."""
    login = getattr(reader, "login", None)
    return first(login and login.language, lender.language) or settings.LANGUAGE_CODE


def picked(request: Any) -> str:
    """What this browser keeps from the picker of the pages before the sign-in."""
    return first(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
