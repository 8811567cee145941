"""Random dues, receipts and promises: a run every day and a run after any days off leave the same books."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal as D
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Customer, Lender
from ledger import charging, collecting
from ledger.actions import add_due, record_payment
from ledger.daily import run_day
from ledger.distribution import POLICIES
from ledger.models import Due, Payment, Promise
from ledger.proof import differences

LAST = 12
EXAMPLES = {"sqlite": 30, "postgresql": 10}
START = datetime.date(2025, 3, 10)
days = st.integers(1, LAST - 1)
cents = st.integers(1, 30_000).map(lambda minor: D(minor) / 100)


def day(number: int) -> datetime.date:
    return START + datetime.timedelta(number)


@dataclass
class Story:
    """What happens on which day, whatever the run does."""

    dues: list[tuple[int, D, str]]
    receipts: list[tuple[int, D, str]]
    promises: list[tuple[int, int, D]]
    fee: str
    grace: int
    cap: D | None

    def lived(self, asha: Customer, runs: set[int]) -> list[str]:
        """The books at the end, which are then undone."""
        mark = transaction.savepoint()
        Lender.objects.update(
            late_fee_kind=self.fee, late_fee_amount=D(5), late_fee_percent=D("7.50"), late_fee_cap=self.cap,
            late_fee_grace_days=self.grace, late_fee_from=day(-10),
        )  # fmt: skip
        with time_machine.travel(day(0), tick=True) as clock:
            for number in range(LAST + 1):
                clock.move_to(datetime.datetime.combine(day(number), datetime.time(9), datetime.UTC))
                if number in runs:
                    assert run_day(day(number)).refused == []
                self.happen(asha, number)
        assert list(differences()) == []
        told = books(asha)
        transaction.savepoint_rollback(mark)
        return told

    def happen(self, asha: Customer, number: int) -> None:
        for place, (falls, amount, kind) in enumerate(self.dues if number == 0 else []):
            due = Due(customer=asha, month=day(falls).replace(day=1), due_on=day(falls), amount=amount, kind=kind)
            due.reference = f"{place}"
            add_due(due)
        for made, ahead, amount in self.promises:
            if made == number and Due.objects.of(asha).unpaid().count() > 0:
                least = min(amount, min(due.balance for due in Due.objects.of(asha).unpaid()))
                collecting.take_promise(Promise(customer=asha, amount=least, promised_on=day(made + ahead)))
        for received, amount, policy in self.receipts:
            if received == number:
                record_payment(Payment(customer=asha, amount=amount, policy=policy))


STORIES = st.builds(
    Story,
    dues=st.lists(
        st.tuples(st.integers(-20, LAST), cents, st.sampled_from(["principal", "interest", "fee"])),
        min_size=1,
        max_size=6,
    ),
    receipts=st.lists(st.tuples(days, cents, st.sampled_from(sorted(POLICIES))), max_size=6),
    promises=st.lists(st.tuples(days, st.integers(0, 4), cents), max_size=1),
    fee=st.sampled_from(["flat", "percentage"]),
    grace=st.integers(0, 5),
    cap=st.none() | cents,
)


def books(asha: Customer) -> list[str]:
    """Every due by what it stands for, every receipt, and how each promise went."""
    dues = list(Due.objects.of(asha))
    names = {f"late-{due.pk}": f"late {due.reference}" for due in dues}
    told = [
        f"{due.kind} {names.get(due.reference, due.reference)} {due.due_on} {due.amount} {due.paid}" for due in dues
    ]
    told += [f"{row.amount} {row.applied}" for row in Payment.objects.of(asha).order_by("id")]
    rows = Promise.objects.filter(customer=asha).order_by("id")
    return [*sorted(told), *(f"{row.made_on} {row.promised_on} {row.state} {row.settled_on}" for row in rows)]


def check(asha: Customer, examples: int, phases: list[Phase]) -> None:
    @settings(
        max_examples=examples, deadline=None, phases=phases, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(story=STORIES, runs=st.sets(days))
    def days_off_change_nothing(story: Story, runs: set[int]) -> None:
        assert story.lived(asha, {*runs, LAST}) == story.lived(asha, set(range(LAST + 1)))

    days_off_change_nothing()


@pytest.mark.slow
@pytest.mark.django_db
def test_days_off_change_nothing(lender: Lender, asha: Customer) -> None:
    check(asha, EXAMPLES[connection.vendor], [Phase.generate, Phase.shrink])


def without(module: Any, name: str, replacement: Callable[..., Any]) -> Any:
    return mock.patch.object(module, name, replacement)


PLANTED: dict[str, Callable[[], Any]] = {
    "the fee is dated the day of the run": lambda: without(charging, "charged_on", lambda *_: Lender.load().today()),
    "money stays where it was laid": lambda: without(charging, "take_back", lambda *_: None),
    "what is open now counts": lambda: without(
        charging, "_filled_in_time", lambda dues, policy: {due.pk: due.paid for due in dues}
    ),
}  # fmt: skip


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_in_the_run_is_noticed(lender: Lender, asha: Customer, fault: str) -> None:
    """The control; any one story that shows it will do."""
    with PLANTED[fault](), pytest.raises(AssertionError):
        check(asha, 400, [Phase.generate])
