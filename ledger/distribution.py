"""Which open dues a payment fills, and by how much: pure rules, known by name.

Each policy is told in cases/allocation_stories.json by other lending systems' own tests.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

KINDS = ("penalty", "fee", "interest", "principal")
"""What is owed within one month, in the order money fills it unless the lender says otherwise."""


@dataclass(slots=True)
class OpenDue:
    """A due with something left to fill; `balance` goes down as money is laid on it."""

    id: int
    month: datetime.date
    due_on: datetime.date
    kind: str
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """What is to be spread, and the facts of its payment that policies look at."""

    amount: Decimal
    received_on: datetime.date
    starting: datetime.date | None = None
    smallest: Decimal = Decimal("0.01")


Part = tuple[OpenDue, Decimal]
Policy = Callable[[Money, Sequence[OpenDue]], Iterable[Part]]


def distribute(
    money: Money, dues: Iterable[OpenDue], policy: str, component_order: Sequence[str] = KINDS
) -> dict[int, Decimal]:
    """Return {due id: amount} in the order filled, and lower each due's balance by it.

    What is not in the result is held as credit. No part exceeds its due's balance.
    """
    rank = {kind: place for place, kind in enumerate(component_order)}
    ordered = sorted(
        (due for due in dues if due.balance > 0), key=lambda due: (due.month, rank[due.kind], due.due_on, due.id)
    )
    parts: dict[int, Decimal] = {}
    for due, part in POLICIES[policy](money, ordered):
        due.balance -= part
        parts[due.id] = parts.get(due.id, Decimal(0)) + part
    return parts


def _fill(amount: Decimal, dues: Iterable[OpenDue]) -> Iterable[Part]:
    """Fill one due after the other until the amount is gone."""
    for due in dues:
        if amount <= 0:
            return
        part = min(amount, due.balance)
        amount -= part
        yield due, part


def _from(month: datetime.date | None, dues: Sequence[OpenDue]) -> list[OpenDue]:
    return [due for due in dues if month is None or due.month >= month]


def forward(money: Money, dues: Sequence[OpenDue]) -> Iterable[Part]:
    """The chosen month, then later ones."""
    return _fill(money.amount, _from(money.starting, dues))


def forward_then_back(money: Money, dues: Sequence[OpenDue]) -> Iterable[Part]:
    """The chosen month, then later ones, then the oldest still open; only what nothing owes is held."""
    later = _from(money.starting, dues)
    return _fill(money.amount, [*later, *dues[: len(dues) - len(later)]])


def oldest_first(money: Money, dues: Sequence[OpenDue]) -> Iterable[Part]:
    return _fill(money.amount, dues)


def overdue_then_last_first(money: Money, dues: Sequence[OpenDue]) -> Iterable[Part]:
    """What is due by the day of payment, oldest first; then the last due and backwards (goodwill)."""
    overdue, future = _split(money, dues)
    return _fill(money.amount, [*overdue, *sorted(future, key=lambda due: due.month, reverse=True)])


def overdue_then_even_spread(money: Money, dues: Sequence[OpenDue]) -> Iterable[Part]:
    """What is due by the day of payment, oldest first; the rest in equal parts over what is still to come."""
    overdue, future = _split(money, dues)
    rest = money.amount - min(money.amount, sum((due.balance for due in overdue), Decimal(0)))
    yield from _fill(money.amount - rest, overdue)
    yield from _spread(rest, future, money.smallest)


def _split(money: Money, dues: Sequence[OpenDue]) -> tuple[list[OpenDue], list[OpenDue]]:
    overdue = [due for due in dues if due.due_on <= money.received_on]
    return overdue, [due for due in dues if due.due_on > money.received_on]


def _spread(rest: Decimal, dues: Sequence[OpenDue], smallest: Decimal) -> Iterable[Part]:
    """Equal parts, rounded half-even to the smallest coin; the last due takes the odd coins.

    What a full due cannot take goes round again over the others.
    """
    while rest > 0 and (takers := [due for due in dues if due.balance > 0]):
        share = max(smallest, (rest / len(takers)).quantize(smallest, ROUND_HALF_EVEN))
        odd = rest - share * len(takers)
        for due in takers:
            wanted = share + odd if due is takers[-1] and odd > -share else share
            part = min(wanted, due.balance, rest)
            if part > 0:
                rest -= part
                yield due, part


POLICIES: dict[str, Policy] = {
    policy.__name__: policy
    for policy in (forward, forward_then_back, oldest_first, overdue_then_last_first, overdue_then_even_spread)
}
