"""The staff's programs look at loans, settle them early and take them back."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Customer, Lender, Manager
from accounts.tests.programs import KEY, Program, program_of, token_of
from accounts.tests.test_api_sign_in import code
from ledger.models import Disbursement, Payment
from ledger.proof import differences
from ledger.tests.loans import FEBRUARY_10, give

pytestmark = pytest.mark.django_db
LOANS = "/api/customers/101/loans"


@pytest.fixture
def loan(asha: Customer, lender: Lender) -> Disbursement:
    """300.00 in three instalments with 6.02 of interest, from January 2024."""
    return give(asha)


def settled(program: Program, loan: Disbursement, amount: str, key: str = KEY, **more: Any) -> Any:
    told = {"amount": amount, "received_on": f"{FEBRUARY_10}", **more}
    return program.send(f"{LOANS}/{loan.pk}/settlement", told, key)


def taken_back(program: Program, loan: Disbursement) -> Any:
    return program.send(f"{LOANS}/{loan.pk}/take-back", {"reason": "by mistake"})


def test_a_loan_is_shown_with_its_instalments_and_what_settles_it(clem: Manager, loan: Disbursement) -> None:
    (row,) = program_of(clem).get(LOANS).json()["items"]
    assert (row["id"], row["amount"], row["reversed"]) == (loan.pk, "300.00", False)
    told = program_of(clem).get(f"{LOANS}/{loan.pk}?on={FEBRUARY_10}").json()
    assert [(one["month"], one["principal"], one["interest"]) for one in told["instalments"]] == [
        (1, "99.01", "3.00"),
        (2, "100.00", "2.01"),
        (3, "100.99", "1.01"),
    ]
    assert told["settlement"] == {"on": "2024-02-10", "amount": "303.00", "let_off": "3.02"}


def test_a_loan_is_settled_by_its_figure_once_a_key(mona: Manager, clem: Manager, loan: Disbursement) -> None:
    assert code(settled(program_of(clem), loan, "303.00")) == (403, "forbidden")
    assert code(settled(program_of(mona), loan, "302.00")) == (409, "refused")
    first, again = (settled(program_of(mona), loan, "303.00") for _ in range(2))
    assert (first.status_code, first.json()["amount"]) == (201, "303.00")
    assert first.json() == again.json()
    assert Payment.objects.filter(kind="waiver").get().amount == Decimal("3.02")
    assert code(settled(program_of(mona), loan, "303.00", f"{KEY}-2")) == (409, "refused"), "nothing is left to settle"
    assert list(differences()) == []


def test_a_key_that_settled_one_loan_does_not_stand_for_another(
    mona: Manager, asha: Customer, loan: Disbursement
) -> None:
    other, program = give(asha, reference="loan-2"), program_of(mona)
    first = settled(program, loan, "303.00")
    assert (first.status_code, code(settled(program, other, "303.00"))) == (201, (422, "key_reused"))
    assert settled(program, loan, "303.00").json() == first.json(), "the same again"
    assert settled(program, other, "303.00", f"{KEY}-2").status_code == 201, "the control: another key"
    assert list(differences()) == []


def test_an_ordinary_payments_key_settles_nothing_nor_the_other_way_round(
    mona: Manager, asha: Customer, loan: Disbursement
) -> None:
    program, same = program_of(mona), {"channel": "cash", "note": "in one"}
    told = {"amount": "303.00", "received_on": f"{FEBRUARY_10}", **same}
    other, at = give(asha, reference="loan-2"), "/api/customers/101/payments"
    assert settled(program, loan, "303.00", **same).status_code == 201
    assert code(program.send(at, told, KEY)) == (422, "key_reused")
    paid = program.send(at, told, f"{KEY}-2")
    assert paid.status_code == 201
    assert code(settled(program, other, "303.00", f"{KEY}-2", **same)) == (422, "key_reused")
    assert program.send(at, told, f"{KEY}-2").json() == paid.json(), "the same again"


def test_to_settle_a_token_needs_both_scopes_that_it_amounts_to(mona: Manager, loan: Disbursement) -> None:
    for scope in ("record", "forgive"):
        assert code(settled(token_of(mona, scope), loan, "303.00")) == (403, "scope_missing")
    assert settled(token_of(mona, "record", "forgive"), loan, "303.00").status_code == 201


def test_a_loan_is_taken_back_once_while_nothing_is_paid(mona: Manager, clem: Manager, loan: Disbursement) -> None:
    assert code(taken_back(program_of(clem), loan)) == (403, "forbidden")
    answer = taken_back(program_of(mona), loan)
    assert (answer.status_code, answer.json()["state"], answer.json()["loan"]["reversed"]) == (201, "done", True)
    assert code(taken_back(program_of(mona), loan)) == (409, "refused")
    mirror = Disbursement.objects.get(reverses=loan)
    assert code(program_of(mona).get(f"{LOANS}/{mirror.pk}")) == (404, "not_found"), "a mirror is no loan"
    assert [row["id"] for row in program_of(mona).get(LOANS).json()["items"]] == [loan.pk]
    assert list(differences()) == []


def test_above_the_amount_for_reversals_a_second_person_confirms(
    mona: Manager, mira: Manager, loan: Disbursement
) -> None:
    Lender.objects.update(reverse_alone=Decimal(100))
    answer = taken_back(program_of(mona), loan)
    assert (answer.status_code, answer.json()["state"], answer.json()["loan"]["reversed"]) == (202, "waiting", False)
    at = f"/api/customers/101/approvals/{answer.json()['request']['id']}"
    assert program_of(mira).send(at, {"decision": "confirm"}).status_code == 200
    loan.refresh_from_db()
    assert loan.reversed


def test_another_customers_loan_is_not_found(mona: Manager, bo: Customer, loan: Disbursement) -> None:
    at, program = f"/api/customers/102/loans/{loan.pk}", program_of(mona)
    assert code(program.get(at)) == (404, "not_found")
    assert code(program.send(f"{at}/settlement", {"amount": "303.00"}, KEY)) == (404, "not_found")
    assert code(program.send(f"{at}/take-back", {"reason": "r"})) == (404, "not_found")
    assert program.get("/api/customers/102/loans").json()["items"] == []
