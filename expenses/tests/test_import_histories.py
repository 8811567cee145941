"""Random histories of imports: whatever days the files cover and however often they are taken back, the notebook ends
as the bank's own list, and its total is the sum of its rows."""

import datetime
from collections import Counter
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from accounts.models import Customer
from expenses.importing import reading, taking
from expenses.importing.taking import Outcome
from expenses.models import Expense, Statement
from expenses.shares import shares, totals
from expenses.tests.filing import a_file, notebook, send, take
from expenses.tests.test_notebook import entry_of

FIRST = datetime.date(2026, 3, 1)
TEXTS = ("CORNER CAFE", "BUS TICKET", "RENT", "CAFE AT THE CORNER")
ROW = st.tuples(st.integers(0, 13), st.sampled_from(TEXTS), st.sampled_from(["-4.00", "-2.50", "900.00"]))
BANK = st.lists(ROW, min_size=1, max_size=14)
STEP = st.one_of(
    st.tuples(st.just("import"), st.integers(0, 13), st.integers(0, 13)),
    st.tuples(st.just("revert"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("type"), st.integers(1, 9), st.just(0)),
)
BY_HAND = datetime.date(2025, 12, 1)


def the_file(bank, first, last):
    """Whole days of the bank's list, as banks let one choose them."""
    chosen = sorted(row for row in bank if min(first, last) <= row[0] <= max(first, last))
    lines = (f"{FIRST + datetime.timedelta(day)},{text},{in_two(amount)}" for day, text, amount in chosen)
    return a_file(*lines, head="Date,Description,Money out,Money in\n"), chosen


def in_two(amount):
    return f"{amount[1:]}," if amount.startswith("-") else f",{amount}"


def take_in(owner, bank, first, last):
    """A near row of one bank's own booked list is another purchase: it is answered so."""
    data, chosen = the_file(bank, first, last)
    if chosen:
        statement = send(owner, data)
        reading.decide_the_rest(owner, statement.pk, "keep")
        assert take(owner, statement) == Outcome.TAKEN


def do(owner, bank, step, first, last):
    if step == "import":
        take_in(owner, bank, first, last)
    elif step == "type":
        entry_of(owner, day=BY_HAND, amount=Decimal(first), note="by hand", category="Fun")
    else:
        statements = Statement.objects.of(owner).order_by("pk")
        if statements:
            taking.revert(owner, statements[first % len(statements)].pk, timezone.now())


def adds_up(owner):
    rows = Expense.objects.of(owner).kept().values_list("category__name", "kind", "amount")
    spent = totals(rows)
    by_kind = {kind: sum(amount for _, other, amount in rows if other == kind) for kind in ("spending", "refund")}
    assert sum(spent.values()) == by_kind["spending"] - by_kind["refund"]
    parts = [share.percent for share in shares(spent) if share.percent is not None]
    assert not parts or sum(parts) == 100


def as_listed(bank):
    signed = [(FIRST + datetime.timedelta(day), Decimal(amount), text) for day, text, amount in bank]
    return Counter((str(day), abs(amount), amount > 0, text) for day, amount, text in signed)


def from_the_bank(owner):
    found: Counter = Counter()
    for (day, kind, amount, note), count in notebook(owner).items():
        if note != "by hand":
            found[day, amount, kind in ("income", "refund"), note] += count
    return found


@pytest.mark.slow
@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(bank=BANK, steps=st.lists(STEP, max_size=8))
def test_the_notebook_ends_as_the_banks_own_list(asha: Customer, bank, steps):
    with transaction.atomic():
        point = transaction.savepoint()
        typed = 0
        for step, first, last in steps:
            do(asha, bank, step, first, last)
            typed += step == "type"
            assert not from_the_bank(asha) - as_listed(bank), "nothing is doubled"
            assert Expense.objects.of(asha).filter(note="by hand").count() == typed
            adds_up(asha)
        take_in(asha, bank, 0, 13)
        assert from_the_bank(asha) == as_listed(bank), "nothing is lost"
        adds_up(asha)
        transaction.savepoint_rollback(point)
