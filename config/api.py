"""The API: every room's endpoints under /api/, one form for every refusal, and the OpenAPI file with each of them."""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as InvalidRequest
from ninja.openapi.schema import OpenAPISchema, get_schema
from ninja.parser import Parser

from accounts.api import hooks, sign_in
from accounts.api.faults import in_words
from accounts.api.problems import KNOWN, MEDIA_TYPE, URN, Problem, ProblemBody, not_found, of_status
from accounts.transactions import Refused
from credit.api import asking, deciding
from expenses.api import entries, files
from ledger.api import batches, customer, giving_up, loans, papers, people, reports, second, staff, waiting

log = logging.getLogger(__name__)

DESCRIPTION = """\
The books of a lender for programs. Sign in with ID and password, then send `Authorization: Bearer <access token>`.
Amounts are decimal strings such as `"125.50"`, days are `2025-03-31`. Every refusal is `application/problem+json`
(RFC 9457): look at `code`, show `detail`. Sentences for people are in the language that `Accept-Language` asks for (en,
es, fr, hi, ar), else in English; `Content-Language` tells which. Lists are pages: send what stands in `next` as
`before`, or as `after` where the address takes that.
"""


SPOKEN_IN = {
    "description": "The language of `title`, `detail` and `message`.",
    "required": True,
    "schema": {"type": "string", "examples": ["fr"]},
}


class BoundedParser(Parser):
    """A body that is too large is too large, not unreadable."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return super().parse_body(request)
        except RequestDataTooBig:
            raise
        except (ValueError, RecursionError):
            raise Problem("bad_request", _("The body is not JSON.")) from None


class DuebookAPI(NinjaAPI):
    """Names operations by their function alone, and documents what can go wrong with each."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The same for everybody, and not to be changed by who reads it."""
        return built(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)


@lru_cache(maxsize=4)  # roots that a process may have
def built(api: NinjaAPI, root: str) -> OpenAPISchema:
    """Once a process, for it takes long and anybody may ask. No host and nobody's language is in it."""
    schema = get_schema(api, root)
    schema["components"]["schemas"]["ProblemBody"] = ProblemBody.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    return documented(schema)


def known_questions(view: Callable[..., Any]) -> Callable[..., Any]:
    """A name in the query string that nobody knows is a mistake, or a mistyped day would answer for another."""
    models = view._ninja_operation.models  # type: ignore[attr-defined]
    known = {name for one in models if one.__ninja_param_source__ == "query" for name in one.__ninja_flatten_map__}

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> Any:
        if strange := sorted(request.GET.keys() - known):
            unknown = _("Nothing of this name can be asked here.")
            raise Problem(
                "invalid", errors=[{"field": f"query.{name[:40]}", "message": unknown} for name in strange[:20]]
            )
        return view(request, *args, **named)

    return asked


def documented(schema: OpenAPISchema) -> OpenAPISchema:
    """Put the refusals beside the answers."""
    problem = schema["components"]["schemas"]["ProblemBody"]
    schema["components"]["schemas"] |= problem.pop("$defs", {})
    for operations in schema["paths"].values():
        for method, told in operations.items():
            told["parameters"] = [parameter(one) for one in told["parameters"]]
            codes = refusals({**told, "method": method})
            for status in sorted({KNOWN[code][0] for code in codes}):
                here = [code for code in KNOWN if code in codes and KNOWN[code][0] == status]
                told["responses"].setdefault(status, refusal(status, here))
    return schema


def parameter(told: dict[str, Any]) -> dict[str, Any]:
    """One of the address or the headers is left out, never null; and its examples stand in its schema."""
    schema = dict(told["schema"])
    choices = [choice for choice in schema.pop("anyOf", []) if choice != {"type": "null"}]
    examples = told.get("examples") or schema.get("examples")
    kept = {name: value for name, value in told.items() if name != "examples"}
    return kept | {"schema": schema | (choices[0] if choices else {})} | ({"example": examples[0]} if examples else {})


def refusals(told: dict[str, Any]) -> list[str]:
    """The codes of what can go wrong, by what the operation takes."""
    found = ["bad_request", "invalid", "too_many_requests", "broken"]
    if "security" in told:
        found += ["unauthorized", "forbidden", "second_factor_missing", "scope_missing"]
        found += ["sign_in_again"] if told["operationId"] in hooks.JUST_SIGNED_IN else []
    else:
        found += [code for code, (status, _) in KNOWN.items() if status in (401, 403) and code != "sign_in_again"]
    if "requestBody" in told:
        found += ["too_large"]
    if "security" in told and told["method"] != "get":
        found += ["not_found", "refused"]
    places = {one["in"] for one in told["parameters"]}
    if any(one["name"] == "from" for one in told["parameters"]):
        found += ["refused"]  # days in the wrong order, or too many
    return found + (["not_found"] if "path" in places else []) + (["key_reused"] if "header" in places else [])


def refusal(status: int, codes: list[str]) -> dict[str, Any]:
    title = KNOWN[codes[0]][1]
    example = {"type": URN + codes[0], "title": title, "status": status, "code": codes[0], "detail": f"{title}."}
    content = {"schema": {"$ref": "#/components/schemas/ProblemBody"}, "example": example | {"errors": []}}
    description = f"{title} (`{'`, `'.join(codes)}`)"
    return {"description": description, "headers": {"Content-Language": SPOKEN_IN}, "content": {MEDIA_TYPE: content}}


api = DuebookAPI(
    title="Duebook",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=BoundedParser(),
)
ROOMS = (
    sign_in, customer, papers, asking, entries, files, staff, people, second, giving_up, loans, waiting, deciding,
    reports, batches, hooks,
)  # fmt: skip
api.add_decorator(known_questions)
for router in dict.fromkeys(room.router for room in ROOMS):
    api.add_router("", router)


@api.exception_handler(Problem)
def problem(request: HttpRequest, caught: Any) -> HttpResponse:
    return caught.answer()


@api.exception_handler(Http404)
def missing(request: HttpRequest, caught: Any) -> HttpResponse:
    return not_found().answer()


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, caught: Any) -> HttpResponse:
    return Problem("forbidden").answer()


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, caught: Any) -> HttpResponse:
    return of_status(caught.status_code).answer()


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, caught: Any) -> HttpResponse:
    return Problem("too_large").answer()


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def unreadable(request: HttpRequest, caught: Any) -> HttpResponse:
    return Problem("bad_request").answer()


@api.exception_handler(InvalidRequest)
def invalid(request: HttpRequest, caught: Any) -> HttpResponse:
    """One line a field, without what was sent: it may be a password."""
    errors = [{"field": place(one["loc"]), "message": in_words(one)} for one in caught.errors[:20]]
    return Problem("invalid", errors=errors).answer()


@api.exception_handler(ValidationError)
def refused(request: HttpRequest, caught: Any) -> HttpResponse:
    """What an act would not do."""
    code = "key_reused" if getattr(caught, "code", "") == "key_reused" else "refused"
    detail = caught.sentence if isinstance(caught, Refused) else " ".join(caught.messages)
    return Problem(code, detail).answer()


@api.exception_handler(Exception)
def broken(request: HttpRequest, caught: Any) -> HttpResponse:
    log.exception("%s %s", request.method, request.path)
    return Problem("broken", _("It was written down. Try again later.")).answer()


def place(parts: Iterable[str | int]) -> str:
    """body.amount; without the names that pydantic gives to the ways in which a value was tried."""
    named = (str(part) for part in parts if part != "told")
    return ".".join(part for part in named if "[" not in part and "constrained" not in part)


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Below /api/ there is nothing else, not even a page that says so."""
    return Problem("not_found", _("There is no such address. GET /api/openapi.json tells them all.")).answer()
