"""A program asks for credit: verdict, score and reasons at once, one key one request, and nobody else's."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Customer, Lender, Manager
from accounts.tests.programs import KEY, Program, program_of
from accounts.tests.test_api_sign_in import code
from credit.actions import override
from credit.models import CreditPolicy, CreditRequest, Decision
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment

pytestmark = pytest.mark.django_db
ASK, LIST = "/api/customer/credit-request", "/api/customer/credit-requests/101"


@pytest.fixture
def of_asha(asha: Customer, lender: Lender) -> Program:
    """Who paid 90.00 of 100.00 that fell due."""
    add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=Decimal(100)))
    record_payment(Payment(customer=asha, amount=Decimal(90)))
    return program_of(asha)


def wish(amount: str = "50.00", **more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {"year": today.year, "month": today.month, "amount": amount, "method": "percentage", **more}


def overridden(program: Program) -> dict[str, Any]:
    """A request that the rule left to a manager, who declined it."""
    CreditPolicy.objects.create(starts_on=datetime.date(2024, 1, 1), least_dues=5, made_by="m1")
    told: dict[str, Any] = program.send(ASK, wish(), KEY).json()
    override(Decision.objects.get(), "declined", by="m1", reason="Too little is known")
    return told


def test_who_paid_enough_is_lent_at_once(of_asha: Program) -> None:
    answer = of_asha.send(ASK, wish())
    told = answer.json()
    assert (answer.status_code, told["verdict"], told["score"], told["state"]) == (201, "approved", "90", "approved")
    assert "90%" in told["reasons"][0]
    assert Due.objects.filter(customer=101).count() == 2


def test_who_paid_too_little_is_told_why_and_what_would_turn_it(of_asha: Program) -> None:
    CreditPolicy.objects.create(starts_on=datetime.date(2024, 1, 1), threshold=95, made_by="m1")
    told = of_asha.send(ASK, wish()).json()
    assert (told["verdict"], told["decision"]["threshold"]) == ("declined", "95")
    assert told["decision"]["changes"][0]["pay"] == "5.00"
    assert Due.objects.filter(customer=101).count() == 1


def test_one_key_is_one_request(of_asha: Program) -> None:
    first, again = of_asha.send(ASK, wish(), KEY), of_asha.send(ASK, wish(), KEY)
    assert first.json() == again.json()
    assert code(of_asha.send(ASK, wish("51.00"), KEY)) == (422, "key_reused")
    assert CreditRequest.objects.count() == 1
    of_asha.send(ASK, wish())
    assert CreditRequest.objects.count() == 2, "the control: without the key it is another request"


def test_what_waits_for_a_manager_is_withdrawn_once(of_asha: Program) -> None:
    CreditPolicy.objects.create(starts_on=datetime.date(2024, 1, 1), least_dues=5, made_by="m1")
    told = of_asha.send(ASK, wish()).json()
    assert (told["verdict"], told["state"]) == ("referred", "waiting")
    assert code(of_asha.send(ASK, wish())) == (409, "refused")
    at = f"{LIST}/{told['id']}"
    assert of_asha.send(f"{at}/withdraw").json()["state"] == "withdrawn"
    assert code(of_asha.send(f"{at}/withdraw")) == (409, "refused")
    assert of_asha.get(at).json()["state"] == "withdrawn"
    assert [row["id"] for row in of_asha.get(LIST).json()["items"]] == [told["id"]]


def test_nobody_asks_or_looks_for_another(of_asha: Program, bo: Customer, sten: Manager) -> None:
    number = of_asha.send(ASK, wish()).json()["id"]
    stranger = program_of(bo)
    for path in (
        LIST,
        f"{LIST}/{number}",
        "/api/customer/credit-requests/999",
        f"/api/customer/credit-requests/102/{number}",
    ):
        assert code(stranger.get(path)) == (404, "not_found")
    assert code(stranger.send(ASK, wish(customer_id=101))) == (404, "not_found")
    assert code(program_of(sten).get(LIST)) == (403, "forbidden")


def test_a_clerk_asks_for_a_customer_and_the_trail_says_so(of_asha: Program, clem: Manager) -> None:
    assert program_of(clem).send(ASK, wish(customer_id=101)).status_code == 201
    row = AuditEntry.objects.filter(act="ask_credit").latest("pk")
    assert (row.by, row.door) == ("m2", "api")
    assert CreditRequest.objects.get().asked_by == "m2"


def test_a_customer_is_not_told_which_manager_decided(of_asha: Program, clem: Manager) -> None:
    overridden(of_asha)
    at = f"{LIST}/{CreditRequest.objects.get().pk}"
    assert of_asha.get(at).json()["decision"]["overridden_by"] == ""
    assert program_of(clem).get(at).json()["decision"]["overridden_by"] == "m1", "the control: the staff is"


def test_a_managers_decision_has_his_reason_and_what_the_rule_had_found(of_asha: Program) -> None:
    before = overridden(of_asha)
    told = of_asha.get(f"{LIST}/{before['id']}").json()
    assert (told["verdict"], told["state"]) == ("declined", "declined")
    assert told["reasons"] == ["Too little is known"] != before["reasons"]
    assert (told["score"], before["score"]) == ("90", "90")
    assert of_asha.get(LIST).json()["items"] == [told]
    again = of_asha.send(ASK, wish(), KEY).json()
    assert again == told, "state and verdict are of the same decision"


def test_what_would_turn_a_decline_is_not_told_of_an_approval(of_asha: Program) -> None:
    CreditPolicy.objects.create(starts_on=datetime.date(2024, 1, 1), threshold=95, made_by="m1")
    before = of_asha.send(ASK, wish()).json()
    first = Decision.objects.get()
    override(first, "approved", by="m1", reason="Known for years")
    told = of_asha.get(f"{LIST}/{before['id']}").json()
    assert (told["verdict"], told["reasons"], told["score"]) == ("approved", ["Known for years"], "90")
    assert (len(before["decision"]["changes"]), told["decision"]["changes"]) == (1, [])


def test_a_customer_asks_ten_times_an_hour_by_whichever_door(of_asha: Program, as_asha: Client, clem: Manager) -> None:
    CreditPolicy.objects.create(starts_on=datetime.date(2024, 1, 1), threshold=95, made_by="m1")
    first = of_asha.send(ASK, wish(), KEY)
    assert [of_asha.send(ASK, wish()).status_code for _ in range(9)] == [201] * 9
    eleventh = of_asha.send(ASK, wish())
    assert (code(eleventh), eleventh["Retry-After"]) == ((429, "too_many_requests"), "3600")
    form = wish(key=f"{KEY}-web")
    assert as_asha.post("/credit/request/", form).status_code == 429
    assert of_asha.send(ASK, wish(), KEY).json() == first.json(), "the same key again is no further request"
    assert CreditRequest.objects.count() == 10
    assert program_of(clem).send(ASK, wish(customer_id=101)).status_code == 201, (
        "the staff is not limited, as on the web"
    )
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61)):
        assert program_of(Customer.objects.get(pk=101)).send(ASK, wish()).status_code == 201


@pytest.mark.parametrize("wrong", [{"method": "guess"}, {"instalments": 0}, {"amount": "0"}, {"month": 13}, {"x": 1}])
def test_what_is_wrong_is_named(of_asha: Program, wrong: dict[str, Any]) -> None:
    answer = of_asha.send(ASK, wish() | wrong)
    assert code(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == f"body.{next(iter(wrong))}"
