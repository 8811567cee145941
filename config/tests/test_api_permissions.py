"""Every endpoint of the API x every role x own and another's id is as api_permissions.csv says; one that is not in it
fails. The table is held to rules of its own, so that writing the wrong answer into it does not help."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from ninja import Schema

from accounts.actions import set_active
from accounts.models import ApiSession, Customer, Manager
from accounts.programs import SCOPES
from accounts.tests.programs import JSON, KEY, Program, program_of, token_of
from config.api import api
from config.tests.api_stock import BODIES, FILES, stock_of
from config.tests.house import ROOMS

TABLE = Path(__file__).with_name("api_permissions.csv")
PEOPLE = ("anonymous", "owner", "other", "none", "clerk", "auditor", "manager", "superuser", "token", "reader")
# What anybody may ask for: it asks who one is by itself.
DOORS = {"/api/manager/login", "/api/customer/login", "/api/token/refresh"}
PRIVATE = ("/api/customer/expenses", "/api/customer/statements", "/api/customer/categories")
STAFFS = (
    "/api/customers", "/api/batches", "/api/worklist", "/api/approvals", "/api/credit-requests", "/api/reports",
    "/api/reopenings", "/api/webhooks",
)  # fmt: skip
PERSONS = (
    "/invitation", "/sign-in", "/approvals/{approval_id}", "/decision", "/erasure", "/reopenings/{closing_id}",
    "/undo/drop", "/webhooks", "/webhooks/{webhook_id}", "/secret",
)  # fmt: skip  # with a second factor, or a password
Row = tuple[str, str]


def operations() -> Iterator[Row]:
    for path, methods in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method in methods:
            yield method.upper(), path


@pytest.fixture
def ids(asha: Customer, people: dict[str, Program]) -> dict[str, int]:
    return stock_of(asha) | {"session_id": ApiSession.objects.of(asha.login).get().pk}


@pytest.fixture
def people(
    asha: Customer, bo: Customer, sten: Manager, clem: Manager, nina: Manager, mona: Manager, mira: Manager
) -> dict[str, Program]:
    persons = dict(zip(PEOPLE[1:8], (asha, bo, sten, clem, nina, mona, mira), strict=True))
    found = {name: program_of(person) for name, person in persons.items()}
    return {"anonymous": Program(), **found, "token": token_of(mona, *SCOPES), "reader": token_of(mona, "read")}


def answer(program: Program, method: str, path: str, ids: dict[str, int]) -> str:
    """The status. What it did is undone, so that the next one asks of the same books."""
    filled = path.format(**ids)
    with transaction.atomic():
        if method == "POST" and path in FILES:
            form, content = FILES[path]
            status = program.post(filled, {**form, "file": SimpleUploadedFile("d.csv", content)}).status_code
        else:
            status = program.send(filled, BODIES.get(path), KEY, method).status_code
        transaction.set_rollback(True)
    return str(status)


def as_it_is(people: dict[str, Program], ids: dict[str, int]) -> dict[Row, list[str]]:
    return {
        (method, path): [answer(people[name], method, path, ids) for name in PEOPLE] for method, path in operations()
    }


def table() -> dict[Row, list[str]]:
    with TABLE.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == ("method", "address", *PEOPLE)
    return {(row[0], row[1]): row[2:] for row in rows}


@pytest.mark.slow
@pytest.mark.django_db
def test_every_endpoint_answers_everybody_as_the_table_says(people: dict[str, Program], ids: dict[str, int]) -> None:
    wanted, found = table(), as_it_is(people, ids)
    assert sorted(found.keys() - wanted.keys()) == [], "endpoints that nobody decided on: add them to the table"
    assert sorted(wanted.keys() - found.keys()) == [], "endpoints that are gone: take them out of the table"
    assert {row: cells for row, cells in found.items() if cells != wanted[row]} == {}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("what", ["shut out", "another password"])
def test_at_every_endpoint_what_was_held_is_dead_at_once(
    people: dict[str, Program], ids: dict[str, int], asha: Customer, mona: Manager, what: str
) -> None:
    held = [people["owner"], people["manager"], people["token"]]
    assert [program.get("/api/me").status_code for program in held] == [200] * 3, "the control"
    for person in (asha, mona):
        if what == "shut out":
            set_active([person.login], False)
        else:
            person.login.set_password("another-river-43")
            person.login.save()
    answers = {row: [answer(program, *row, ids) for program in held] for row in operations() if row[1] not in DOORS}
    assert {row: cells for row, cells in answers.items() if set(cells) != {"401"}} == {}
    assert len(answers) > 80


def rules_broken(rows: dict[Row, list[str]]) -> Iterator[tuple[str, Row]]:
    for row, cells in rows.items():
        method, path = row
        told = dict(zip(PEOPLE, cells, strict=True))
        fine = {name for name, cell in told.items() if cell.startswith("2")}
        if any(cell.startswith("5") for cell in cells):
            yield "it breaks", row
        if path not in DOORS and told["anonymous"] != "401":
            yield "a stranger is let in", row
        if "{customer_id}" in path and "other" in fine:
            yield "another customer is let in", row
        if path.startswith(STAFFS) and fine & {"owner", "other", "none"}:
            yield "who is not of the staff, or has no role, is let in", row
        writes = method not in ("GET", "DELETE") and path not in DOORS | {"/api/logout"}
        if writes and fine & {"auditor", "reader"}:
            yield "who may only look writes", row
        private = path.startswith(PRIVATE)
        if private and fine - {"owner", "other"}:
            yield "the lender sees a notebook", row
        if private and "{" in path and "other" in fine:
            yield "another customer is let in", row
        if path.endswith(PERSONS) and method != "GET" and fine & {"token", "reader"}:
            yield "a token does what is for a person", row
        if "token" in fine and "manager" not in fine:
            yield "a token does more than its owner", row


def test_no_row_gives_more_than_its_rule() -> None:
    assert list(rules_broken(table())) == []


@pytest.mark.parametrize(
    ("method", "path", "who", "broken"),
    [
        ("GET", "/api/customer/summary/{customer_id}", "anonymous", "a stranger is let in"),
        ("GET", "/api/customer/summary/{customer_id}", "other", "another customer is let in"),
        ("GET", "/api/customers", "owner", "who is not of the staff, or has no role, is let in"),
        ("POST", "/api/customer/payment", "auditor", "who may only look writes"),
        ("POST", "/api/customer/payment", "reader", "who may only look writes"),
        ("GET", "/api/customer/expenses", "superuser", "the lender sees a notebook"),
        ("GET", "/api/customer/expenses/{expense_id}", "other", "another customer is let in"),
        ("DELETE", "/api/sessions/{session_id}", "token", "a token does more than its owner"),
        ("POST", "/api/customers/{customer_id}/approvals/{approval_id}", "token", "a token does what is for a person"),
        ("GET", "/api/reports/portfolio", "none", "who is not of the staff, or has no role, is let in"),
        ("GET", "/api/customer/categories", "manager", "the lender sees a notebook"),
    ],
)
def test_a_wrong_row_is_noticed(method: str, path: str, who: str, broken: str) -> None:
    rows = table()
    rows[method, path][PEOPLE.index(who)] = "200"
    assert broken in {rule for rule, _ in rules_broken(rows)}


def test_an_endpoint_that_is_not_in_the_table_is_noticed() -> None:
    assert ("GET", "/api/new") not in table()
    assert set(operations()) == set(table())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/api/", "/api/nope", "/api/customer/summary/abc", "/api/customer/summary/-1", "/api/me/"]
)
def test_below_the_api_every_refusal_is_a_problem(path: str) -> None:
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        found = Program().generic(method, path, "{}", content_type=JSON)
        assert (found.status_code, found["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/me", "/api/customer/payments/101", "/api/customer/expenses"])
def test_a_question_that_nobody_knows_is_a_422_that_names_it(path: str, asha: Customer) -> None:
    found = program_of(asha).get(f"{path}?form=2025-01-01")
    assert (found.status_code, found.json()["errors"][0]["field"]) == (422, "query.form")
    assert Program().get(f"{path}?form=2025-01-01").status_code == 401
    assert program_of(asha).get(path).status_code == 200, "the control"


@pytest.mark.django_db
def test_another_method_is_a_405_that_names_the_right_one() -> None:
    found = Program().send("/api/me", {})
    assert (found.status_code, found["Allow"], found.json()["code"]) == (405, "GET", "method_not_allowed")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [3_000_000, 13_000_000])
def test_a_body_that_is_too_large_is_a_413(size: int) -> None:
    found = Program().generic("POST", "/api/customer/login", b"x" * size, content_type=JSON)
    assert (found.status_code, found.json()["code"]) == (413, "too_large")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ["{", "[" * 100_000, "\x00", "1" * 5000, "[]", "null", '"a"', '{"id": 1e999}', '{"id":"\\ud800"}']
)
def test_a_body_that_cannot_be_read_is_a_4xx_problem(body: str) -> None:
    found = Program().generic("POST", "/api/customer/login", body, content_type=JSON)
    assert (found.status_code in (400, 422), found["Content-Type"]) == (True, "application/problem+json")


@pytest.mark.django_db
def test_what_breaks_is_a_500_that_tells_nothing(monkeypatch: pytest.MonkeyPatch, asha: Customer) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("a secret of the house")

    program = program_of(asha)
    monkeypatch.setattr("ledger.api.customer.year_of", broken)
    found = program.get("/api/customer/data/101/2025")
    assert (found.status_code, found.json()["code"]) == (500, "broken")
    assert "secret" not in found.text


def test_no_two_shapes_share_a_name() -> None:
    """The OpenAPI file knows them by name alone: the later would stand for the earlier."""

    def below(kind: Any) -> Iterator[Any]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    ours = {shape for shape in below(Schema) if shape.__module__.split(".")[0] in ROOMS and "[" not in shape.__name__}
    names = [shape.__name__ for shape in ours]
    assert sorted(name for name in names if names.count(name) > 1) == []
    assert len(names) > 20


def test_no_two_operations_share_a_name() -> None:
    """Generators name a client's functions by it."""
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    names = [told["operationId"] for methods in paths.values() for told in methods.values()]
    assert sorted(name for name in names if names.count(name) > 1) == []
