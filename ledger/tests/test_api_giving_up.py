"""The staff's programs charge off what is lost, two of them above the amount, and record what comes after all."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Customer, Lender, Manager
from accounts.tests.programs import KEY, Program, program_of, token_of
from accounts.tests.test_api_sign_in import code
from ledger.actions import add_due
from ledger.models import Due, Payment
from ledger.proof import differences

pytestmark = pytest.mark.django_db
BOOK = "/api/customers/101"


@pytest.fixture
def due(asha: Customer, lender: Lender) -> Due:
    """100.00 that is long overdue, and 50.00 more."""
    add_due(Due(customer=asha, month=datetime.date(2025, 2, 1), amount=Decimal(50)))
    return add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(100)))


def charged(program: Program, due: Due, amount: str = "40.00", key: str = KEY) -> Any:
    return program.send(f"{BOOK}/dues/{due.pk}/charge-off", {"amount": amount, "reason": "moved away"}, key)


def all_charged(program: Program, amount: str = "150.00", key: str = KEY) -> Any:
    return program.send(f"{BOOK}/charge-off", {"amount": amount, "reason": "moved away"}, key)


def test_a_part_of_a_due_is_charged_off_once_a_key(mona: Manager, clem: Manager, due: Due) -> None:
    assert code(charged(program_of(clem), due)) == (403, "forbidden")
    first, again = (charged(program_of(mona), due) for _ in range(2))
    assert (first.status_code, first.json()["payment"]["kind"]) == (201, "charge_off")
    assert first.json() == again.json()
    assert code(charged(program_of(mona), due, "41.00")) == (422, "key_reused")
    assert code(charged(program_of(mona), due, "61.00", f"{KEY}-2")) == (409, "refused"), "more than is open"
    due.refresh_from_db()
    assert (due.forgiven, list(differences())) == (40, [])


def test_all_that_is_overdue_goes_at_once_by_the_amount_that_was_seen(mona: Manager, due: Due) -> None:
    seen = program_of(mona).get("/api/customer/summary/101").json()["overdue"]
    assert code(all_charged(program_of(mona), "149.00")) == (409, "refused"), "another amount is overdue"
    assert Payment.objects.count() == 0
    first, again = (all_charged(program_of(mona), seen) for _ in range(2))
    assert (first.status_code, first.json()["payment"]["amount"]) == (201, "150.00")
    assert first.json() == again.json()
    assert program_of(mona).get("/api/customer/summary/101").json()["overdue"] == "0.00"
    assert list(differences()) == []


def test_above_the_amount_a_second_person_confirms(mona: Manager, mira: Manager, due: Due) -> None:
    Lender.objects.update(charge_off_alone=Decimal(10))
    assert charged(program_of(mona), due, "10.00").status_code == 201, "the control: exactly the amount passes"
    answer = all_charged(program_of(mona), "140.00", f"{KEY}-2")
    assert (answer.status_code, answer.json()["state"], answer.json()["payment"]) == (202, "waiting", None)
    at = f"{BOOK}/approvals/{answer.json()['request']['id']}"
    assert program_of(mira).send(at, {"decision": "confirm"}).json()["state"] == "confirmed"
    assert all_charged(program_of(mona), "140.00", f"{KEY}-2").status_code == 201


def test_what_comes_after_all_is_recovered_once_a_key(mona: Manager, clem: Manager, nina: Manager, due: Due) -> None:
    at, told = f"{BOOK}/recovery", {"amount": "170.00", "channel": "cash"}
    assert code(program_of(clem).send(at, told, KEY)) == (409, "refused"), "nothing was charged off"
    all_charged(program_of(mona))
    assert code(program_of(nina).send(at, told, KEY)) == (403, "forbidden")
    first, again = (program_of(clem).send(at, told, f"{KEY}-2") for _ in range(2))
    assert (first.status_code, first.json()["recovered"], first.json()["payment"]["held"]) == (201, "150.00", "20.00")
    assert first.json() == again.json()
    assert list(differences()) == []


def test_an_ordinary_payments_key_recovers_nothing_nor_the_other_way_round(mona: Manager, due: Due) -> None:
    program, told = program_of(mona), {"amount": "40.00", "channel": "cash"}
    all_charged(program)
    paid = program.send(f"{BOOK}/payments", told, f"{KEY}-2")
    assert code(program.send(f"{BOOK}/recovery", told, f"{KEY}-2")) == (422, "key_reused")
    assert program.send(f"{BOOK}/payments", told, f"{KEY}-2").json() == paid.json(), "the same again"
    recovered = program.send(f"{BOOK}/recovery", told, f"{KEY}-3")
    assert (recovered.status_code, recovered.json()["recovered"]) == (201, "40.00"), "the control: another key"
    assert code(program.send(f"{BOOK}/payments", told, f"{KEY}-3")) == (422, "key_reused")
    assert list(differences()) == []


def test_a_part_of_a_due_and_all_that_is_overdue_are_two_acts_for_one_key(mona: Manager, due: Due) -> None:
    program = program_of(mona)
    charged(program, due, "50.00")
    assert code(all_charged(program, "50.00")) == (422, "key_reused")
    charged(program, due, "50.00", f"{KEY}-2")  # 50.00 of the other due is all that is overdue now
    assert code(all_charged(program, "50.00", f"{KEY}-2")) == (422, "key_reused")
    first, again = (all_charged(program, "50.00", f"{KEY}-3") for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json()), "the control: the same again"
    assert list(differences()) == []


def test_all_that_was_overdue_is_no_part_of_one_due(mona: Manager, due: Due) -> None:
    program = program_of(mona)
    program.send(f"{BOOK}/payments", {"amount": "50.00"}, f"{KEY}-2")
    assert all_charged(program, "100.00").status_code == 201  # of two dues
    assert code(charged(program, due, "100.00")) == (422, "key_reused")


def test_a_token_needs_its_scope_and_another_customers_due_is_not_found(mona: Manager, bo: Customer, due: Due) -> None:
    assert code(charged(token_of(mona, "read", "record", "reverse"), due)) == (403, "scope_missing")
    at = f"/api/customers/102/dues/{due.pk}/charge-off"
    assert code(program_of(mona).send(at, {"amount": "1.00", "reason": "r"}, KEY)) == (404, "not_found")
    assert charged(token_of(mona, "forgive"), due).status_code == 201
