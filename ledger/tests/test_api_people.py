"""The staff's programs on who the customers are: by the portal's forms, acts and rights."""

import json
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import AuditEntry, Customer, Lender, Manager, Message, User
from accounts.programs import open_session
from accounts.tests.cast import PASSWORD
from accounts.tests.chores import quicker
from accounts.tests.programs import KEY, Program, program_of, sign_in, token_of
from accounts.tests.test_api_sign_in import code

pytestmark = pytest.mark.django_db
AT, BOOK = "/api/customers", "/api/customers/101"


@pytest.fixture
def of_clem(clem: Manager) -> Program:
    return program_of(clem)


def test_a_customer_is_added_under_the_next_number_or_the_one_wanted(of_clem: Program, asha: Customer) -> None:
    told = {"name": " Dara Cole ", "email": "Dara@Example.com", "age": 40, "credit_limit": "0"}
    answer = of_clem.send(AT, told)
    assert (answer.status_code, answer.json()["id"], answer.json()["name"]) == (201, 102, "Dara Cole")
    row = Customer.objects.get(pk=102)
    assert (row.email, row.age, row.credit_limit) == ("dara@example.com", 40, 0)
    assert AuditEntry.objects.get(customer=102).door == "api"
    wanted = {"name": "Eno Ray", "customer_id": 500}
    assert of_clem.send(AT, wanted).json()["id"] == 500
    assert code(of_clem.send(AT, wanted)) == (409, "refused"), "twice is as good as once"
    assert Customer.objects.filter(name="Eno Ray").count() == 1


def test_a_whole_number_may_be_written_with_a_point(of_clem: Program) -> None:
    assert of_clem.send(AT, {"name": "D", "age": 35.0, "customer_id": 500.0}).json()["age"] == 35
    assert code(of_clem.send(AT, {"name": "D", "age": 35.5})) == (422, "invalid")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"name": " "}, 422), ({"name": "x" * 201}, 422), ({"name": "D", "age": 0}, 422), ({}, 422),
        ({"name": "D", "credit_limit": "-1"}, 422), ({"name": "D", "rank": 1}, 422),
        ({"name": "D", "email": "no address"}, 409), ({"name": "D", "customer_id": 0}, 422),
    ],
)  # fmt: skip
def test_the_bounds_are_those_of_the_form(of_clem: Program, told: dict[str, Any], status: int) -> None:
    assert of_clem.send(AT, told).status_code == status
    assert Customer.objects.count() == 0


def test_what_is_left_out_of_a_change_stays(of_clem: Program, asha: Customer) -> None:
    Customer.objects.filter(pk=101).update(credit_limit=Decimal(90), age=30)
    told = of_clem.send(BOOK, {"phone": "+254 700 000 999"}, method="PATCH").json()
    assert (told["phone"], told["name"], told["credit_limit"], told["age"]) == (
        "+254 700 000 999", "Asha Rao", "90.00", 30,
    )  # fmt: skip
    told = of_clem.send(BOOK, {"credit_limit": None, "age": None, "email": "new@example.com"}, method="PATCH").json()
    assert (told["credit_limit"], told["age"]) == (None, None)
    assert User.objects.get(customer=101).email == "new@example.com"
    assert code(of_clem.send(BOOK, {"name": None}, method="PATCH")) == (422, "invalid")
    assert code(of_clem.send(f"{AT}/999", {"name": "X"}, method="PATCH")) == (404, "not_found")


def test_what_is_left_out_stays_as_a_colleague_left_it_meanwhile(of_clem: Program, asha: Customer) -> None:
    Customer.objects.filter(pk=101).update(credit_limit=Decimal(900))
    with quicker(101, email="new@example.com", phone="+2", age=50, credit_limit=Decimal(50)):
        told = of_clem.send(BOOK, {"phone": "+1"}, method="PATCH").json()
    assert (told["phone"], told["email"], told["age"], told["credit_limit"]) == ("+1", "new@example.com", 50, "50.00")
    assert User.objects.get(customer=101).email == "new@example.com"
    last = AuditEntry.objects.filter(customer=101).latest("number")
    assert (last.by, json.loads(last.facts)) == ("m2", {"phone_was": "+2", "phone": "+1"}), "and nothing else is his"


def test_what_is_sent_counts_whoever_was_quicker(of_clem: Program, asha: Customer) -> None:
    with quicker(101, age=50, credit_limit=Decimal(50)):
        told = of_clem.send(BOOK, {"credit_limit": "900.00", "age": 35}, method="PATCH").json()
    row = Customer.objects.get(pk=101)
    assert (told["credit_limit"], row.credit_limit, row.age) == ("900.00", 900, 35)
    assert row.age_given_on == Lender.load().today()


def test_only_who_may_adds_and_changes(nina: Manager, clem: Manager, asha: Customer) -> None:
    for program in (program_of(nina), program_of(asha), token_of(clem, "read", "record")):
        assert program.send(AT, {"name": "D"}).status_code == 403
        assert program.send(BOOK, {"name": "D"}, method="PATCH").status_code == 403
    assert token_of(clem, "customers").send(BOOK, {"name": "D"}, method="PATCH").status_code == 200, "the control"


def test_an_invitation_is_a_link_or_a_mail(of_clem: Program, mona: Manager) -> None:
    Customer.objects.create(id=500, name="Iris Importada", email="iris@example.com")
    at = f"{AT}/500/invitation"
    told = of_clem.send(at, {}, KEY).json()
    assert (told["state"], told["login"]) == ("made", "c500")
    assert Program().get(told["link"].removeprefix("http://testserver")).status_code == 200
    for _ in range(2):
        mailed = of_clem.send(at, {"mail": True}, KEY).json()
        assert (mailed["state"], mailed["link"]) == ("mailed", None)
    assert Message.objects.filter(customer=500, kind="invite").count() == 1, "one key, one mail"
    of_clem.send(at, {"mail": True}, f"{KEY}-2")
    assert Message.objects.filter(customer=500, kind="invite").count() == 2, "the control"


def test_who_has_a_password_or_no_address_is_not_invited_unasked(of_clem: Program, asha: Customer) -> None:
    at = f"{BOOK}/invitation"
    assert code(of_clem.send(at, {}, KEY)) == (409, "refused")
    assert of_clem.send(at, {"again": True}, KEY).status_code == 201
    Customer.objects.filter(pk=101).update(email="")
    assert code(of_clem.send(at, {"again": True, "mail": True}, KEY)) == (409, "refused")
    User.objects.filter(customer=101).update(is_active=False)
    assert code(of_clem.send(at, {"again": True}, KEY)) == (409, "refused")


def test_a_personal_token_invites_nobody(clem: Manager, asha: Customer) -> None:
    program = token_of(clem, "read", "customers")
    assert code(program.send(f"{BOOK}/invitation", {"again": True}, KEY)) == (403, "scope_missing")


def test_a_superuser_shuts_a_sign_in_and_every_program_of_it(mira: Manager, mona: Manager, asha: Customer) -> None:
    at, pair = f"{BOOK}/sign-in", open_session(asha.login)
    theirs, boss = Program(pair.access), program_of(mira)
    assert theirs.get("/api/me").status_code == 200
    assert code(program_of(mona).send(at, {"active": False}, method="PUT")) == (403, "forbidden")
    assert boss.send(at, {"active": False}, method="PUT").json() == {"login": "c101", "active": False}
    assert code(theirs.get("/api/me")) == (401, "unauthorized")
    assert code(sign_in(101, PASSWORD)) == (403, "sign_in_closed")
    assert boss.send(at, {"active": True}, method="PUT").json()["active"] is True
    assert sign_in(101, PASSWORD).status_code == 200
    assert code(theirs.get("/api/me")) == (401, "unauthorized"), "its keys are dead for good"


def test_without_a_sign_in_there_is_nothing_to_shut(mira: Manager) -> None:
    Customer.objects.create(id=500, name="Iris Importada")
    assert code(program_of(mira).send(f"{AT}/500/sign-in", {"active": False}, method="PUT")) == (409, "refused")
