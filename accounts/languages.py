"""Which language somebody reads: his own choice, else the lender's, else what his browser asks for."""

import os
import re
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import Customer, Lender, Manager

SPOKEN = frozenset(code for code, _name in settings.LANGUAGES)
# Probes, and what is written for those who write programs, are English.
PLAIN = ("/healthz", "/readyz", "/api/docs", "/api/openapi.json")


def first(*wishes: str | None) -> str:
    """The first of these that is spoken here; "" where none is."""
    return next((wish for wish in wishes if wish in SPOKEN), "") or ""


def read_in(request: Any) -> str:
    """Of a page. What was picked at the door holds until a choice of his own is kept."""
    if request.path_info.startswith(PLAIN):
        return settings.LANGUAGE_CODE
    if request.path_info.startswith("/api/"):
        return asked_for(request.headers.get("Accept-Language", ""))
    own = first(getattr(request.user, "language", ""), picked(request))
    return own or first(request.lender.language) or translation.get_language_from_request(request)


def asked_for(header: str) -> str:
    """Of an answer to a program, without a look at who sends it, his cookies or the database."""
    for code, _weight in parse_accept_lang_header(header):
        with suppress(LookupError):
            return get_supported_language_variant(code)
    return settings.LANGUAGE_CODE


def at_the_terminal() -> str:
    """Of a command, as other programs of the machine choose: fr_CA.UTF-8 is French, C and all others English."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return first(re.split("[_.@]", named)[0]) or settings.LANGUAGE_CODE


def written_in(reader: Customer | Manager, lender: Lender, asked: str = "") -> str:
    """Of a mail or paper; where no language was chosen, it is that of the page that asked for it."""
    login = getattr(reader, "login", None)
    return first(login and login.language, asked, lender.language) or settings.LANGUAGE_CODE


def picked(request: Any) -> str:
    """What this browser keeps from the picker of the pages before the sign-in."""
    return first(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))


def forget_picked(request: Any, answer: HttpResponse) -> None:
    request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
    answer.delete_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        samesite=cast(Any, settings.LANGUAGE_COOKIE_SAMESITE),
    )
