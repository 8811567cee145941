"""Random histories against a small reference model: after every step the books are what plain arithmetic says."""

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from unittest import mock

import hypothesis.strategies as st
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Customer, Lender
from ledger import actions
from ledger.actions import KeyReused, Refused
from ledger.distribution import POLICIES
from ledger.models import Due, Payment
from ledger.proof import differences
from ledger.tests.planted import PLANTED

D = Decimal
TODAY = datetime.date(2024, 6, 15)
STEPS = 50
# Rare is the history that shows this one: where to begin, so that it comes soon.
LUCKY = {"overdue is judged on another day": 2}
EXAMPLES = {"sqlite": 40, "postgresql": 12}


@dataclass
class Model:
    """The reference: whole cents in lists, no database, no cleverness, nothing shared with the product."""

    dues: list[dict[str, Any]] = field(default_factory=list)  # month, day, amount
    money: list[dict[str, Any]] = field(default_factory=list)  # cents, policy, starting, on, on_due {due: cents}, out

    def paid(self, due: int) -> int:
        return sum(one["on_due"].get(due, 0) for one in self.money)

    def waits(self, one: dict[str, Any]) -> int:
        return one["cents"] - sum(one["on_due"].values()) - one["out"]

    def apply(self) -> None:
        for one in self.money:
            ordered = sorted(
                range(len(self.dues)), key=lambda due: (self.dues[due]["month"], self.dues[due]["day"], due)
            )
            late = [due for due in ordered if self.dues[due]["day"] <= one["on"]]
            later = [due for due in ordered if self.dues[due]["day"] > one["on"]]
            chosen = [due for due in ordered if self.dues[due]["month"] >= one["starting"]]
            order = {
                "forward": chosen,
                "forward_then_back": chosen + [due for due in ordered if due not in chosen],
                "oldest_first": ordered,
                "overdue_then_last_first": late + sorted(later, key=lambda due: -self.dues[due]["month"].toordinal()),
                "overdue_then_even_spread": late,
            }[one["policy"]]
            for due in order:
                self.fill(one, due, self.waits(one))
            while one["policy"] == "overdue_then_even_spread" and self.waits(one):
                takers = [due for due in later if self.paid(due) < self.dues[due]["amount"]]
                if not takers:
                    break
                rest = self.waits(one)
                share = max(1, round(rest / len(takers)))
                for due in takers[:-1]:
                    self.fill(one, due, min(share, self.waits(one)))
                last = rest - share * (len(takers) - 1)
                self.fill(one, takers[-1], min(last if last > 0 else share, self.waits(one)))

    def fill(self, one: dict[str, Any], due: int, cents: int) -> None:
        part = min(cents, self.dues[due]["amount"] - self.paid(due))
        if part > 0:
            one["on_due"][due] = one["on_due"].get(due, 0) + part


def cents(amount: Decimal) -> int:
    return int(amount * 100)


class Books(RuleBasedStateMachine):
    """The acts and the model, step by step side by side, for one customer."""

    steps = 0

    @initialize()
    def open(self) -> None:
        self.customer = Customer.objects.create(id=101, name="Asha")
        Lender.load()
        self.model = Model()
        self.dues: list[Due] = []
        self.payments: list[Payment] = []
        self.by_key: dict[str, tuple[Payment, Payment]] = {}

    @rule(month=st.integers(1, 12), size=st.integers(1, 30_000), day=st.integers(1, 28))
    def add_due(self, month: int, size: int, day: int) -> None:
        due = Due(
            customer=self.customer,
            month=datetime.date(2024, month, 1),
            amount=D(size) / 100,
            due_on=datetime.date(2024, month, day),
            reference=str(len(self.dues)),
        )
        self.dues.append(actions.add_due(due))
        self.model.dues.append({"month": due.month, "day": due.due_on, "amount": size})

    @precondition(lambda self: self.dues)
    @rule(which=st.integers(0, 99), size=st.integers(1, 30_000))
    def change_due(self, which: int, size: int) -> None:
        place = which % len(self.dues)
        actions.change_due(self.dues[place], amount=D(size) / 100)
        excess = self.model.paid(place) - size
        self.model.dues[place]["amount"] = size
        for one in reversed(self.model.money):
            taken = min(max(excess, 0), one["on_due"].get(place, 0))
            if taken:
                one["on_due"][place] -= taken
                excess -= taken

    @rule(
        size=st.integers(1, 60_000),
        policy=st.sampled_from(sorted(POLICIES)),
        starting=st.integers(1, 12),
        on=st.dates(datetime.date(2024, 1, 1), TODAY),
        key=st.sampled_from(["", "a", "b", "c", "d"]),
    )
    def pay(self, size: int, policy: str, starting: int, on: datetime.date, key: str) -> None:
        key = "" if key in self.by_key else key
        wanted = dict(
            customer=self.customer,
            amount=D(size) / 100,
            policy=policy,
            received_on=on,
            starting=datetime.date(2024, starting, 1),
            key=key,
        )
        payment = actions.record_payment(Payment(**wanted))
        self.payments.append(payment)
        self.model.money.append(
            {"cents": size, "policy": policy, "starting": wanted["starting"], "on": on, "on_due": {}, "out": 0}
        )
        if key:
            self.by_key[key] = payment, Payment(**wanted)

    @precondition(lambda self: self.by_key)
    @rule(which=st.integers(0, 9), same=st.booleans())
    def knock_again(self, which: int, same: bool) -> None:
        first, wanted = list(self.by_key.values())[which % len(self.by_key)]
        again = Payment(
            customer=self.customer,
            amount=wanted.amount + (0 if same else D("0.01")),
            policy=wanted.policy,
            received_on=wanted.received_on,
            starting=wanted.starting,
            key=wanted.key,
        )
        if same:
            assert actions.record_payment(again).pk == first.pk
        else:
            with pytest.raises(KeyReused):
                actions.record_payment(again)

    @precondition(lambda self: self.payments)
    @rule(which=st.integers(0, 99))
    def reverse(self, which: int) -> None:
        place = which % len(self.payments)
        one = self.model.money[place]
        if one["out"]:
            with pytest.raises(Refused):
                actions.reverse_payment(self.payments[place])
            return
        actions.reverse_payment(self.payments[place])
        one["on_due"], one["out"] = {}, one["cents"]

    @rule(size=st.integers(1, 30_000))
    def refund(self, size: int) -> None:
        held = sum(map(self.model.waits, self.model.money))
        wanted = Payment(customer=self.customer, amount=-D(size) / 100)
        if size > held:
            with pytest.raises(Refused):
                actions.refund_credit(wanted)
            return
        actions.refund_credit(wanted)
        for one in self.model.money:
            part = min(size, self.model.waits(one))
            one["out"] += part
            size -= part

    @invariant()
    def the_books_are_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        self.model.apply()
        type(self).steps += 1
        stored = {due.pk: due for due in Due.objects.of(self.customer)}
        assert [cents(stored[due.pk].paid) for due in self.dues] == [self.model.paid(n) for n in range(len(self.dues))]
        held = sum(map(self.model.waits, self.model.money))
        assert cents(Payment.objects.of(self.customer).held()) == held
        found = list(differences())
        assert found == []


@contextmanager
def frozen_today() -> Iterator[None]:
    with mock.patch.object(Lender, "today", lambda self: TODAY):
        yield


def play(examples: int, chance: int | None = None, **more: Any) -> None:
    """Each example lives in a transaction of its own that is rolled back; the same chance tells the same histories."""

    class InTransaction(Books):
        def __init__(self) -> None:
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    with frozen_today():
        run_state_machine_as_test(
            InTransaction if chance is None else seed(chance)(InTransaction),
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=quiet,
                database=None,
                **more,
            ),
        )
    Books.steps = InTransaction.steps


@pytest.mark.slow
@pytest.mark.django_db
def test_every_random_history_ends_where_the_model_does() -> None:
    examples = int(os.environ.get("HISTORIES", EXAMPLES[connection.vendor]))
    play(examples)
    assert Books.steps > examples * 12


@pytest.mark.soak
@pytest.mark.django_db
def test_twenty_thousand_steps_show_no_difference() -> None:
    play(examples=900)
    assert Books.steps >= 20_000


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("bug", sorted(PLANTED))
def test_a_planted_bug_is_found(bug: str) -> None:
    with PLANTED[bug](), pytest.raises(BaseException) as found:
        play(400, LUCKY.get(bug), phases=[Phase.generate], report_multiple_bugs=False)
    assert isinstance(found.value, AssertionError | Refused | DatabaseError | pytest.fail.Exception), found.value
