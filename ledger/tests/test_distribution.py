"""The distribution policies: other systems' own cases, and what must hold of any policy."""

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.distribution import KINDS, POLICIES, Money, OpenDue, distribute

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "allocation_stories.json"
D = Decimal


def cases(section: str) -> list[dict]:
    return json.loads(CASES.read_text())[section] if CASES.exists() else []


def open_due(number: int, month: str, balance: str, kind: str = "principal", day: int = 1) -> OpenDue:
    first = datetime.date.fromisoformat(f"{month}-01")
    return OpenDue(number, first, first.replace(day=day), kind, D(balance))


def spread(amount: str, dues: list[OpenDue], policy: str, on: str = "2023-02-01", starting: str | None = None) -> dict:
    first = datetime.date.fromisoformat(f"{starting}-01") if starting else None
    parts = distribute(Money(D(amount), datetime.date.fromisoformat(on), first), dues, policy)
    return {number: str(part) for number, part in parts.items()}


@pytest.mark.data
@pytest.mark.parametrize("story", cases("allocation_stories"), ids=lambda story: story["id"])
def test_the_pure_rule_tells_each_published_story(story: dict) -> None:
    dues = [
        OpenDue(
            place,
            datetime.date.fromisoformat(f"{due['period']}-01"),
            datetime.date.fromisoformat(due["due_date"]),
            "principal",
            D(due["amount"]),
        )
        for place, due in enumerate(story["dues"])
    ]
    spreads: dict[str, tuple[Decimal, dict[int, Decimal]]] = {}
    for step in story["steps"]:
        if step["op"] == "reverse":
            _, parts = spreads.pop(step["ref"])
            for place, part in parts.items():
                dues[place].balance += part
        else:
            starting = datetime.date.fromisoformat(f"{step['start_period']}-01")
            money = Money(D(step["amount"]), datetime.date.fromisoformat(step["date"]), starting)
            spreads[step["id"]] = money.amount, distribute(money, dues, step["policy"])
        held = sum(amount - sum(parts.values()) for amount, parts in spreads.values())
        assert [due.balance for due in dues] == [D(one) for one in step["expect"]["outstanding"]], step
        assert held == D(step["expect"]["credit"]), step


@pytest.mark.data
@pytest.mark.parametrize("case", cases("components"), ids=lambda case: case["id"])
def test_within_a_month_the_order_is_data(case: dict) -> None:
    dues = [open_due(place, "2023-01", str(case["due"][kind]), kind) for place, kind in enumerate(KINDS)]
    money = Money(D(case["payment"]), datetime.date(2022, 12, 1))
    parts = distribute(money, dues, "forward", case["order"])
    assert {kind: parts.get(place, 0) for place, kind in enumerate(KINDS)} == case["expect"]
    assert case["payment"] - sum(parts.values()) == case["left_over"]


def test_forward_leaves_older_months_open() -> None:
    dues = [open_due(1, "2023-01", "30"), open_due(2, "2023-02", "70")]
    assert spread("100", dues, "forward", starting="2023-02") == {2: "70"}


def test_forward_then_back_fills_the_oldest_with_the_rest() -> None:
    dues = [open_due(1, "2023-01", "30"), open_due(2, "2023-02", "70")]
    assert spread("100", dues, "forward_then_back", starting="2023-02") == {2: "70", 1: "30"}


def test_goodwill_fills_the_last_month_in_its_own_order_of_kinds() -> None:
    dues = [open_due(1, "2023-03", "10"), open_due(2, "2023-04", "10"), open_due(3, "2023-04", "5", "penalty")]
    assert spread("12", dues, "overdue_then_last_first") == {3: "5", 2: "7"}


@pytest.mark.parametrize(
    ("amount", "balances", "expected"),
    [
        ("200", ["125", "125", "125"], ["66.67", "66.67", "66.66"]),
        ("0.02", ["1", "1", "1"], ["0.01", "0.01", "0"]),
        ("100", ["10", "100", "100"], ["10", "44.99", "45.01"]),
        ("100", ["100", "100", "10"], ["45.00", "45.00", "10"]),
        ("1000", ["1", "2"], ["1", "2"]),
    ],
)
def test_an_even_spread_gives_odd_cents_to_the_last_and_respects_what_is_owed(
    amount: str, balances: list[str], expected: list[str]
) -> None:
    dues = [open_due(place, f"2024-{place:02}", balance) for place, balance in enumerate(balances, 1)]
    parts = spread(amount, dues, "overdue_then_even_spread")
    assert [D(parts.get(due.id, "0")) for due in dues] == [D(one) for one in expected]


amounts = st.integers(1, 50_000).map(lambda cents: D(cents) / 100)
many_dues = st.lists(st.tuples(st.integers(1, 12), st.sampled_from(KINDS), amounts, st.integers(1, 28)), max_size=14)


@given(amounts, many_dues, st.sampled_from(sorted(POLICIES)), st.integers(1, 12), st.integers(1, 12))
def test_no_policy_makes_or_loses_a_cent(
    amount: Decimal, rows: list, policy: str, starting: int, received: int
) -> None:
    dues = [
        open_due(place, f"2024-{month:02}", str(size), kind, day) for place, (month, kind, size, day) in enumerate(rows)
    ]
    owed = {due.id: due.balance for due in dues}
    first = datetime.date(2024, starting, 1)
    money = Money(amount, datetime.date(2024, received, 15), first)
    parts = distribute(money, dues, policy)
    assert all(D("0.01") <= part <= owed[number] for number, part in parts.items())
    assert all(due.balance == owed[due.id] - parts.get(due.id, 0) for due in dues)
    reachable = sum(owed[due.id] for due in dues if policy != "forward" or due.month >= first)
    assert sum(parts.values()) == min(amount, reachable)
