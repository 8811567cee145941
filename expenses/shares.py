"""Totals by category, and percentages that add to 100.00 (largest remainder)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

WHOLE = 10_000  # hundredths of a percent


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    total: Decimal
    percent: Decimal | None  # None where refunds leave nothing spent

    @property
    def width(self) -> str:
        """Of a bar; a text, which no locale rewrites."""
        return f"{self.percent}"


def totals(entries: Iterable[tuple[str, str, Decimal]]) -> dict[str, Decimal]:
    """(category, kind, amount) -> spent per category: a refund lowers it, income and transfers do not count."""
    found: dict[str, Decimal] = {}
    for name, kind, amount in entries:
        if kind in ("spending", "refund"):
            found[name] = found.get(name, Decimal(0)) + (amount if kind == "spending" else -amount)
    return found


def shares(spent: Mapping[str, Decimal]) -> list[Share]:
    """Largest first. The percentages are of what categories with something spent add to."""
    named = sorted(spent.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = dict(zip((name for name, total in named if total > 0), _parts(named), strict=True))
    return [Share(name, total, Decimal(parts[name]).scaleb(-2) if name in parts else None) for name, total in named]


def _parts(named: list[tuple[str, Decimal]]) -> list[int]:
    """Hundredths of a percent, rounded down; those with the largest remainders take what is left."""
    spent = [total for _, total in named if total > 0]
    whole = sum(spent, Decimal(0))
    exact = [divmod(total * WHOLE, whole) for total in spent]
    parts = [int(part) for part, _ in exact]
    order = sorted(range(len(parts)), key=lambda place: (-exact[place][1], place))
    for place in order[: WHOLE - sum(parts) if parts else 0]:
        parts[place] += 1
    return parts
