"""Requests made up from the OpenAPI file, right and wrong ones, as each kind of person: never a 5xx, never an answer
that the file does not promise, never a wrong request taken nor a right one refused, never a refusal in words
of no catalogue.

CI makes few; `-m soak` makes 200 for each operation, half of them wrong, with the examples that the file gives, both
sides of each bound, methods that are not there, and sequences that follow one another. Every check of schemathesis is
on. What some of them cannot see here: `use_after_free` and `ensure_resource_availability` look at sequences alone,
`missing_required_header`, `unsupported_method` and `allow_header_conformance` at the bounds alone, and
`object_level_authorization` at several people in one run, which is what test_api_permissions.py asks of each address.
`max_response_time` has no limit: how long an answer takes on a busy machine says nothing.
"""

import datetime
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.generation.drivers import CoverageGenerator, ExamplesGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override
from schemathesis.specs.openapi.checks import ignored_auth

from accounts.models import Customer, Manager
from accounts.programs import open_session
from config.tests.api_luck import luck
from config.tests.api_stock import BODIES, make_room_for_a_request, more_stock_of, stock_of
from config.tests.test_words import MADE_UP, made_up, unmarked

# On one database only: a client that is not Django's own may close a connection to a server under the test.
__all__ = ["made_up"]
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.once]
WHO = ("anonymous", "customer", "manager")
ACCEPTED = ["2xx", "401", "403", "404", "409", "429"]
# What no schema can say: what is inside a file, and that a sign-in which ends ends.
DOORS = ("/api/manager/login", "/api/customer/login", "/api/token/refresh")
UNSAID = ("/api/batches", "/api/customer/statements")
ANSWERS: Counter[tuple[str, int]] = Counter()
UNTOLD: set[str] = set()  # sentences of refusals that no catalogue has
TO_RIGHT_ONES: Counter[tuple[str, int]] = Counter()
PROVEN: set[str] = set()
NOTHING = Override()
Headers = dict[str, str]
Phased = Callable[[Any], Iterable[Any]]


server = cache(get_wsgi_application)


def at_home(environ: dict[str, Any], start_response: Any) -> Any:
    """The server, which knows where a request comes from."""
    return server()({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


def config() -> SchemathesisConfig:
    checks = {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}
    of_files = {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "422"]}}
    told: dict[str, Any] = {
        "checks": checks,
        "generation": {"with-security-parameters": False},  # who calls is told by the test
        "operations": [
            *({"include-path": path, "include-method": "POST", "checks": of_files} for path in UNSAID),
        ],
    }
    return SchemathesisConfig.from_dict(told)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    ANSWERS[case.operation.label, response.status_code] += 1
    if response.status_code >= 400 and response.content:
        told = response.json()
        sentences = [told["title"], told["detail"], *(one["message"] for one in told["errors"])]
        UNTOLD.update(f"{case.operation.label}: {one}" for one in sentences if any(unmarked(one)))
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
        TO_RIGHT_ONES[case.operation.label, response.status_code] += 1


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
    luck.before = {"/api/customer/credit-request": partial(make_room_for_a_request, asha)}
    monkeypatch.setattr("accounts.programs.ACCESS", datetime.timedelta(days=1))  # a long run outlives a real one
    for counted in (ANSWERS, UNTOLD, TO_RIGHT_ONES, PROVEN):
        counted.clear()
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


def try_out(schema: Any, headers: Headers, examples: int, phases: Iterable[Phased] = ()) -> list[str]:
    """Right and wrong requests to every operation, half and half; what it did not keep, of all of them."""
    faults: list[str] = []
    for operation in (found.ok() for found in schema.get_all_operations()):
        began = time.monotonic()
        modes = GenerationMode if _can_be_wrong(operation) else [GenerationMode.POSITIVE]
        tries = [partial(_try_made_up, operation, headers, mode, examples // len(modes)) for mode in modes]
        tries += [partial(_try, case, headers) for phase in phases for case in phase(operation)]
        found = dict.fromkeys(f"{operation.label}: {fault}" for attempt in tries for fault in _faults_of(attempt))
        faults += found
        tell(operation.label, time.monotonic() - began, list(found))
    return faults


def _can_be_wrong(operation: Any) -> bool:
    return bool(operation.path_parameters or operation.query or operation.body)


def tell(label: str, seconds: float, faults: list[str]) -> None:
    """How often the operation answered with each status, as soon as it is through, for whoever looks on (-s)."""
    statuses = {status: count for (name, status), count in sorted(ANSWERS.items()) if name == label}
    print(f"{seconds:4.0f} s {label} {statuses}", *faults, sep="\n     ", flush=True)  # noqa: T201


def _faults_of(attempt: Callable[[], object]) -> list[str]:
    try:
        attempt()
    except (Exception, BaseExceptionGroup) as fault:  # schemathesis raises groups that are no Exception
        return [_told(fault)]
    return []


def _told(fault: BaseException) -> str:
    """With those of a group, which says no more than how many there are."""
    return "\n".join([str(fault), *(_told(one) for one in getattr(fault, "exceptions", ()))])


def _try_made_up(operation: Any, headers: Headers, mode: GenerationMode, examples: int) -> None:
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
        _try(case, headers)

    keeps()


def _try(case: Any, headers: Headers) -> None:
    """What it does is undone, so that the next one meets the same books. Whether an operation asks who calls is looked
    at once, as schemathesis does where it drives a run itself."""
    label = case.operation.label
    with transaction.atomic():
        response = case.call_and_validate(headers=headers, excluded_checks=[ignored_auth] if label in PROVEN else [])
        transaction.set_rollback(True)
    if response.status_code < 300:
        PROVEN.add(label)


def said_examples(operation: Any) -> Iterable[Any]:
    """The examples that the file itself gives."""
    return ExamplesGenerator(operation=operation, override=NOTHING, feedback=NO_FEEDBACK, fill_missing=False)


def edges(operation: Any) -> Iterable[Any]:
    """Each bound of each field, on either side; each field left out; methods that are not there; strange bodies."""
    told = operation.schema.config.generation_for(operation=operation, phase="coverage")
    modes = list(GenerationMode)
    return CoverageGenerator(
        operation=operation, generation_modes=modes, generation_config=told, auth_storage=None, override=NOTHING,
        feedback=NO_FEEDBACK,
    )  # fmt: skip


def statuses_of(counted: Counter[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for label, status in counted:
        found.setdefault(label, set()).add(status)
    return found


def never_taken() -> list[str]:
    """The operations that this person may do, and that proved little: none of their right requests was taken. Others'
    answer right ones with 401 or 403 alone, and with 404 where a made-up number is too long for an address."""
    found = statuses_of(TO_RIGHT_ONES)
    closed = {name for name, told in found.items() if told & {401, 403} and told <= {401, 403, 404}}
    mine = found.keys() - (closed - {f"POST {door}" for door in DOORS})
    return sorted(name for name in mine if min(found[name]) >= 300)


@pytest.mark.parametrize("person", ["anonymous"], indirect=True)
def test_every_check_is_on(schema: Any) -> None:
    load_all_checks()
    told = schema.config.checks_config_for()
    names = CHECKS.get_all_names()
    assert len(names) > 13
    assert [name for name in names if not told.get_by_name(name=name).enabled] == []


@pytest.mark.parametrize("person", ["manager"], indirect=True)
def test_an_empty_box_of_a_form_is_sent_as_one(schema: Any, person: Headers) -> None:
    told = {"kind": "dues", "byte_order_mark": "", "file": "customer"}
    form = schema["/api/batches"]["POST"].Case(body=told, media_type="multipart/form-data")
    assert "form.byte_order_mark" in form.call(headers=person).text


@pytest.mark.slow
def test_the_api_keeps_what_its_file_promises(schema: Any, person: Headers) -> None:
    assert "\n\n".join(try_out(schema, person, examples=4)) == ""
    assert len(statuses_of(ANSWERS)) > 80
    assert sorted(UNTOLD) == []


@pytest.mark.soak
def test_the_api_keeps_its_promises_for_long(schema: Any, person: Headers) -> None:
    faults = try_out(schema, person, 200, (said_examples, edges))
    assert "\n\n".join(faults) == ""
    assert never_taken() == []
    assert sorted(UNTOLD) == []


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
        found = statuses_of(ANSWERS)
    assert len(found) > (40 if "Authorization" in person else 5), (
        "a stranger gets no further than where a sequence begins"
    )
