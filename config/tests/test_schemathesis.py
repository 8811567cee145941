"""Requests made up from the OpenAPI file, right and wrong ones, as each kind of person: never a 5xx, never an answer
that the file does not promise, never a wrong request taken nor a right one refused.

CI makes few; `-m soak` makes 200 for each operation, in every phase, and as sequences that follow one another.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from accounts.models import Customer, Manager
from accounts.programs import open_session
from ledger.tests.shop import due

# On one database only: a client that is not Django's own may close a connection to a server under the test.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.once]
WHO = ("anonymous", "customer", "manager")
ACCEPTED = ["2xx", "401", "403", "404", "409", "429"]
# What no schema can say: what is inside a file, and that a sign-in which ends ends.
UNSAID = ("/api/batches", "/api/customer/statements")
GOOD_KEY = re.compile(r"[\x21-\x7e]{16,100}")
SEEN: list[int] = []
Headers = dict[str, str]


def at_home(environ: dict[str, Any], start_response: Any) -> Any:
    """The server, which knows where a request comes from."""
    return get_wsgi_application()({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


def config() -> SchemathesisConfig:
    checks = {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}
    of_files = {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}}
    told: dict[str, Any] = {
        "checks": checks,
        "operations": [
            *({"include-path": path, "include-method": "POST", "checks": of_files} for path in UNSAID),
            {"include-path": "/api/logout", "enabled": False},
        ],
    }
    return SchemathesisConfig.from_dict(told)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A good key is a new one: the same one with another body is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and GOOD_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    SEEN.append(response.status_code)


@pytest.fixture(params=WHO)
def person(request: pytest.FixtureRequest, asha: Customer, bo: Customer, mira: Manager) -> Iterator[Headers]:
    """What one of them sends along, with something in the books."""
    due(asha.pk, "2025-01", "100.00")
    person = {"customer": asha, "manager": mira}.get(request.param)
    with override_settings(API_CALLS_A_MINUTE=10**9, ACCOUNT_RATE_LIMITS=False):
        yield {"Authorization": f"Bearer {open_session(person.login).access}"} if person else {}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The application closes its connection after a request; here it is the test's own, as with Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema(person: Headers) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", at_home, config=config())


def try_out(schema: Any, headers: Headers, examples: int) -> int:
    """Right and wrong requests to every operation; how many operations there were."""
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        for mode in GenerationMode:
            if mode is GenerationMode.POSITIVE or operation.path_parameters or operation.query or operation.body:
                _try_one(operation, headers, mode, examples)
    return len(operations)


def _try_one(operation: Any, headers: Headers, mode: GenerationMode, examples: int) -> None:
    calm = settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @calm
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps(case: Any) -> None:
        case.call_and_validate(headers=headers)

    keeps()


def test_the_api_keeps_what_its_file_promises(schema: Any, person: Headers) -> None:
    assert try_out(schema, person, examples=2) > 30
    assert len(set(SEEN)) > 3


@pytest.mark.soak
def test_the_api_keeps_its_promises_for_long(schema: Any, person: Headers) -> None:
    try_out(schema, person, examples=200)


@pytest.mark.soak
def test_the_api_keeps_its_promises_in_sequences(schema: Any, person: Headers) -> None:
    class Sequence(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": person}

    calm = settings(max_examples=200, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck))
    Sequence.run(settings=calm)
