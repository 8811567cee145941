"""Sums of each currency by itself: no amount of one is ever added to an amount of another."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    currency: str
    spent: Decimal  # less refunds
    income: Decimal


def by_currency(entries: Iterable[tuple[str, str, Decimal]]) -> list[Sums]:
    """(currency, kind, amount) -> the sums of each currency, in the order of their codes; transfers do not count."""
    found: dict[str, dict[str, Decimal]] = {}
    for currency, kind, amount in entries:
        sums = found.setdefault(currency, {})
        sums[kind] = sums.get(kind, Decimal(0)) + amount
    return [
        Sums(currency, _of(sums, "spending") - _of(sums, "refund"), _of(sums, "income"))
        for currency, sums in sorted(found.items())
    ]


def _of(sums: dict[str, Decimal], kind: str) -> Decimal:
    return sums.get(kind, Decimal(0))
