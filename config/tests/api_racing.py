"""What the race of programs does inside Django, and how a program of it asks."""

import http.client
import json
import secrets
import time
from typing import Any

from accounts import programs
from accounts.models import ApiSession, User
from accounts.programs import open_session
from ledger.actions.refusing import recorded_before
from ledger.models import Payment

PAUSE = 0.05  # seconds


def open_programs(customer: int, count: int) -> None:
    """Says the access and the refresh token of some programs of the customer's."""
    pairs = [open_session(User.objects.get(customer=customer)) for _ in range(count)]
    print(json.dumps([(pair.access, pair.refresh) for pair in pairs]))  # noqa: T201  standard output is how the test hears of it


def recorded_at_a_look(payment: Payment) -> Payment | None:
    """recorded_before, and then as long as a busy machine takes between two statements."""
    first = recorded_before(payment)
    time.sleep(PAUSE)
    return first


def renew_after_a_look(token: str) -> programs.Pair | None:
    """programs.renew_session without its guard (config.tests.api_unguarded)."""
    number, family, current = programs._parts(token)
    session = ApiSession.objects.select_related("user").get(pk=number)
    if session.current != programs._hash(current):
        return None
    time.sleep(PAUSE)
    fresh = secrets.token_urlsafe(32)
    ApiSession.objects.filter(pk=number).update(current=programs._hash(fresh))
    return programs.Pair(programs._access(session), f"{number}.{family}.{fresh}", session)


def post(port: int, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **told})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
