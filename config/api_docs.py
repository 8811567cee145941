"""The page that tells of the API what its OpenAPI file tells programs; drawn here, so that it needs no script."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from config.api import api


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body or an answer."""

    name: str
    kind: str
    required: bool = False
    note: str = ""
    example: str = ""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    name: str
    title: str
    text: str
    signed_in: bool
    parameters: list[Field] = field(default_factory=list)
    body: list[Field] = field(default_factory=list)
    answers: list[tuple[str, str, list[Field]]] = field(default_factory=list)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            groups.setdefault(told["tags"][0], []).append(_operation(schema, method.upper(), path, told))
    root = f"{request.scheme}://{request.get_host()}"
    return render(request, "api/docs.html", {"groups": groups, "info": schema["info"], "root": root})


def _operation(schema: Any, method: str, path: str, told: dict[str, Any]) -> Operation:
    parameters = [
        Field(one["name"], f"{_kind(schema, one['schema'])}, {one['in']}", one["required"], one.get("description", ""))
        for one in told["parameters"]
    ]
    content = told.get("requestBody", {}).get("content", {})
    body = [row for media in content.values() for row in _fields(schema, media["schema"])]
    answers = [_answer(schema, str(status), one) for status, one in sorted(told["responses"].items(), key=_by_status)]
    text = _plain(told.get("description", ""))
    return Operation(
        method, path, told["operationId"], told["summary"], text, "security" in told, parameters, body, answers
    )


def _by_status(pair: tuple[Any, Any]) -> int:
    return int(pair[0])


def _answer(schema: Any, status: str, told: dict[str, Any]) -> tuple[str, str, list[Field]]:
    """Of a refusal the sentence is enough: they all look alike."""
    if status >= "400":
        return status, _plain(told["description"]), []
    shapes = [media["schema"] for media in told.get("content", {}).values()]
    return status, told["description"], [row for shape in shapes for row in _fields(schema, shape)]


def _fields(schema: Any, shape: dict[str, Any]) -> list[Field]:
    shape = _resolved(schema, shape)
    if shape.get("type") == "array":
        return _fields(schema, shape["items"])
    required = shape.get("required", ())
    return [
        Field(name, _kind(schema, one), name in required, _note(schema, one), _example(one))
        for name, one in shape.get("properties", {}).items()
    ]


def _resolved(schema: Any, shape: dict[str, Any]) -> dict[str, Any]:
    name = shape.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"][name] if name else shape


def _kind(schema: Any, shape: dict[str, Any]) -> str:
    """In a few words: text, number from 1 to 12, one of a, b, list of PaymentOut, or nothing."""
    if "anyOf" in shape:
        return " or ".join(_kind(schema, one) for one in shape["anyOf"])
    if "$ref" in shape:
        return shape["$ref"].rpartition("/")[2]
    if "enum" in shape or "const" in shape:
        choices = shape.get("enum", [shape.get("const")])
        return "one of " + ", ".join(str(one) or "(empty)" for one in choices)
    match shape.get("type"):
        case "array":
            return f"list of {_kind(schema, shape['items'])}"
        case "integer":
            low, high = shape.get("minimum"), shape.get("maximum")
            return "whole number" + (f" from {low} to {high}" if high is not None and high < 10**13 else "")
        case "string":
            most = f", at most {shape['maxLength']} characters" if shape.get("maxLength") else ""
            return {"date": "day", "date-time": "instant", "binary": "file"}.get(shape.get("format", ""), "text") + most
        case "null":
            return "nothing"
        case other:
            return {"boolean": "true or false", "object": "object"}.get(str(other), str(other))


def _note(schema: Any, shape: dict[str, Any]) -> str:
    return _plain(shape.get("description", ""))


def _plain(text: str) -> str:
    return text.replace("`", "")


def _example(shape: dict[str, Any]) -> str:
    examples = [one for one in shape.get("examples", []) if one not in (None, "")]
    return str(examples[0]) if examples else ""
