"""Requests made up from the OpenAPI file, right and wrong ones, as each kind of person: never a 5xx, never an answer
that the file does not promise, never a wrong request taken nor a right one refused, never a refusal in words of no
catalogue.

CI makes few; `-m soak` makes 200 for each operation, in every phase, and as sequences that follow one another.
"""

import datetime
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from accounts.models import Customer, Manager
from accounts.programs import open_session
from config.tests.api_stock import BODIES, FILES, more_stock_of, stock_of
from config.tests.test_words import MADE_UP, made_up, unmarked

# On one database only: a client that is not Django's own may close a connection to a server under the test.
__all__ = ["made_up"]
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.once]
WHO = ("anonymous", "customer", "manager")
ACCEPTED = ["2xx", "401", "403", "404", "409", "429"]
# What no schema can say: what is inside a file, and that a sign-in which ends ends.
DOORS = ("/api/manager/login", "/api/customer/login", "/api/token/refresh")
UNSAID = ("/api/batches", "/api/customer/statements")
GOOD_KEY = re.compile(r"[\x21-\x7e]{16,100}")
ANSWERS: Counter[tuple[str, int]] = Counter()
UNTOLD: set[str] = set()  # sentences of refusals that no catalogue has
Headers = dict[str, str]


@dataclass
class Luck:
    """What half of the right requests are about, so that they meet rows that exist: made-up numbers never would."""

    ids: dict[str, int] = field(default_factory=dict)
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)


luck = Luck()


def at_home(environ: dict[str, Any], start_response: Any) -> Any:
    """The server, which knows where a request comes from."""
    return get_wsgi_application()({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


def config() -> SchemathesisConfig:
    checks = {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}
    of_files = {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}}
    told: dict[str, Any] = {
        "checks": checks,
        "generation": {"with-security-parameters": False},  # who calls is told by the test
        "operations": [
            *({"include-path": path, "include-method": "POST", "checks": of_files} for path in UNSAID),
            {"include-path": "/api/logout", "enabled": False},
        ],
    }
    return SchemathesisConfig.from_dict(told)


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """A form has no null: it would be sent as the word, which is as good a name of a file as any."""
    is_form = context.operation.path in FILES
    return not (is_form and isinstance(body, dict) and None in body.values())


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A good key is a new one: the same one with another body is rightly refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and GOOD_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if luck.ids and case.meta.generation.mode is GenerationMode.POSITIVE and _is_lucky(case):
        known = luck.ids | luck.rows.get(case.operation.path, {})
        case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
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


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    ANSWERS[case.operation.label, response.status_code] += 1
    if response.status_code >= 400:
        told = response.json()
        sentences = [told["title"], told["detail"], *(one["message"] for one in told["errors"])]
        UNTOLD.update(f"{case.operation.label}: {one}" for one in sentences if any(unmarked(one)))


@pytest.fixture(params=WHO)
def person(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    asha: Customer,
    bo: Customer,
    mira: Manager,
    made_up: None,
) -> Iterator[Headers]:
    """What one of them sends along, with something of everything in the books."""
    ids = stock_of(asha)
    rows, bodies = more_stock_of(asha, bo, mira)
    person = {"customer": asha, "manager": mira}.get(request.param)
    if person is mira:
        rows["/api/sessions/{session_id}"] = {"session_id": open_session(mira.login).session.pk}
    luck.ids, luck.rows, luck.bodies = ids, rows, BODIES | bodies
    monkeypatch.setattr("accounts.programs.ACCESS", datetime.timedelta(days=1))  # a long run outlives a real one
    ANSWERS.clear()
    UNTOLD.clear()
    language = {"Accept-Language": MADE_UP}
    with override_settings(API_CALLS_A_MINUTE=10**9, ACCOUNT_RATE_LIMITS=False, ACCOUNT_REAUTHENTICATION_TIMEOUT=10**6):
        yield language | ({"Authorization": f"Bearer {open_session(person.login).access}"} if person else {})
    luck.ids = {}


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


def try_out(schema: Any, headers: Headers, examples: int) -> list[str]:
    """Right and wrong requests to every operation; what it did not keep, of all of them."""
    faults = []
    for operation in (found.ok() for found in schema.get_all_operations()):
        for mode in GenerationMode:
            if mode is GenerationMode.POSITIVE or operation.path_parameters or operation.query or operation.body:
                try:
                    _try_one(operation, headers, mode, examples)
                except Exception as fault:
                    faults.append(f"{operation.label}, {mode.value}: {_told(fault)}")
    return faults


def _told(fault: BaseException) -> str:
    """With those of a group, which says no more than how many there are."""
    return "\n".join([str(fault), *(_told(one) for one in getattr(fault, "exceptions", ()))])


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
        """What it does is undone, so that the next one meets the same books."""
        with transaction.atomic():
            case.call_and_validate(headers=headers)
            transaction.set_rollback(True)

    keeps()


def report() -> dict[str, Counter[int]]:
    """How often each operation answered with each status; printed, for whoever looks at a long run (-s)."""
    found: dict[str, Counter[int]] = {}
    for (label, status), count in sorted(ANSWERS.items()):
        found.setdefault(label, Counter())[status] += count
    for label, statuses in found.items():
        taken = sum(count for status, count in statuses.items() if status < 300)
        print(f"{taken / statuses.total():4.0%} {label} {dict(statuses)}")  # noqa: T201
    return found


def never_taken(found: dict[str, Counter[int]], headers: Headers) -> list[str]:
    """The operations that this person may do, and that proved little: none of their requests was taken."""
    mine = (
        {label for label, statuses in found.items() if 403 not in statuses}
        if "Authorization" in headers
        else {"POST " + one for one in DOORS}
    )
    return sorted(label for label in mine if min(found[label]) >= 300)


@pytest.mark.slow
def test_the_api_keeps_what_its_file_promises(schema: Any, person: Headers) -> None:
    assert "\n\n".join(try_out(schema, person, examples=2)) == ""
    assert len(report()) > 80
    assert sorted(UNTOLD) == []


@pytest.mark.soak
def test_the_api_keeps_its_promises_for_long(schema: Any, person: Headers) -> None:
    faults = try_out(schema, person, examples=200)
    found = report()
    assert "\n\n".join(faults) == ""
    assert never_taken(found, person) == []


@pytest.mark.soak
def test_the_api_keeps_its_promises_in_sequences(schema: Any, person: Headers) -> None:
    """Each follows links that schemathesis infers from the file: the customer_id of an answer is the next one's."""
    luck.ids = {}
    assert schema.analysis.inject_links() > 1000, "sequences without links prove nothing"

    class Sequence(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.before = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.before)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": person}

        def validate_response(self, response: Any, case: Any, *args: Any, **kwargs: Any) -> None:
            case.validate_response(response, headers=person, transport_kwargs=kwargs, recorder=self.recorder)

    calm = settings(max_examples=200, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck))
    try:
        Sequence.run(settings=calm)
    finally:
        found = report()
    assert len(found) > (40 if "Authorization" in person else 5), (
        "a stranger gets no further than where a sequence begins"
    )
