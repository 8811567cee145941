"""Programs keep webhooks: who just signed in makes them and their secrets, a token with the scope looks and repeats."""

import datetime
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts import hooks
from accounts.models import Customer, Delivery, Endpoint, HouseEntry, Lender, Manager
from accounts.programs import open_session, renew_session
from accounts.tests.programs import Program, program_of, token_of
from accounts.tests.receiver import call_all, receiver
from accounts.tests.test_api_sign_in import code

pytestmark = pytest.mark.django_db
HOOKS = "/api/webhooks"
TOLD = {"url": "https://books.example/hooks", "events": ["payment.recorded"]}


@pytest.fixture
def of_mona(mona: Manager, lender: Lender) -> Program:
    return program_of(mona)


@pytest.fixture
def made(of_mona: Program) -> dict[str, Any]:
    return dict(of_mona.send(HOOKS, TOLD).json())


def test_an_address_is_made_and_its_secret_is_told_once(of_mona: Program, made: dict[str, Any]) -> None:
    assert made["secret"].startswith("whsec_")
    (row,) = of_mona.get(HOOKS).json()["items"]
    assert row == made["webhook"] == of_mona.get(f"{HOOKS}/{row['id']}").json()
    assert (row["url"], row["events"], row["is_on"], row["made_by"]) == (*TOLD.values(), True, "m4")
    assert made["secret"] not in of_mona.get(HOOKS).text + of_mona.get(f"{HOOKS}/{row['id']}").text


@pytest.mark.parametrize("url", ["books.example", "https://user:pass@books.example/", "ftp://books.example/"])
def test_an_address_that_nothing_should_be_sent_to_is_refused(of_mona: Program, url: str) -> None:
    assert code(of_mona.send(HOOKS, TOLD | {"url": url})) == (409, "refused")
    assert not Endpoint.objects.exists()


def test_it_is_switched_off_and_what_is_left_out_stays(of_mona: Program, made: dict[str, Any]) -> None:
    at = f"{HOOKS}/{made['webhook']['id']}"
    assert of_mona.send(at, {"is_on": False}, method="PATCH").json() == made["webhook"] | {"is_on": False}
    more = ["payment.recorded", "due.overdue"]
    told = of_mona.send(at, {"events": more}, method="PATCH").json()
    assert (told["events"], told["is_on"], told["url"]) == (more, False, TOLD["url"])
    assert code(of_mona.send(at, {"events": []}, method="PATCH")) == (422, "invalid")


def test_what_a_change_leaves_out_stays_as_somebody_else_makes_it_in_that_moment(
    of_mona: Program, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at, change = f"{HOOKS}/{made['webhook']['id']}", hooks.change_endpoint

    def meanwhile(row: Endpoint, *told: Any) -> None:
        change(Endpoint.objects.get(), "https://other.example/hooks", is_on=False)
        change(row, *told)

    monkeypatch.setattr(hooks, "change_endpoint", meanwhile)
    told = of_mona.send(at, {"events": ["due.overdue"]}, method="PATCH").json()
    assert (told["events"], told["is_on"], told["url"]) == (["due.overdue"], False, "https://other.example/hooks")
    assert of_mona.send(at, {"is_on": True}, method="PATCH").json()["is_on"], "the control: who says so switches it on"


def test_a_new_secret_is_another_and_the_one_of_before_has_its_end(of_mona: Program, made: dict[str, Any]) -> None:
    told = of_mona.send(f"{HOOKS}/{made['webhook']['id']}/secret").json()
    assert told["secret"] != made["secret"]
    assert (made["webhook"]["before_until"], told["webhook"]["before_until"] is None) == (None, False)
    assert HouseEntry.objects.filter(act="new_signing_key").count() == 1


def test_no_token_makes_or_changes_one_or_hears_a_secret(mona: Manager, made: dict[str, Any]) -> None:
    token, at = token_of(mona, "read", "webhooks"), f"{HOOKS}/{made['webhook']['id']}"
    assert code(token.send(HOOKS, TOLD)) == (403, "scope_missing")
    assert code(token.send(at, {"is_on": False}, method="PATCH")) == (403, "scope_missing")
    assert code(token.send(f"{at}/secret")) == (403, "scope_missing")
    assert Endpoint.objects.get().is_on


def test_a_sign_in_of_long_ago_makes_none_and_renewing_it_does_not_help(mona: Manager, lender: Lender) -> None:
    pair = open_session(mona.login)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=6)):
        assert code(Program(pair.access).send(HOOKS, TOLD)) == (403, "sign_in_again")
        fresh = renew_session(pair.refresh)
        assert fresh
        renewed = Program(fresh.access)
        assert code(renewed.send(HOOKS, TOLD)) == (403, "sign_in_again")
        assert renewed.get(HOOKS).status_code == 200
        assert program_of(mona).send(HOOKS, TOLD).status_code == 201, "the control: who signs in anew"


def test_auditors_look_clerks_do_not_and_nobody_but_a_manager_changes(
    nina: Manager, clem: Manager, made: dict[str, Any]
) -> None:
    at = f"{HOOKS}/{made['webhook']['id']}"
    assert program_of(nina).get(f"{at}/deliveries").status_code == 200
    assert code(program_of(nina).send(at, {"is_on": False}, method="PATCH")) == (403, "forbidden")
    for path in (HOOKS, at, f"{at}/deliveries"):
        assert code(program_of(clem).get(path)) == (403, "forbidden")


def test_what_was_told_is_listed_and_told_again_under_the_same_id(
    mona: Manager, asha: Customer, lender: Lender
) -> None:
    with receiver() as program:
        number = program_of(mona).send(HOOKS, TOLD | {"url": program.url}).json()["webhook"]["id"]
        Delivery.objects.create(
            customer=asha, endpoint_id=number, kind="payment.recorded", about="7", facts={"payment": 7}
        )
        call_all()
        at, token = f"{HOOKS}/{number}/deliveries", token_of(mona, "webhooks")
        (row,) = token.get(f"{at}?state=sent").json()["items"]
        assert (row["customer_id"], row["status"], row["told"]["data"]) == (101, 200, {"customer": 101, "payment": 7})
        assert token.get(f"{at}?state=dead").json()["items"] == []
        again = token.send(f"{at}/101/{row['id']}/again")
        assert (again.status_code, again.json()["state"], again.json()["message_id"]) == (
            202,
            "waiting",
            row["message_id"],
        )
        call_all()
        assert [call.headers["webhook-id"] for call in program.calls] == [row["message_id"]] * 2


def test_a_delivery_is_found_only_with_its_customer_and_its_address(
    mona: Manager, asha: Customer, bo: Customer, made: dict[str, Any]
) -> None:
    number = made["webhook"]["id"]
    row = Delivery.objects.create(customer=asha, endpoint_id=number, kind="payment.recorded", about="7")
    program = program_of(mona)
    for wrong in (f"{number}/deliveries/102/{row.pk}", f"{number + 1}/deliveries/101/{row.pk}"):
        assert code(program.send(f"{HOOKS}/{wrong}/again")) == (404, "not_found")
    assert code(token_of(mona, "read").get(HOOKS)) == (403, "scope_missing")
    assert program.send(f"{HOOKS}/{number}/deliveries/101/{row.pk}/again").status_code == 202, "the control"
