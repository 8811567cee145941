"""Letting off a due: waivers and charge-offs close what no money will."""

import datetime
from decimal import Decimal

import pytest

from accounts.models import Customer
from ledger.actions import KeyReused, Refused, add_due, forgive_due, record_payment, reverse_payment
from ledger.models import Due, Payment, total
from ledger.proof import differences

D = Decimal


@pytest.fixture
def due(asha: Customer) -> Due:
    return add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D(100)))


def letting_off(due: Due, amount: str, kind: str = "waiver", **more: object) -> Payment:
    return forgive_due(due, Payment(customer=due.customer, kind=kind, amount=D(amount), **more))


@pytest.mark.parametrize("kind", ["waiver", "charge_off"])
def test_what_is_let_off_is_no_longer_owed_and_was_never_received(due: Due, kind: str) -> None:
    record_payment(Payment(customer=due.customer, amount=D(60)))
    letting_off(due, "40", kind)
    due.reread()
    assert (due.paid, due.forgiven, due.balance) == (60, 40, 0)
    assert Payment.objects.of(due.customer).money().aggregate(sum=total("amount"))["sum"] == 60
    assert Payment.objects.of(due.customer).held() == 0
    assert list(differences()) == []


def test_money_that_comes_later_is_held_because_nothing_is_owed(due: Due) -> None:
    letting_off(due, "100")
    record_payment(Payment(customer=due.customer, amount=D(30)))
    assert Payment.objects.of(due.customer).held() == 30


def test_a_waiver_is_reversed_like_any_payment_and_held_money_fills_the_due(due: Due) -> None:
    waiver = letting_off(due, "100")
    record_payment(Payment(customer=due.customer, amount=D(30)))
    reverse_payment(waiver, note="granted to the wrong customer")
    due.reread()
    assert (due.paid, due.forgiven) == (30, 0)
    assert Payment.objects.of(due.customer).money().aggregate(sum=total("amount"))["sum"] == 30
    assert list(differences()) == []


def test_no_more_is_let_off_than_is_open(due: Due) -> None:
    record_payment(Payment(customer=due.customer, amount=D(60)))
    with pytest.raises(Refused, match=r"Only \$40\.00 of this due is open"):
        letting_off(due, "40.01")
    assert not Payment.objects.filter(kind="waiver").exists()
    letting_off(due, "40")


@pytest.mark.parametrize("kind", ["receipt", "refund", "reversal"])
def test_only_a_waiver_or_a_charge_off_lets_off(due: Due, kind: str) -> None:
    with pytest.raises(Refused, match="by waiver or charge_off"):
        letting_off(due, "10", kind)


def test_a_retry_lets_off_once(due: Due) -> None:
    first = letting_off(due, "10", key="k")
    assert letting_off(due, "10", key="k").pk == first.pk
    with pytest.raises(KeyReused):
        letting_off(due, "11", key="k")
    due.reread()
    assert due.forgiven == 10


def test_another_customers_due_cannot_be_let_off(due: Due, bo: Customer) -> None:
    with pytest.raises(Due.DoesNotExist):
        forgive_due(due, Payment(customer=bo, kind="waiver", amount=D(10)))


def test_a_key_belongs_to_one_due(due: Due) -> None:
    other = add_due(Due(customer=due.customer, month=datetime.date(2024, 2, 1), amount=D(100)))
    letting_off(due, "10", key="k")
    with pytest.raises(KeyReused):
        letting_off(other, "10", key="k")
    other.reread()
    assert other.forgiven == 0


def test_a_reference_that_stands_already_is_refused_in_a_sentence(due: Due) -> None:
    record_payment(Payment(customer=due.customer, amount=D(10), reference="slip 4"))
    with pytest.raises(Refused, match="already stands for payment"):
        letting_off(due, "10", reference="slip 4")
    assert Payment.objects.count() == 1


def test_a_waiver_is_never_money_that_waits(due: Due) -> None:
    Payment.objects.bulk_create(
        [Payment(customer=due.customer, kind="waiver", amount=D(300), received_on=due.due_on, policy="oldest_first")]
    )
    assert Payment.objects.of(due.customer).held() == 0
    record_payment(Payment(customer=due.customer, amount=D(10)))
    due.reread()
    assert (due.paid, due.forgiven) == (10, 0)
