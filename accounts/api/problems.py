"""One form for every refusal of the API: RFC 9457's application/problem+json."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"
URN = "urn:duebook:problem:"

# code -> status, title. The code is what a program looks at; the sentences are for people, in their language.
KNOWN: dict[str, tuple[int, str]] = {
    "bad_request": (400, _("The request cannot be read")),
    "unauthorized": (401, _("Sign in first")),
    "wrong_credentials": (401, _("ID and password do not belong together")),
    "otp_required": (401, _("A code of the second factor is needed")),
    "otp_wrong": (401, _("The code of the second factor does not fit")),
    "forbidden": (403, _("This is not yours to do")),
    "sign_in_closed": (403, _("This sign-in is closed")),
    "second_factor_missing": (403, _("Set up a second factor first")),
    "scope_missing": (403, _("The token may not do this")),
    "sign_in_again": (403, _("This takes a sign-in of a few minutes ago")),
    "not_found": (404, _("There is no such thing")),
    "method_not_allowed": (405, _("This address takes another method")),
    "refused": (409, _("The books do not allow this")),
    "too_large": (413, _("The request is too large")),
    "invalid": (422, _("Something in the request is not right")),
    "key_reused": (422, _("The Idempotency-Key stands for another request")),
    "too_many_requests": (429, _("Too many requests")),
    "broken": (500, _("Something broke on our side")),
    "unavailable": (503, _("Not available now")),
}
BY_STATUS = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}
BY_STATUS |= {413: "too_large", 422: "invalid", 429: "too_many_requests", 500: "broken", 503: "unavailable"}


class Fault(Schema):
    """One field that is not right."""

    field: Annotated[str, Field(examples=["body.amount"])]
    message: Annotated[str, Field(examples=["'12.345' has more than 2 decimals."])]


class ProblemBody(Schema):
    """What went wrong. Look at `code`; show `detail` to a person."""

    type: Annotated[str, Field(examples=[URN + "not_found"], description="The code as a URN.")]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: Annotated[str, Field(examples=["not_found"], description=f"One of: {', '.join(KNOWN)}.")]
    detail: str
    errors: list[Fault] = []


class Problem(Exception):
    """Raise it anywhere below an endpoint."""

    def __init__(
        self, code: str, detail: str = "", errors: Sequence[Mapping[str, str]] = (), **headers: str | int
    ) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.errors = code, detail, list(errors)
        self.headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}

    def answer(self) -> HttpResponse:
        status, title = KNOWN[self.code][0], gettext(KNOWN[self.code][1])
        body: dict[str, Any] = {
            "type": URN + self.code,
            "title": title,
            "status": status,
            "code": self.code,
            "detail": self.detail or gettext("%(title)s.") % {"title": title},
            "errors": self.errors,
        }
        headers = {"Content-Language": get_language() or settings.LANGUAGE_CODE, "Vary": "Accept-Language"}
        headers |= {"WWW-Authenticate": 'Bearer realm="duebook"'} if status == 401 else {}
        return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers | self.headers)


def of_status(status: int, detail: str = "") -> Problem:
    """The problem that says no more than a status; what has no name of its own is a bad request or our fault."""
    return Problem(BY_STATUS.get(status, "bad_request" if status < 500 else "broken"), detail)


NOT_FOUND = _("There is nothing here, or it is not yours to see.")


def not_found() -> Problem:
    """The same for what is not there and for what is another's."""
    return Problem("not_found", gettext(NOT_FOUND))
