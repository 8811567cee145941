"""What happens to a made-up request before it goes out: half of them meet rows that exist, and forms are sent as
programs send them."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.transport.requests import prepare_multipart_parts
from schemathesis.transport.wsgi import WSGI_TRANSPORT, multipart_serializer

from config.tests.api_stock import FILES

GOOD_KEY = re.compile(r"[\x21-\x7e]{16,100}")


@dataclass
class Luck:
    """What half of the requests are about: made-up numbers would meet nothing, and a wrong body to nobody would be
    refused for want of him. `before` is done first, where an address needs what another one cannot have."""

    ids: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)


luck = Luck()


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """A form has text alone: null or an object would be sent as a word, which is as good a name of a file as any."""
    is_form = context.operation.path in FILES and isinstance(body, dict)
    return not is_form or (None not in body.values() and isinstance(body.get("name", ""), str))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A good key is a new one: the same one with another body is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and GOOD_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if luck.ids and case.meta and _is_lucky(case):
        luck.before.get(case.operation.path, str)()
        if not case.meta.is_negative_at(ParameterLocation.PATH):
            known = luck.ids | luck.rows.get(case.operation.path, {})
            case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
        if case.meta.generation.mode is GenerationMode.POSITIVE:
            _give_body(case)


def _is_lucky(case: Any) -> bool:
    """Told by what was made up, so that the same request made up again is the same."""
    return crc32(repr((case.path_parameters, case.body)).encode()) % 2 == 0


def _give_body(case: Any) -> None:
    path = case.operation.path
    if isinstance(case.body, dict) and path in FILES and case.method == "POST":
        form, content = FILES[path]
        case.body = {**form, "file": content.decode()}
    elif isinstance(case.body, dict) and (body := luck.bodies.get(path)) is not None:
        case.body = body


@WSGI_TRANSPORT.serializer("multipart/form-data")
def as_programs_send_it(context: Any, value: Any) -> Any:
    """Werkzeug's client leaves out the line that ends an empty box, so that no server sees the box at all."""
    files = prepare_multipart_parts(context, value)[0] if isinstance(value, dict) else None
    if not files:
        return multipart_serializer(context, value)
    sent = requests.Request("POST", "http://localhost/", files=files).prepare()
    return {"data": sent.body, "content_type": sent.headers["Content-Type"]}
