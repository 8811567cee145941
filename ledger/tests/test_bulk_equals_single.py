"""A file of payments spreads money exactly as record_payment does row by row, whatever the books held before."""

import datetime
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings

from accounts.models import Lender
from ledger import figures, settling
from ledger.actions import add_due, record_payment
from ledger.bulk import payments
from ledger.distribution import KINDS, POLICIES, distribute
from ledger.models import Allocation, Due, Payment
from ledger.proof import differences
from ledger.tests.shop import credit, customers, file, load, paid

EXAMPLES = {"sqlite": 60, "postgresql": 20}
HEADER = "customer,date,amount,year,month"
BY_FILE, BY_HAND = (1, 2), (101, 102)  # the same two customers, twice

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Money:
    """A payment to come: cents, the day, and the first month to fill."""

    cents: int
    day: datetime.date
    starting: datetime.date | None
    policy: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.cents) / 100


@dataclass(frozen=True)
class Owed:
    month: datetime.date
    day: int
    kind: str
    cents: int


@dataclass(frozen=True)
class History:
    """What one customer's books hold before the file, and the customer's rows in it."""

    dues: list[Owed]
    recorded: list[Money]
    strays: list[Money]
    rows: list[Money]


months = st.builds(datetime.date, st.just(2025), st.integers(1, 6), st.just(1))
days = st.builds(datetime.date, st.just(2025), st.integers(1, 6), st.integers(1, 28))
owed = st.builds(Owed, months, st.integers(1, 28), st.sampled_from(KINDS), st.integers(1, 3000))
money = st.builds(Money, st.integers(1, 4000), days, st.none() | months, st.sampled_from(sorted(POLICIES)))
histories = st.builds(
    History,
    dues=st.lists(owed, max_size=8),
    recorded=st.lists(money, max_size=2),
    strays=st.lists(money, max_size=2),
    rows=st.lists(money, min_size=1, max_size=6),
)
component_orders = st.permutations(KINDS).map(",".join)


def prepare(customer: int, history: History) -> None:
    """Record the past; a stray is a row that some program inserted and nobody applied yet."""
    for place, owe in enumerate(history.dues):
        due_on = owe.month.replace(day=owe.day)
        add_due(
            Due(
                customer_id=customer,
                month=owe.month,
                due_on=due_on,
                kind=owe.kind,
                reference=f"{place}",
                amount=Decimal(owe.cents) / 100,
            )
        )
    for one in history.recorded:
        record_payment(payment_of(customer, one, one.policy))
    for one in history.strays:
        payment_of(customer, one, one.policy).save()
    if history.strays:
        figures.rebuild()  # they moved none


def payment_of(customer: int, one: Money, policy: str = "") -> Payment:
    return Payment(customer_id=customer, amount=one.amount, received_on=one.day, starting=one.starting, policy=policy)


def row_of(customer: int, one: Money) -> str:
    month = f"{one.starting.year},{one.starting.month}" if one.starting else ","
    return f"{customer},{one.day},{one.amount},{month}"


def told(customer: int) -> tuple[list[Any], list[Any]]:
    """The customer's payments and allocations in the order they were written, without their keys."""
    rows = list(Payment.objects.filter(customer=customer).order_by("id"))
    place = {payment.id: number for number, payment in enumerate(rows)}
    parts = Allocation.objects.filter(customer=customer).select_related("due").order_by("id")
    return (
        [(row.amount, row.applied, row.received_on, row.starting, row.policy) for row in rows],
        [(place[part.payment_id], part.due and part.due.reference, part.amount) for part in parts],
    )


def both_ways(pair: tuple[History, History], policy: str, order: str) -> None:
    """Post the pair's rows by file to one set of customers and by hand to the other, and compare."""
    customers(*BY_FILE, *BY_HAND)
    Lender.objects.update(distribution_policy=policy, component_order=order)
    for people in (BY_FILE, BY_HAND):
        for customer, history in zip(people, pair, strict=True):
            prepare(customer, history)
    rows = [(whose, row) for whose, history in enumerate(pair) for row in history.rows]
    rows = rows[::2] + rows[1::2]  # as they stand in the file: the customers among each other
    with tempfile.TemporaryDirectory() as folder:
        load("payments", file(Path(folder), HEADER, *(row_of(BY_FILE[whose], row) for whose, row in rows)))
    for whose, row in sorted(rows, key=lambda one: one[1].day):
        record_payment(payment_of(BY_HAND[whose], row))
    for filed, handed in zip(BY_FILE, BY_HAND, strict=True):
        assert told(filed) == told(handed)
        assert paid_months(filed) == paid_months(handed)
        assert credit().get(filed) == credit().get(handed)
    assert list(differences()) == []


def paid_months(customer: int) -> dict[str, Decimal]:
    return {month: part for (owner, month), part in paid().items() if owner == customer}


def play(examples: int, chance: int | None = None, **more: Any) -> None:
    """Compare both ways over random histories, each rolled back; the same chance tells the same ones."""
    quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

    @settings(max_examples=examples, deadline=None, suppress_health_check=quiet, database=None, **more)
    @given(st.tuples(histories, histories), st.sampled_from(sorted(POLICIES)), component_orders)
    def compare(pair: tuple[History, History], policy: str, order: str) -> None:
        with transaction.atomic():
            both_ways(pair, policy, order)
            transaction.set_rollback(True)

    (compare if chance is None else seed(chance)(compare))()


@pytest.mark.slow
def test_a_file_and_single_payments_give_the_same_allocations() -> None:
    play(EXAMPLES[connection.vendor])


def with_backward_dues(customers: list[int], lender: Lender) -> None:
    """Settle as ever, but the months of what is open are turned round."""

    def backwards(one: Any, dues: Any, policy: str, order: Any) -> dict[int, Decimal]:
        return distribute(one, dues, "overdue_then_last_first" if policy == "oldest_first" else policy, order)

    with mock.patch.object(settling, "distribute", backwards):
        settling.settle(customers, lender)


def with_default_order(customers: list[int], lender: Lender) -> None:
    settling.settle(customers, Lender(component_order=",".join(KINDS)))


def newest_first(customers: list[int], lender: Lender) -> None:
    honest = Payment.objects.all().__class__.order_by
    with mock.patch.object(
        Payment.objects.all().__class__, "order_by", lambda self, *names: honest(self, "customer_id", "-id")
    ):
        settling.settle(customers, lender)


def without_starting(
    row: Any, batch: Any, lender: Lender, honest: Callable[..., Payment] = payments._payment
) -> Payment:
    payment = honest(row, batch, lender)
    payment.starting = None
    return payment


def a_day_late(row: Any, batch: Any, lender: Lender, honest: Callable[..., Payment] = payments._payment) -> Payment:
    payment = honest(row, batch, lender)
    payment.received_on += datetime.timedelta(days=1)
    return payment


PLANTED: dict[str, tuple[Any, str, Any]] = {
    "one policy spreads backwards": (payments, "settle", with_backward_dues),
    "the lender's order of components is forgotten": (payments, "settle", with_default_order),
    "the newest payment is spread first": (payments, "settle", newest_first),
    "the month to start with is forgotten": (payments, "_payment", without_starting),
    "a payment is taken for one of the next day": (payments, "_payment", a_day_late),
    "payments are posted as the file has them": (payments.Payments, "order", lambda self, row: 0),
}
# Rare is the history that shows this one: where to begin, so that it comes soon.
LUCKY = {"one policy spreads backwards": 6}


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("bug", PLANTED)
def test_a_change_planted_in_the_bulk_path_is_found(bug: str) -> None:
    with mock.patch.object(*PLANTED[bug]), pytest.raises(AssertionError):
        play(100, LUCKY.get(bug), phases=[Phase.generate], derandomize=True)
