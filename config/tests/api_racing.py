"""What the race of programs does inside Django, and how a program of it asks."""

import http.client
import json
from typing import Any

from accounts.models import User
from accounts.programs import open_session


def open_programs(customer: int, count: int) -> None:
    """Says the access and the refresh token of some programs of the customer's."""
    pairs = [open_session(User.objects.get(customer=customer)) for _ in range(count)]
    print(json.dumps([(pair.access, pair.refresh) for pair in pairs]))  # noqa: T201  standard output is how the test hears of it


def post(port: int, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **told})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
