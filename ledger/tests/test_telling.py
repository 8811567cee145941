"""Each act on the books leaves one entry for each of its customers, in facts that name the rows."""

import datetime
import json
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.actor import IMPORT, PORTAL, WEB
from accounts.audit_proof import trail_breaks
from accounts.models import AuditEntry, Batch, Customer
from accounts.transactions import one_transaction
from ledger.acting import books_of
from ledger.actions import (
    KeyReused,
    Refused,
    add_due,
    apply_payments,
    change_due,
    forgive_due,
    record_payment,
    refund_credit,
    reverse_payment,
)
from ledger.models import Due, Payment
from ledger.tests.shop import customers, file, load, undo, undo_refused

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, DAY = datetime.date(2025, 1, 1), datetime.date(2025, 2, 1), datetime.date(2025, 1, 20)


def told(customer: int = 101) -> list[tuple[str, dict[str, Any]]]:
    entries = AuditEntry.objects.filter(customer=customer).order_by("number")
    return [(entry.act, json.loads(entry.facts)) for entry in entries]


def last(customer: int = 101) -> tuple[str, dict[str, Any]]:
    return told(customer)[-1]


@pytest.fixture
def january(lender, asha: Customer) -> Due:
    return add_due(Due(customer=asha, month=JANUARY, amount=D(100)))


@pytest.fixture
def paid(january: Due, asha: Customer) -> Payment:
    return record_payment(Payment(customer=asha, amount=D(130), received_on=DAY, channel="bank", reference="B-7"))


def test_a_due_is_told_with_its_month_amount_and_day(january: Due) -> None:
    facts = {"due": january.pk, "month": "2025-01-01", "amount": "100.00", "due_on": "2025-01-31", "kind": "principal"}
    assert told() == [("add_due", facts)]


def test_a_payment_is_told_so_that_an_edited_one_can_be_told_from_its_entry(paid: Payment) -> None:
    act, facts = last()
    assert act == "record_payment"
    assert facts == {
        "payment": paid.pk, "kind": "receipt", "amount": "130.00", "received_on": "2025-01-20",
        "policy": "forward_then_back", "channel": "bank", "reference": "B-7",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_payment SET amount = amount + 100 WHERE id = %s", [paid.pk])
    paid.reread()
    assert D(facts["amount"]) != paid.amount


def test_a_refund_and_a_reversal_name_what_they_take_back(paid: Payment, asha: Customer) -> None:
    refund = refund_credit(Payment(customer=asha, amount=D(-30), reference="R-1"))
    act, facts = last()
    assert (act, facts["payment"], facts["amount"], facts["reference"]) == (
        "refund_credit", refund.pk, "-30.00", "R-1",
    )  # fmt: skip
    mirror = reverse_payment(refund, by="mira", note="not handed over")
    act, facts = last()
    assert (act, facts["payment"], facts["reverses"]) == ("reverse_payment", mirror.pk, refund.pk)
    assert (facts["amount"], facts["note"]) == ("30.00", "not handed over")


def test_letting_off_names_the_due(january: Due, asha: Customer) -> None:
    waiver = forgive_due(january, Payment(customer=asha, amount=D(40), kind="waiver", note="flood"))
    act, facts = last()
    assert act == "forgive_due"
    assert (facts["payment"], facts["due"], facts["month"]) == (waiver.pk, january.pk, "2025-01-01")
    assert (facts["kind"], facts["amount"], facts["note"]) == ("waiver", "40.00", "flood")


def test_a_changed_due_tells_old_and_new_amount_and_day(paid: Payment, january: Due) -> None:
    change_due(january, amount=D(90), due_on=DAY)
    act, facts = last()
    assert act == "change_due"
    assert (facts["amount_was"], facts["amount"]) == ("100.00", "90.00")
    assert (facts["due_on_was"], facts["due_on"]) == ("2025-01-31", "2025-01-20")
    change_due(january, amount=D(80))
    assert "due_on_was" not in last()[1]


def test_a_retry_and_a_refusal_tell_nothing(january: Due, asha: Customer) -> None:
    for _ in range(2):
        record_payment(Payment(customer=asha, amount=D(10), key="k" * 20))
    with pytest.raises(KeyReused):
        record_payment(Payment(customer=asha, amount=D(11), key="k" * 20))
    with pytest.raises(Refused):
        add_due(Due(customer=asha, month=JANUARY, amount=D(1)))
    apply_payments(asha)
    assert [act for act, _ in told()] == ["add_due", "record_payment"]


def test_an_act_that_fails_after_the_books_are_closed_tells_nothing(january: Due) -> None:
    @one_transaction
    def act() -> None:
        with books_of([101]) as books:
            books.tell(101, "change_due", {})
        raise Refused("Not so.")

    with pytest.raises(Refused):
        act()
    assert len(told()) == 1


def test_who_paid_and_through_which_door(january: Due, as_asha: Client, as_mira: Client) -> None:
    form = {"year": 2025, "month": 1, "amount": "70", "key": "k" * 20, "step": "confirm"}
    assert as_asha.post("/pay/", form).status_code == 303
    staff = {"amount": "5", "received_on": "2025-01-31", "channel": "cash", "key": "q" * 20, "step": "confirm"}
    assert as_mira.post("/admin/customer/101/pay/", staff).status_code == 303
    entries = AuditEntry.objects.filter(act="record_payment").order_by("number")
    assert [(entry.by, entry.door) for entry in entries] == [("c101", WEB), ("m1", PORTAL)]


# --- Files --------------------------------------------------------------------------------------
@pytest.fixture
def two(db: None) -> None:
    customers(1, 2)


def test_a_file_of_payments_is_one_entry_a_customer_with_count_and_sum(two: None, tmp_path: Any) -> None:
    rows = ("1,2025-02-10,150.00", "1,2025-02-11,80.00", "2,2025-02-11,50.00")
    load("payments", file(tmp_path, "customer,date,amount", *rows, name="march.csv"))
    first, second = Payment.objects.filter(customer=1).order_by("pk")
    sums = {"batch": "march", "payments": 2, "received": "230.00", "first_row": first.pk, "last_row": second.pk}
    assert last(1) == ("post_batch", sums)
    assert (last(2)[1]["payments"], last(2)[1]["received"]) == (1, "50.00")
    assert set(AuditEntry.objects.filter(act="post_batch").values_list("door", flat=True)) == {IMPORT}


@pytest.mark.parametrize(
    ("kind", "lines", "sums"),
    [
        ("payments", ("customer,date,amount", "1,2025-02-10,150.00"), {"payments": 1, "received": "-150.00"}),
        ("dues", ("customer,year,month,amount", "1,2025,1,70.00", "1,2025,2,30.00"), {"dues": 2, "raised": "-100.00"}),
    ],
)
def test_an_undone_file_names_itself_and_what_went(two: None, tmp_path: Any, kind: str, lines: Any, sums: Any) -> None:
    load(kind, file(tmp_path, *lines, name="march.csv"))
    undo("march")
    act, facts = last(1)
    assert act == "undo_batch"
    assert {"batch": "march", **sums}.items() <= facts.items()
    assert not AuditEntry.objects.filter(customer=2, act="undo_batch").exists()


def test_a_file_of_customers_tells_what_came_in_and_what_went_out_again(two: None, tmp_path: Any) -> None:
    load("customers", file(tmp_path, "customer,name,age", "7,Ida,30", "8,Ole,", name="new.csv"))
    assert last(7)[0] == "register_customer"
    assert {"batch": "new", "name": "Ida", "age": 30}.items() <= last(7)[1].items()
    undo("new")
    assert not Customer.objects.filter(pk=7).exists()
    assert [act for act, _ in told(7)] == ["register_customer", "remove_customer"]
    assert last(8)[1] == {"batch": "new", "name": "Ole"}
    load("customers", file(tmp_path, "customer,name,age", "7,Ida,30", "8,Ole,", name="new.csv"))
    assert [act for act, _ in told(7)][2:] == ["register_customer"]
    assert list(trail_breaks()) == []


def test_a_file_that_is_not_taken_or_not_undone_tells_nothing(two: None, tmp_path: Any) -> None:
    load("customers", file(tmp_path, "customer,name", "7,Ida", name="new.csv"))
    add_due(Due(customer_id=7, month=JANUARY, amount=D(5)))
    before = AuditEntry.objects.count()
    assert "has entries by now" in undo_refused("new")
    assert AuditEntry.objects.count() == before
    assert Batch.objects.filter(name="new", undone_at=None).exists()
