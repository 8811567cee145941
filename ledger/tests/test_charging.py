"""Late fees in the books: who bears one, of what, once, on which day, and what is never charged."""

import datetime
from decimal import Decimal as D
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Lender
from ledger.actions import add_due, change_due, forgive_due, record_payment, reverse_payment
from ledger.charging import charge_late_fees, customers_to_charge
from ledger.models import Due, Payment
from ledger.proof import differences
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
FALLS_DUE = datetime.date(2025, 3, 10)
CHARGED = datetime.date(2025, 3, 14)


def march(day: int) -> datetime.date:
    return datetime.date(2025, 3, day)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime.datetime(2025, 6, 1, 9, tzinfo=datetime.UTC), tick=True) as clock:
        yield clock


@pytest.fixture(autouse=True)
def policy(lender: Lender) -> Lender:
    """Ten of the hundred, after three days of grace."""
    return change(late_fee_kind="percentage", late_fee_percent=D(10), late_fee_grace_days=3, late_fee_from=march(1))


def change(**fields: Any) -> Lender:
    Lender.objects.update(**fields)
    return Lender.load()


@pytest.fixture
def owed(asha: Customer) -> Due:
    return add_due(Due(customer=asha, month=march(1), due_on=FALLS_DUE, amount=D(100)))


def run(today: datetime.date = CHARGED) -> list[tuple[int, datetime.date, D]]:
    """Customer, day and amount of each fee that a day's run raises."""
    found = customers_to_charge(Lender.load(), today)
    fees = [fee for customer in found for fee in charge_late_fees(customer, today)]
    assert list(differences()) == []
    assert all(fee.kind == "fee" and fee.month == fee.due_on.replace(day=1) for fee in fees)
    return [(fee.customer_id, fee.due_on, fee.amount) for fee in fees]


def test_a_due_bears_its_fee_the_day_after_grace_and_only_once(owed) -> None:
    assert run(march(13)) == []
    assert run(march(14)) == [(101, CHARGED, D(10))]
    assert run(march(14)) == run(march(31)) == []
    assert Due.objects.get(kind="fee").reference == f"late-{owed.pk}"


@pytest.mark.parametrize(
    ("day", "paid", "fee"), [(13, "100", None), (13, "40", "6"), (14, "100", "10"), (14, "40", "10"), (20, "100", "10")]
)
def test_what_was_open_at_the_end_of_grace_counts_however_late_the_run(
    owed, asha, day: int, paid: str, fee: str | None
) -> None:
    record_payment(Payment(customer=asha, amount=D(paid), received_on=march(day)))
    assert run(march(31)) == ([(101, CHARGED, D(fee))] if fee else [])


def test_credit_that_waited_pays_in_time(asha) -> None:
    record_payment(Payment(customer=asha, amount=D(100), received_on=march(1)))
    add_due(Due(customer=asha, month=march(1), due_on=FALLS_DUE, amount=D(100)))
    assert run() == []


def test_what_is_waived_in_time_bears_no_fee(owed, asha) -> None:
    waiver = Payment(customer=asha, kind=Payment.Kind.WAIVER, amount=D(70), received_on=march(12))
    forgive_due(owed, waiver)
    assert run() == [(101, CHARGED, D(3))]


def test_a_payment_reversed_after_grace_was_there_when_grace_ended(owed, asha) -> None:
    cheque = record_payment(Payment(customer=asha, amount=D(100), received_on=march(12)))
    reverse_payment(cheque, on=march(20))
    assert run(march(31)) == []


def test_a_payment_reversed_in_grace_was_not(owed, asha) -> None:
    cheque = record_payment(Payment(customer=asha, amount=D(100), received_on=march(11)))
    reverse_payment(cheque, on=march(12))
    assert run() == [(101, CHARGED, D(10))]


@pytest.mark.parametrize(("kind", "bears"), [("principal", 1), ("interest", 1), ("fee", 0), ("penalty", 0)])
def test_a_fee_bears_no_fee(asha, kind: str, bears: int) -> None:
    add_due(Due(customer=asha, month=march(1), due_on=FALLS_DUE, amount=D(100), kind=kind))
    assert len(run(march(31))) == bears
    assert run(datetime.date(2025, 5, 31)) == []


def test_a_day_in_closed_books_gives_way_to_the_first_open_one(owed) -> None:
    change(closed_through=march(31))
    assert run(march(31)) == []
    assert run(datetime.date(2025, 4, 3)) == [(101, datetime.date(2025, 4, 1), D(10))]
    change(closed_through=datetime.date(2025, 4, 30))
    assert run(datetime.date(2025, 5, 3)) == []


def test_old_dues_and_a_lender_without_fees_charge_nothing(asha, owed) -> None:
    add_due(Due(customer=asha, month=datetime.date(2025, 2, 1), amount=D(100)))
    change(late_fee_kind="none")
    assert run() == []
    change(late_fee_kind="flat", late_fee_amount=D(5), late_fee_cap=D(4))
    assert run() == [(101, CHARGED, D(4))]


def test_a_fee_may_be_waived_and_is_not_charged_again(owed, asha) -> None:
    run()
    fee = Due.objects.get(kind="fee")
    forgive_due(fee, Payment(customer=asha, kind=Payment.Kind.WAIVER, amount=D(10)))
    assert run(march(31)) == []
    assert Due.objects.of(asha).get(kind="fee").balance == 0


def test_a_due_that_was_moved_is_charged_by_its_new_day(owed) -> None:
    change_due(owed, due_on=march(20))
    assert run(march(23)) == []
    assert run(march(24)) == [(101, march(24), D(10))]


def test_charging_asks_for_one_customers_rows(owed, asha) -> None:
    with assert_routed() as seen:
        assert len(charge_late_fees(asha.pk, CHARGED)) == 1
    assert len(seen) > 4


def test_the_search_asks_as_much_for_five_hundred_customers_as_for_five(db) -> None:
    def asked(first: int, count: int) -> int:
        Customer.objects.bulk_create(Customer(id=first + n, name="C") for n in range(count))
        Due.objects.bulk_create(
            Due(customer_id=first + n, month=march(1), due_on=FALLS_DUE, amount=D(10)) for n in range(count)
        )
        with CaptureQueriesContext(connection) as queries:
            assert len(customers_to_charge(Lender.load(), CHARGED)) >= count
        return len(queries)

    assert asked(1000, 5) == asked(2000, 480)


@pytest.mark.parametrize(
    "fields",
    [
        {"late_fee_kind": "flat", "late_fee_amount": None},
        {"late_fee_kind": "percentage", "late_fee_percent": None},
        {"late_fee_kind": "percentage", "late_fee_percent": D(101)},
        {"late_fee_from": None},
        {"late_fee_cap": D(0)},
        {"late_fee_kind": "sometimes"},
    ],
)
def test_a_policy_that_says_half_is_refused_by_the_database_and_by_the_form(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change(**fields)
    lender = Lender.load()
    for name, value in fields.items():
        setattr(lender, name, value)
    with pytest.raises(ValidationError):
        lender.full_clean()
