"""What settles a loan early: all of its principal, and the interest that has fallen due; the rest is let off. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OpenPart:
    """What is still open of one due of the loan."""

    due: int
    kind: str
    due_on: datetime.date
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """The dues to be paid, in the order in which they fall due, and those that are let off."""

    paid: tuple[OpenPart, ...]
    left_out: tuple[OpenPart, ...]

    @property
    def amount(self) -> Decimal:
        """What the customer pays."""
        return sum((part.balance for part in self.paid), Decimal(0))

    @property
    def interest(self) -> Decimal:
        """Of that, the interest."""
        return sum((part.balance for part in self.paid if part.kind == "interest"), Decimal(0))

    @property
    def let_off(self) -> Decimal:
        return sum((part.balance for part in self.left_out), Decimal(0))

    def let_off_by(self, day: datetime.date) -> Decimal:
        """Of what is let off, the part that falls due by a day."""
        return sum((part.balance for part in self.left_out if part.due_on <= day), Decimal(0))


def settlement(parts: Iterable[OpenPart], day: datetime.date) -> Settlement:
    """Interest that falls due on the day itself is paid, later interest is let off; nothing else is."""
    ordered = sorted(parts, key=lambda part: (part.due_on, part.due))
    later = [part.kind == "interest" and part.due_on > day for part in ordered]
    return Settlement(
        tuple(part for part, is_later in zip(ordered, later, strict=True) if not is_later),
        tuple(part for part, is_later in zip(ordered, later, strict=True) if is_later),
    )
