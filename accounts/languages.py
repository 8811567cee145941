"""Which language somebody reads: his own choice, else the lender's, else English."""

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Customer, Lender

SPOKEN = frozenset(code for code, _name in settings.LANGUAGES)


def first(*wishes: str | None) -> str:
    """The first of these that is spoken here; "" where none is."""
    return next((wish for wish in wishes if wish in SPOKEN), "") or ""


def written_in(customer: Customer | None, lender: Lender) -> str:
    """Of mails and papers; what is written to the staff is in English."""
    if customer is None:
        return settings.LANGUAGE_CODE
    login = getattr(customer, "login", None)
    return first(login and login.language, lender.language) or settings.LANGUAGE_CODE


def picked(request: HttpRequest) -> str:
    """What this browser keeps from the picker of the pages before the sign-in."""
    return first(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
