"""Every act and every page of a customer asks for that customer's rows only."""

import datetime
from decimal import Decimal as D

import pytest
from django.db.models import F
from django.test import Client

from ledger.actions import add_due, apply_payments, change_due, record_payment, refund_credit, reverse_payment
from ledger.models import Allocation, Due, Payment
from ledger.preview import preview_payment
from ledger.tests.routing import Unrouted, assert_routed, is_routed, owned_tables

JANUARY = datetime.date(2025, 1, 1)


@pytest.fixture
def owed(lender, asha) -> Due:
    return add_due(Due(customer=asha, month=JANUARY, amount=D(100)))


@pytest.fixture
def paid(owed, asha) -> Payment:
    return record_payment(Payment(customer=asha, amount=D(130)))


def test_adding_a_due_is_routed(paid, asha):
    with assert_routed() as seen:
        add_due(Due(customer=asha, month=datetime.date(2025, 2, 1), amount=D(50)))
    assert len(seen) > 4


def test_recording_a_payment_is_routed(owed, asha):
    with assert_routed() as seen:
        record_payment(Payment(customer=asha, amount=D(130), key="k" * 20, reference="R"))
    assert len(seen) > 4


def test_replaying_a_key_is_routed(owed, asha):
    first = record_payment(Payment(customer=asha, amount=D(130), key="k" * 20))
    with assert_routed() as seen:
        assert record_payment(Payment(customer=asha, amount=D(130), key="k" * 20)) == first
    assert seen


def test_applying_payments_is_routed(paid, asha):
    with assert_routed() as seen:
        apply_payments(asha)
    assert seen


def test_refunding_and_reversing_the_refund_is_routed(paid, asha):
    with assert_routed() as seen:
        reverse_payment(refund_credit(Payment(customer=asha, amount=D(-30))))
    assert len(seen) > 10


def test_reversing_a_payment_is_routed(paid):
    with assert_routed() as seen:
        reverse_payment(paid)
    assert len(seen) > 6


@pytest.mark.parametrize("amount", [D(40), D(140)])
def test_changing_a_due_is_routed(amount, paid, owed):
    with assert_routed() as seen:
        change_due(owed, amount=amount, due_on=datetime.date(2025, 1, 20))
    assert len(seen) > 4


def test_previewing_a_payment_is_routed(owed, asha):
    with assert_routed() as seen:
        preview_payment(Payment(customer=asha, amount=D(70)))
    assert seen


PAGES = ["/dashboard/", "/dashboard/?year=2025", "/pay/", "/payments/", "/payments.csv"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_customer_is_routed(page, paid, as_asha: Client):
    with assert_routed() as seen:
        response = as_asha.get(page)
        assert response.getvalue()
    assert response.status_code == 200
    assert seen


def test_a_receipt_is_routed(paid, as_asha: Client):
    with assert_routed() as seen:
        assert as_asha.get(f"/payments/{paid.pk}/").status_code == 200
    assert seen


@pytest.mark.parametrize(("step", "status"), [("preview", 200), ("confirm", 303)])
def test_paying_is_routed(step, status, owed, as_asha: Client):
    form = {"year": 2025, "month": 1, "amount": "70", "key": "k" * 20, "step": step}
    with assert_routed() as seen:
        assert as_asha.post("/pay/", form).status_code == status
    assert seen


UNROUTED = {
    "one due by its number": lambda: Due.objects.get(pk=1),
    "any payment": lambda: Payment.objects.first(),
    "a change by number": lambda: Payment.objects.filter(pk=1).update(applied=F("applied")),
    "a change of whose it is": lambda: Due.objects.filter(pk=1).update(customer_id=102),
    "a deletion by number": lambda: Due.objects.filter(pk=1)._raw_delete("default"),
    "a saved row": lambda: Due(id=1, customer_id=101).save(force_update=True, update_fields=["due_on"]),
    "a sum over everyone": lambda: Payment.objects.held(),
    "allocations by the payment's number": lambda: list(Allocation.objects.filter(payment=1)),
    "rows joined to rows": lambda: list(
        Allocation.objects.filter(payment__customer=F("customer")).values_list("amount", "payment__amount")
    ),
}


@pytest.mark.parametrize("statement", UNROUTED)
def test_a_statement_to_everyone_is_caught(statement, db):
    with assert_routed(), pytest.raises(Unrouted):
        UNROUTED[statement]()


ROUTED = {
    "one due of its customer": lambda: Due.objects.filter(customer=101, pk=1).first(),
    "the payments of several": lambda: list(Payment.objects.filter(customer__in=[101, 102])),
    "a change to one's own": lambda: Due.objects.filter(customer=101, pk=1).update(reference="x"),
    "nothing owned": lambda: list(Due._meta.get_field("customer").related_model.objects.all()),
}


@pytest.mark.parametrize("statement", ROUTED)
def test_a_statement_to_one_customer_passes(statement, db):
    with assert_routed():
        ROUTED[statement]()


def test_the_guard_reads_sql_as_it_is_written():
    assert is_routed("SELECT 1 FROM ledger_due d WHERE d.customer_id = ANY(%s)")
    assert is_routed("UPDATE ledger_due SET paid = 1 FROM given WHERE ledger_due.customer_id = given.customer_id")
    assert not is_routed("INSERT INTO ledger_due (id) SELECT id FROM ledger_due WHERE id = 3")
    assert not is_routed("UPDATE ledger_due SET customer_id = 102 WHERE id = 3")
    assert not is_routed("SELECT customer_id = 3 FROM ledger_due")


def test_the_guard_knows_the_books():
    assert {"ledger_due", "ledger_payment", "ledger_allocation"} <= owned_tables()
