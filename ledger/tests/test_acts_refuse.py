"""What an act refuses it says in a sentence and leaves the books as they were; the allowed neighbour passes."""

import datetime
from decimal import Decimal as D

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import translation

from accounts.models import Customer
from ledger.actions import (
    KeyReused,
    Refused,
    add_due,
    change_due,
    forgive_due,
    record_payment,
    refund_credit,
    reverse_payment,
)
from ledger.models import Allocation, Due, Payment
from ledger.proof import differences
from ledger.tests.refusals import CLOSED_THROUGH, FEBRUARY, JANUARY, PATHS, Books

pytestmark = pytest.mark.every_case("postgresql")

KEY = "a-key-of-the-form"


@pytest.fixture
def books(lender, asha, bo) -> Books:
    lender.closed_through = CLOSED_THROUGH
    lender.save()
    refunded = pay(asha, "30")
    refund_credit(Payment(customer=asha, amount=D(-10)))
    january, february = (add_due(Due(customer=asha, month=month, amount=D(100))) for month in (JANUARY, FEBRUARY))
    receipt = pay(asha, "100", starting=FEBRUARY, reference="R-1", received_on=datetime.date(2025, 2, 20))
    wrong = pay(asha, "7")
    mirror = reverse_payment(wrong)
    keyed = pay(asha, "30", key=KEY, policy="forward", starting=datetime.date(2030, 1, 1))
    waive(january)
    return Books(lender, asha, bo, january, february, receipt, wrong, mirror, refunded, keyed)


def pay(customer: Customer, amount: str, **more: object) -> Payment:
    return record_payment(Payment(customer=customer, amount=D(amount), **more))


def waive(due: Due) -> None:
    """20.00 of the due are forgiven."""
    forgive_due(due, Payment(customer=due.customer, amount=D(20), kind="waiver"))


def everything() -> list[list[dict[str, object]]]:
    nouns = (Customer.objects, Due.with_withdrawn, Payment.objects, Allocation.objects)
    return [list(noun.order_by("id").values()) for noun in nouns]


@pytest.mark.parametrize("path", PATHS)
def test_it_is_refused_to(path, books):
    refused, sentence, _ = PATHS[path]
    before = everything()
    with pytest.raises(Refused) as refusal:
        refused(books)
    assert sentence in refusal.value.sentence
    assert everything() == before


@pytest.mark.parametrize("path", PATHS)
def test_it_is_allowed_beside_to(path, books):
    before = everything()
    PATHS[path][2](books)
    assert everything() != before
    assert list(differences()) == []


def test_a_due_of_a_month_closed_since_is_not_changed(books):
    books.lender.closed_through = datetime.date(2025, 1, 31)
    books.lender.save()
    before = everything()
    with pytest.raises(Refused, match="closed through Jan 31, 2025"):
        change_due(books.january, amount=D(90))
    assert everything() == before
    assert change_due(books.february, amount=D(90)).amount == D(90)


def test_a_payment_may_be_reversed_when_its_month_is_closed_but_not_into_it(books):
    books.lender.closed_through = datetime.date(2025, 2, 28)
    books.lender.save()
    before = everything()
    with pytest.raises(Refused, match="closed through Feb 28, 2025"):
        reverse_payment(books.receipt, on=datetime.date(2025, 2, 21))
    assert everything() == before
    assert reverse_payment(books.receipt).received_on == books.today()


@pytest.mark.parametrize("act", [reverse_payment, change_due])
def test_no_act_reaches_a_row_under_another_customers_name(act, books):
    before = everything()
    theirs = {reverse_payment: Payment(id=books.receipt.pk), change_due: Due(id=books.january.pk)}[act]
    theirs.customer = books.bo
    with pytest.raises(ObjectDoesNotExist):
        act(theirs)
    assert everything() == before


def test_the_same_key_and_body_bring_the_first_payment_again(books):
    before = everything()
    again = books.pay("30", key=KEY, starting=datetime.date(2030, 1, 1))
    assert again == books.keyed
    assert everything() == before


CHANGED: dict[str, dict[str, object]] = {
    "amount": {"amount": D("30.01")},
    "first month": {"starting": JANUARY},
    "policy": {"policy": "oldest_first"},
    "day": {"received_on": datetime.date(2025, 3, 3)},
    "reference": {"reference": "R-9"},
    "channel": {"channel": "cash"},
    "note": {"note": "another"},
}


@pytest.mark.parametrize("what", CHANGED)
def test_the_same_key_with_another_body_is_refused_by_its(what, books):
    before = everything()
    with pytest.raises(KeyReused) as refusal:
        books.pay(**{"amount": "30", "key": KEY, "starting": datetime.date(2030, 1, 1)} | CHANGED[what])
    assert refusal.value.first == books.keyed
    assert f"already recorded as number {books.keyed.pk}" in refusal.value.sentence
    assert everything() == before


def test_a_refund_cannot_use_the_key_of_a_payment(books):
    with pytest.raises(KeyReused):
        books.refund("-30", key=KEY)


def test_the_same_key_refunds_once(books):
    first = books.refund("-3", key="refund-key")
    assert books.refund("-3", key="refund-key") == first
    assert Payment.objects.of(books.asha).held() == D(27)


def test_a_key_of_another_customer_is_another_key(books):
    other = books.pay("31", key=KEY, customer=books.bo)
    assert other != books.keyed
    assert other.customer == books.bo


def test_a_key_survives_the_reversal_of_its_payment(books):
    reverse_payment(books.keyed)
    before = everything()
    assert books.pay("30", key=KEY, starting=datetime.date(2030, 1, 1)) == books.keyed
    with pytest.raises(KeyReused):
        books.pay("31", key=KEY)
    assert everything() == before


def test_a_reference_is_free_again_after_the_reversal(books):
    reverse_payment(books.receipt)
    assert books.pay(reference="R-1").reference == "R-1"


def test_without_a_key_two_equal_payments_are_two(books):
    assert books.pay("5") != books.pay("5")


def test_what_is_reversed_or_raised_already_is_refused_in_the_readers_language(books):
    twin = Due(customer=books.asha, month=FEBRUARY, amount=D(1))
    refused = []
    for act, row in ((reverse_payment, books.reversed), (reverse_payment, books.mirror), (add_due, twin)):
        with translation.override("es"):
            with pytest.raises(Refused) as caught:
                act(row)
            refused.append(caught.value.sentence)
    assert refused == [
        f"El pago {books.reversed.pk} ya está anulado.",
        f"El pago {books.mirror.pk} es en sí una anulación. Registre un pago nuevo.",
        "Ya existe una cuota de capital para febrero 2025. Cambie esa cuota.",
    ]
