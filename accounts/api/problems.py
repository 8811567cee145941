"""One form for every refusal of the API: RFC 9457's application/problem+json."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"
URN = "urn:duebook:problem:"

# code -> status, title. The code is what a program looks at; the sentence in `detail` is for people.
KNOWN: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request cannot be read"),
    "unauthorized": (401, "Sign in first"),
    "wrong_credentials": (401, "ID and password do not belong together"),
    "otp_required": (401, "A code of the second factor is needed"),
    "otp_wrong": (401, "The code of the second factor does not fit"),
    "forbidden": (403, "This is not yours to do"),
    "sign_in_closed": (403, "This sign-in is closed"),
    "second_factor_missing": (403, "Set up a second factor first"),
    "scope_missing": (403, "The token may not do this"),
    "sign_in_again": (403, "This takes a sign-in of a few minutes ago"),
    "not_found": (404, "There is no such thing"),
    "method_not_allowed": (405, "This address takes another method"),
    "refused": (409, "The books do not allow this"),
    "too_large": (413, "The request is too large"),
    "invalid": (422, "Something in the request is not right"),
    "key_reused": (422, "The Idempotency-Key stands for another request"),
    "too_many_requests": (429, "Too many requests"),
    "broken": (500, "Something broke on our side"),
    "unavailable": (503, "Not available now"),
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
        status, title = KNOWN[self.code]
        body: dict[str, Any] = {
            "type": URN + self.code,
            "title": title,
            "status": status,
            "code": self.code,
            "detail": self.detail or f"{title}.",
            "errors": self.errors,
        }
        headers = {"WWW-Authenticate": 'Bearer realm="duebook"'} if status == 401 else {}
        return HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE, headers=headers | self.headers)


def of_status(status: int, detail: str = "") -> Problem:
    """The problem that says no more than a status; what has no name of its own is a bad request or our fault."""
    return Problem(BY_STATUS.get(status, "bad_request" if status < 500 else "broken"), detail)


NOT_FOUND = "There is nothing here, or it is not yours to see."


def not_found() -> Problem:
    """The same for what is not there and for what is another's."""
    return Problem("not_found", NOT_FOUND)
