"""The staff's programs see what waits for a manager; a manager who is signed in decides, and a second one confirms."""

from typing import Any

import pytest

from accounts.models import Customer, Manager
from accounts.tests.programs import Program, program_of, token_of
from accounts.tests.test_api_sign_in import code
from credit.actions import ask
from credit.models import CreditRequest, ScoringModel
from credit.tests.asked import latest, policy, request_of
from credit.tests.shelf import CARD
from ledger.models import Due
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
ALL = "/api/credit-requests"


@pytest.fixture
def asked(asha: Customer) -> CreditRequest:
    """50.00, which the rule leaves to a manager."""
    policy(least_dues=5)
    return ask(request_of(asha)).request


def decided(program: Program, asked: CreditRequest, decision: str = "approve", **more: Any) -> Any:
    body = {"decision": decision, "reason": "Known for years", "seen": latest(asked).pk} | more
    return program.send(f"/api/customers/{asked.customer_id}/credit-requests/{asked.pk}/decision", body)


def test_what_waits_is_listed_for_all_customers(clem: Manager, asked: CreditRequest, bo: Customer) -> None:
    ask(request_of(bo))
    rows = program_of(clem).get(ALL).json()["items"]
    assert [(row["customer_id"], row["verdict"], row["state"]) for row in rows] == [
        (102, "referred", "waiting"), (101, "referred", "waiting"),
    ]  # fmt: skip
    first = program_of(clem).get(f"{ALL}?limit=1").json()
    assert program_of(clem).get(f"{ALL}?before={first['next']}").json()["items"] == rows[1:]
    assert program_of(clem).get(f"{ALL}?state=approved").json()["items"] == []


def test_a_manager_approves_and_it_is_given(mona: Manager, asked: CreditRequest) -> None:
    program = program_of(mona)
    seen = program.get(ALL).json()["items"][0]["decision"]["id"]
    with assert_routed():
        told = decided(program, asked, seen=seen).json()
    assert (told["state"], told["credit_request"]["state"], told["request"]) == ("done", "approved", None)
    assert told["credit_request"]["decision"]["overridden_by"] == "m4"
    assert Due.objects.get().amount == 50
    assert code(decided(program, asked)) == (409, "refused"), "it is decided"


def test_a_manager_declines_with_a_reason(mona: Manager, asked: CreditRequest) -> None:
    told = decided(program_of(mona), asked, "decline").json()
    assert (told["credit_request"]["state"], told["credit_request"]["reasons"]) == ("declined", ["Known for years"])
    assert Due.objects.count() == 0


def test_nobody_decides_on_what_was_not_seen(mona: Manager, asked: CreditRequest) -> None:
    seen = latest(asked).pk
    decided(program_of(mona), asked, "decline")
    assert code(decided(program_of(mona), asked, seen=seen)) == (409, "refused")
    assert decided(program_of(mona), asked).status_code == 200, "the control: the latest was seen"


def test_above_the_policys_amount_a_second_manager_confirms(mona: Manager, mira: Manager, asha: Customer) -> None:
    policy(least_dues=5, override_alone=40)
    asked = ask(request_of(asha)).request
    answer = decided(program_of(mona), asked)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert (answer.json()["credit_request"]["state"], Due.objects.count()) == ("waiting", 0)
    number = answer.json()["request"]["id"]
    told = program_of(mira).send(f"/api/customers/101/approvals/{number}", {"decision": "confirm"}).json()
    assert (told["state"], told["made"]) == ("confirmed", latest(asked).pk)
    assert Due.objects.get().amount == 50


def test_a_clerk_a_token_and_another_number_decide_nothing(
    clem: Manager, mona: Manager, bo: Customer, asked: CreditRequest
) -> None:
    assert code(decided(program_of(clem), asked)) == (403, "forbidden")
    assert code(decided(token_of(mona, "read", "record"), asked)) == (403, "scope_missing")
    body = {"decision": "approve", "reason": "r", "seen": latest(asked).pk}
    at = f"/api/customers/102/credit-requests/{asked.pk}/decision"
    assert code(program_of(mona).send(at, body)) == (404, "not_found")
    assert code(program_of(asked.customer).get(ALL)) == (403, "forbidden")
    assert CreditRequest.objects.get().state == "waiting"


def test_the_trained_models_and_what_is_known_of_them(nina: Manager, clem: Manager, asked: CreditRequest) -> None:
    seen: dict[str, Any] = {"rows": 100, "bad": 20, "first_as_of": asked.month, "last_as_of": asked.month}
    told: dict[str, Any] = {"libraries": {}, "features": {}, "metrics": {"auc": 0.8}, "report": {"years": [2025]}}
    row = ScoringModel.objects.create(
        kind="scorecard", card=CARD.as_bytes(), sha256="0" * 64, outcomes="imported", trained_by="m1", **seen, **told
    )
    at = "/api/reports/scoring-models"
    (listed,) = program_of(nina).get(at).json()["items"]
    assert (listed["id"], listed["metrics"], listed["bad"]) == (row.pk, {"auc": 0.8}, 20)
    assert program_of(nina).get(f"{at}/{row.pk}").json() == listed | {"report": {"years": [2025]}}
    assert code(program_of(nina).get(f"{at}/{row.pk + 1}")) == (404, "not_found")
    assert code(program_of(clem).get(at)) == (403, "forbidden")
