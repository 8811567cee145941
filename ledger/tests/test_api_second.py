"""The staff's programs change, waive and refund; above the lender's amounts a second person confirms."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Customer, Lender, Manager
from accounts.tests.cast import signed_in
from accounts.tests.programs import KEY, Program, program_of, token_of
from accounts.tests.test_api_sign_in import code
from ledger.actions import add_due, change_due, record_payment
from ledger.approving import do_or_ask
from ledger.models import Approval, Due, Payment
from ledger.proof import differences

pytestmark = pytest.mark.django_db
BOOK = "/api/customers/101"


@pytest.fixture
def due(asha: Customer, lender: Lender) -> Due:
    return add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(100)))


@pytest.fixture
def held(due: Due, asha: Customer) -> Payment:
    """30.00 of it is held as credit."""
    return record_payment(Payment(customer=asha, amount=Decimal(130)))


def alone(amount: int) -> None:
    Lender.objects.update(waive_alone=Decimal(amount), refund_alone=Decimal(amount))


def patch(program: Program, due: Due, **told: Any) -> Any:
    return program.send(f"{BOOK}/dues/{due.pk}", told, method="PATCH")


def waived(program: Program, due: Due, amount: str, key: str = KEY) -> Any:
    return program.send(f"{BOOK}/dues/{due.pk}/waive", {"amount": amount, "reason": "goodwill"}, key)


def test_a_due_is_changed_and_what_is_left_out_stays(clem: Manager, due: Due) -> None:
    told = patch(program_of(clem), due, due_on="2025-02-07").json()
    assert (told["state"], told["due"]["amount"], told["due"]["due_on"]) == ("done", "100.00", "2025-02-07")
    told = patch(program_of(clem), due, amount="120.00").json()
    assert (told["due"]["amount"], told["due"]["due_on"]) == ("120.00", "2025-02-07")
    assert code(patch(program_of(clem), due, amount="0")) == (422, "invalid")


def test_a_due_lowered_by_more_waits_for_another_who_confirms(clem: Manager, mona: Manager, due: Due) -> None:
    alone(10)
    answer = patch(program_of(clem), due, amount="50.00", reason="wrong price")
    assert (answer.status_code, answer.json()["state"], answer.json()["due"]["amount"]) == (202, "waiting", "100.00")
    assert patch(program_of(clem), due, amount="90.00").status_code == 200, "the control: exactly the limit passes"


def test_what_a_request_left_out_is_as_it_was_changed_meanwhile(mona: Manager, mira: Manager, due: Due) -> None:
    alone(10)
    asked = patch(program_of(mona), due, amount="50.00").json()["request"]["id"]
    assert patch(program_of(mona), due, due_on="2025-03-07").status_code == 200
    at = f"/admin/customer/101/requests/{asked}/"
    page = signed_in(mira).get(at).text
    assert ("New amount<" in page, "New amount, day" in page) == (True, False)
    confirmed = program_of(mira).send(f"{BOOK}/approvals/{asked}", {"decision": "confirm"})
    due.refresh_from_db()
    assert (confirmed.status_code, due.amount, due.due_on) == (200, 50, datetime.date(2025, 3, 7))
    assert "New amount<" in signed_in(mira).get(at).text


def test_a_day_that_was_sent_is_confirmed_with_the_amount(mona: Manager, mira: Manager, due: Due) -> None:
    """So were all requests before: each told both."""
    alone(10)
    asked = patch(program_of(mona), due, amount="50.00", due_on="2025-02-07").json()["request"]["id"]
    assert Approval.objects.get().parameters == {"amount": "50.00", "due_on": "2025-02-07"}
    patch(program_of(mona), due, due_on="2025-03-07")
    assert "New amount, day" in signed_in(mira).get(f"/admin/customer/101/requests/{asked}/").text
    assert program_of(mira).send(f"{BOOK}/approvals/{asked}", {"decision": "confirm"}).status_code == 200
    due.refresh_from_db()
    assert (due.amount, due.due_on) == (50, datetime.date(2025, 2, 7))


def test_a_day_alone_keeps_the_amount_of_a_colleague(clem: Manager, due: Due, monkeypatch: pytest.MonkeyPatch) -> None:
    def quicker(wanted: Approval) -> object:
        change_due(Due(customer_id=101, pk=due.pk), amount=Decimal(70))
        return do_or_ask(wanted)

    monkeypatch.setattr("ledger.api.second.do_or_ask", quicker)
    told = patch(program_of(clem), due, due_on="2025-03-07").json()["due"]
    assert (told["amount"], told["due_on"]) == ("70.00", "2025-03-07")


def test_a_waiver_is_done_once_a_key(mona: Manager, clem: Manager, due: Due) -> None:
    assert code(waived(program_of(clem), due, "40.00")) == (403, "forbidden")
    first, again = (waived(program_of(mona), due, "40.00") for _ in range(2))
    assert (first.status_code, first.json()["payment"]["kind"]) == (201, "waiver")
    assert first.json() == again.json()
    assert code(waived(program_of(mona), due, "41.00")) == (422, "key_reused")
    assert code(waived(program_of(mona), due, "61.00", f"{KEY}-2")) == (409, "refused"), "more than is open"
    assert waived(program_of(mona), due, "1.00", f"{KEY}-3").status_code == 201, "the control: another key"
    due.refresh_from_db()
    assert (due.forgiven, list(differences())) == (41, [])


def test_a_refund_is_paid_once_a_key_and_at_most_what_is_held(mona: Manager, clem: Manager, held: Payment) -> None:
    at = f"{BOOK}/refunds"
    assert code(program_of(clem).send(at, {"amount": "10.00"}, KEY)) == (403, "forbidden")
    first, again = (program_of(mona).send(at, {"amount": "10.00", "reference": "slip"}, KEY) for _ in range(2))
    assert (first.status_code, first.json()["payment"]["amount"]) == (201, "-10.00")
    assert first.json() == again.json()
    assert code(program_of(mona).send(at, {"amount": "21.00"}, f"{KEY}-2")) == (409, "refused")
    assert Payment.objects.filter(kind="refund").count() == 1
    assert list(differences()) == []


def test_above_the_amount_each_waits_and_another_confirms(mona: Manager, mira: Manager, held: Payment) -> None:
    alone(5)
    asker, other = program_of(mona), program_of(mira)
    answer = asker.send(f"{BOOK}/refunds", {"amount": "10.00"}, KEY)
    assert (answer.status_code, answer.json()["state"], answer.json()["payment"]) == (202, "waiting", None)
    assert asker.send(f"{BOOK}/refunds", {"amount": "10.00"}, KEY).json() == answer.json(), "one request"
    assert Payment.objects.filter(kind="refund").count() == 0
    (row,) = other.get("/api/approvals").json()["items"]
    assert (row["title"], row["customer_id"], row["asked_by"]) == ("Refund held credit", 101, "m4")
    at = f"{BOOK}/approvals/{row['id']}"
    assert code(asker.send(at, {"decision": "confirm"})) == (409, "refused"), "nobody confirms his own"
    told = other.send(at, {"decision": "confirm", "note": "seen"}).json()
    assert (told["state"], told["decided_by"], told["made"]) == (
        "confirmed",
        "m1",
        Payment.objects.get(kind="refund").pk,
    )
    assert code(other.send(at, {"decision": "confirm"})) == (409, "refused"), "once"
    again = asker.send(f"{BOOK}/refunds", {"amount": "10.00"}, KEY)
    assert (again.status_code, again.json()["payment"]["id"]) == (201, told["made"])
    assert other.get("/api/approvals").json()["items"] == []
    assert [row["id"] for row in other.get("/api/approvals?state=confirmed").json()["items"]] == [row["id"]]


def test_a_key_that_waits_for_a_second_person_does_nothing_else(
    mona: Manager, mira: Manager, held: Payment, due: Due, asha: Customer
) -> None:
    alone(10)
    Lender.objects.update(charge_off_alone=Decimal(10))
    open_due, asker = (
        add_due(Due(customer=asha, month=datetime.date(2025, 2, 1), amount=Decimal(100))),
        program_of(mona),
    )
    first = waived(asker, open_due, "50.00")
    assert (first.status_code, first.json()["state"]) == (202, "waiting")
    for amount in ("5.00", "60.00"):  # one that he might waive alone, and one that he might not
        assert code(waived(asker, open_due, amount)) == (422, "key_reused")
    assert code(asker.send(f"{BOOK}/refunds", {"amount": "5.00"}, KEY)) == (422, "key_reused")
    assert code(asker.send(f"{BOOK}/payments", {"amount": "50.00"}, KEY)) == (422, "key_reused")
    lost = {"amount": "5.00", "reason": "goodwill"}
    assert code(asker.send(f"{BOOK}/dues/{open_due.pk}/charge-off", lost, KEY)) == (422, "key_reused")
    open_due.refresh_from_db()
    assert open_due.forgiven == 0
    assert waived(asker, open_due, "50.00").json() == first.json(), "the request itself again"
    at = f"{BOOK}/approvals/{first.json()['request']['id']}"
    assert program_of(mira).send(at, {"decision": "confirm"}).json()["state"] == "confirmed"
    assert code(waived(asker, open_due, "5.00")) == (422, "key_reused")
    assert waived(asker, open_due, "5.00", f"{KEY}-2").status_code == 201, "the control: another key"
    open_due.refresh_from_db()
    assert (open_due.forgiven, list(differences())) == (55, [])


def test_what_waits_for_a_second_person_waits_on_when_the_amount_is_raised(mona: Manager, due: Due) -> None:
    alone(10)
    first = waived(program_of(mona), due, "50.00")
    alone(100)
    assert waived(program_of(mona), due, "50.00").json() == first.json()
    assert waived(program_of(mona), due, "50.00", f"{KEY}-2").status_code == 201, "the control: another key"


def test_a_request_is_refused_with_a_reason_or_withdrawn_by_its_asker(mona: Manager, mira: Manager, due: Due) -> None:
    alone(5)
    asker, other = program_of(mona), program_of(mira)
    first, second = (waived(asker, due, "10.00", f"{KEY}-{n}").json()["request"]["id"] for n in range(2))
    assert code(other.send(f"{BOOK}/approvals/{first}", {"decision": "refuse"})) == (409, "refused")
    assert other.send(f"{BOOK}/approvals/{first}", {"decision": "refuse", "note": "no"}).json()["state"] == "refused"
    assert code(other.send(f"{BOOK}/approvals/{second}", {"decision": "withdraw"})) == (409, "refused")
    assert asker.send(f"{BOOK}/approvals/{second}", {"decision": "withdraw"}).json()["state"] == "withdrawn"
    assert waived(asker, due, "10.00", f"{KEY}-0").json()["state"] == "refused", "what its key stands for"
    assert Payment.objects.count() == 0


def test_who_may_not_do_it_does_not_confirm_it_nor_does_a_token(
    mona: Manager, mira: Manager, clem: Manager, nina: Manager, due: Due, bo: Customer
) -> None:
    alone(5)
    number = waived(program_of(mira), due, "10.00").json()["request"]["id"]
    at, yes = f"{BOOK}/approvals/{number}", {"decision": "confirm"}
    assert code(program_of(clem).send(at, yes)) == (403, "forbidden")
    assert code(program_of(nina).send(at, yes)) == (403, "forbidden")
    assert code(token_of(mona, "read", "forgive").send(at, yes)) == (403, "scope_missing")
    assert code(program_of(mona).send(at.replace("101", "102"), yes)) == (404, "not_found")
    assert Approval.objects.get().state == "waiting"
    assert program_of(mona).send(at, yes).status_code == 200, "the control"


def test_another_customers_due_is_not_found(mona: Manager, due: Due, bo: Customer) -> None:
    at, program = f"/api/customers/102/dues/{due.pk}", program_of(mona)
    assert code(program.send(at, {"amount": "1.00"}, method="PATCH")) == (404, "not_found")
    assert code(program.send(f"{at}/waive", {"amount": "1.00", "reason": "r"}, KEY)) == (404, "not_found")
    due.refresh_from_db()
    assert (due.amount, due.forgiven) == (100, 0)


def test_a_token_needs_its_scope(mona: Manager, held: Payment, due: Due) -> None:
    reversing, forgiving = token_of(mona, "read", "record", "reverse"), token_of(mona, "forgive")
    assert code(reversing.send(f"{BOOK}/refunds", {"amount": "1.00"}, KEY)) == (403, "scope_missing")
    assert code(patch(reversing, due, amount="99.00")) == (403, "scope_missing")
    assert forgiving.send(f"{BOOK}/refunds", {"amount": "1.00"}, KEY).status_code == 201
