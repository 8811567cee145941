"""A program of the staff's: by role, with the same acts, guards and second person as the portal."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Batch, Customer, Lender, Manager
from accounts.tests.programs import KEY, Program, program_of, token_of
from accounts.tests.test_api_sign_in import code
from ledger.actions import add_due, record_payment
from ledger.models import Approval, Due, Payment
from ledger.tests.sending import work

pytestmark = pytest.mark.django_db
BOOK = "/api/customers/101"


@pytest.fixture
def due(asha: Customer, lender: Lender) -> Due:
    return add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(100)))


@pytest.fixture
def payment(due: Due, asha: Customer) -> Payment:
    return record_payment(Payment(customer=asha, amount=Decimal(80)))


def test_customers_are_found_by_a_part_of_the_name(clem: Manager, asha: Customer, bo: Customer) -> None:
    staff = program_of(clem)
    assert [row["id"] for row in staff.get("/api/customers").json()["items"]] == [102, 101]
    assert [row["id"] for row in staff.get("/api/customers?search=rao").json()["items"]] == [101]
    assert staff.get(BOOK).json()["name"] == "Asha Rao"
    assert code(staff.get("/api/customers/999")) == (404, "not_found")


def test_a_due_is_raised_once(clem: Manager, asha: Customer) -> None:
    staff, told = program_of(clem), {"year": 2025, "month": 2, "amount": "40.00"}
    answer = staff.send(f"{BOOK}/dues", told)
    assert (answer.status_code, answer.json()["due_on"]) == (201, "2025-02-28")
    assert code(staff.send(f"{BOOK}/dues", told)) == (409, "refused")


def test_a_payment_is_recorded_with_its_day_and_reference(clem: Manager, due: Due) -> None:
    told = {"amount": "30.00", "starting": "2025-01", "received_on": "2025-01-15", "reference": "slip 7"}
    answer = program_of(clem).send(f"{BOOK}/payments", told, KEY)
    assert answer.status_code == 201
    row = Payment.objects.get()
    assert (row.received_on, row.reference, row.recorded_by) == (datetime.date(2025, 1, 15), "slip 7", "m2")
    assert answer.json()["distribution"] == [{"year": 2025, "month": 1, "amount": "30.00"}]


def test_a_day_to_come_is_refused(clem: Manager, due: Due) -> None:
    told = {"amount": "30.00", "received_on": "2999-01-15"}
    assert code(program_of(clem).send(f"{BOOK}/payments", told, KEY)) == (409, "refused")


def test_a_reversal_takes_the_right_and_a_reason(clem: Manager, mona: Manager, payment: Payment) -> None:
    at = f"{BOOK}/payments/{payment.pk}/reversal"
    assert code(program_of(clem).send(at, {"reason": "bounced"})) == (403, "forbidden")
    staff = program_of(mona)
    assert code(staff.send(at, {"reason": ""})) == (422, "invalid")
    told = staff.send(at, {"reason": "bounced"}).json()
    assert (told["state"], told["reversal"]["amount"]) == ("done", "-80.00")
    assert code(staff.send(at, {"reason": "bounced"})) == (409, "refused")


def test_above_the_lenders_amount_a_reversal_waits_for_a_second_person(mona: Manager, payment: Payment) -> None:
    Lender.objects.update(reverse_alone=Decimal(50))
    answer = program_of(mona).send(f"{BOOK}/payments/{payment.pk}/reversal", {"reason": "bounced"})
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert Approval.objects.get().asked_by == "m4"
    payment.refresh_from_db()
    assert payment.reversed is False


def test_the_worklist_is_the_portals(clem: Manager, payment: Payment) -> None:
    told = program_of(clem).get("/api/worklist?bucket=90%2B").json()
    assert [(row["customer_id"], row["late"]) for row in told["items"]] == [(101, "20.00")]
    assert program_of(clem).get("/api/worklist?bucket=1-30").json()["items"] == []


def test_a_customer_finds_none_of_it(asha: Customer, payment: Payment) -> None:
    mine = program_of(asha)
    for path in ("/api/customers", BOOK, "/api/worklist", "/api/batches", "/api/batches/1"):
        assert code(mine.get(path)) == (403, "forbidden")
    assert code(mine.send(f"{BOOK}/payments", {"amount": "1"}, KEY)) == (403, "forbidden")


def test_who_has_no_role_finds_none_of_it_either(sten: Manager, payment: Payment) -> None:
    for path in ("/api/customers", BOOK, "/api/worklist", "/api/batches", "/api/customer/summary/101"):
        assert code(program_of(sten).get(path)) == (403, "forbidden")


def test_a_token_does_what_its_scopes_say_and_no_more_than_its_owner(
    clem: Manager, mona: Manager, payment: Payment
) -> None:
    reading, recording = token_of(clem, "read"), token_of(clem, "read", "record", "reverse")
    told = {"amount": "1.00"}
    assert reading.get("/api/customer/summary/101").status_code == 200
    assert code(reading.send(f"{BOOK}/payments", told, KEY)) == (403, "scope_missing")
    assert recording.send(f"{BOOK}/payments", told, KEY).status_code == 201
    at = f"{BOOK}/payments/{payment.pk}/reversal"
    assert code(recording.send(at, {"reason": "bounced"})) == (403, "forbidden"), "clem is a clerk, whatever the token"
    assert code(reading.get("/api/sessions")) == (403, "scope_missing")


def sent(
    staff: Program, content: bytes = b"customer,year,month,amount\n101,2025,2,9.00\n999,2025,2,9\n", **boxes: str
) -> Any:
    return staff.post("/api/batches", {"kind": "dues", "file": SimpleUploadedFile("dues.csv", content), **boxes})


def test_a_file_goes_its_whole_way(mona: Manager, asha: Customer, lender: Lender) -> None:
    staff = program_of(mona)
    answer, again = sent(staff), sent(staff)
    at = f"/api/batches/{answer.json()['id']}"
    assert (answer.status_code, again.status_code, Batch.objects.count()) == (201, 200, 1)
    assert code(staff.send(f"{at}/post")) == (409, "refused"), "it is being read"
    work()
    told = staff.get(at).json()
    assert (told["state"], told["preview"]["new"], told["preview"]["wrong"]) == ("ready", 1, 1)
    wrong = staff.get(f"{at}/lines?decision=wrong").json()["items"]
    assert [(row["line"], row["customer_id"]) for row in wrong] == [(3, 999)]
    assert "999" in wrong[0]["reasons"][0]
    assert Due.objects.count() == 0
    assert staff.send(f"{at}/post").status_code == 202
    work()
    assert (staff.get(at).json()["state"], Due.objects.count()) == ("posted", 1)
    assert staff.send(f"{at}/undo").status_code == 202
    work()
    assert (staff.get(at).json()["state"], Due.objects.count()) == ("undone", 0)


def test_a_bad_file_is_refused_by_name(mona: Manager) -> None:
    answer = sent(program_of(mona), b"")
    assert code(answer) == (422, "invalid")
    assert "empty" in answer.json()["errors"][0]["message"]


def test_a_file_that_cannot_be_read_says_so_and_is_forgotten(mona: Manager, lender: Lender) -> None:
    """What docs/api.md tells a program to wait for: its state alone never ends."""
    staff, empty = program_of(mona), b"customer,year,month,amount\n"
    at = f"/api/batches/{sent(staff, empty).json()['id']}"
    work()
    told = staff.get(at).json()
    assert (told["state"], told["work"]["state"]) == ("reading", "failed")
    assert "nothing below it to post" in told["work"]["message"]
    assert sent(staff, empty).status_code == 200, "the same batch"
    assert staff.send(f"{at}/discard").status_code == 202
    assert (staff.get(at).json()["state"], sent(staff, empty).status_code) == ("discarded", 201)


@pytest.mark.parametrize("box", ["kind", "byte_order_mark"])
def test_an_empty_box_is_not_one_of_the_words_it_may_hold(mona: Manager, box: str) -> None:
    answer = sent(program_of(mona), **{box: ""})
    assert code(answer) == (422, "invalid")
    assert [one["field"] for one in answer.json()["errors"]] == [f"form.{box}"]


def test_a_file_without_a_name_is_called_like_the_file(mona: Manager, lender: Lender) -> None:
    answer = sent(program_of(mona), name="", byte_order_mark="false")
    assert (answer.status_code, answer.json()["name"]) == (201, "dues")


def test_a_clerk_does_not_undo_and_an_auditor_does_not_send(clem: Manager, nina: Manager, lender: Lender) -> None:
    assert code(sent(program_of(nina))) == (403, "forbidden")
    number = sent(program_of(clem)).json()["id"]
    assert code(program_of(clem).send(f"/api/batches/{number}/undo")) == (403, "forbidden")
    assert program_of(nina).get(f"/api/batches/{number}").status_code == 200


def test_the_list_of_files_holds_what_one_may_look_at_one_by_one(clem: Manager, mona: Manager, lender: Lender) -> None:
    kinds = ["dues", "outcomes", "payments", "outcomes", "outcomes", "gone", "customers"]
    for place, kind in enumerate(kinds):
        Batch.objects.create(kind=kind, name=f"{place}", file_name="f.csv", sha256=f"{place}")
    clerk, manager = program_of(clem), program_of(mona)
    everything = list(Batch.objects.order_by("-pk").values_list("pk", flat=True))
    seen = [number for number in everything if clerk.get(f"/api/batches/{number}").status_code == 200]
    assert [kinds[-1 - everything.index(number)] for number in seen] == ["customers", "gone", "payments", "dues"]
    assert (pages(clerk), pages(manager)) == (seen, everything), "none is missing or empty between two pages"


def pages(staff: Program) -> list[int]:
    """Of two files each; all but the last are full."""
    told = staff.get("/api/batches?limit=2").json()
    found = told["items"]
    while told["next"] is not None:
        assert len(told["items"]) == 2
        told = staff.get(f"/api/batches?limit=2&before={told['next']}").json()
        found += told["items"]
    return [row["id"] for row in found]
