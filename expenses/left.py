"""What is left of a month: what came in, less what was spent, what is still to come and what is still owed."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import product
from statistics import median

from ledger.money import ZERO, smallest
from ledger.months import last_day

USUAL = 3  # months whose middle is what is usual
NEAR = datetime.timedelta(days=5)


@dataclass(frozen=True)
class Sums:
    """A month's entries added up; spent is less refunds."""

    came_in: Decimal = ZERO
    spent: Decimal = ZERO

    @property
    def kept(self) -> Decimal:
        return self.came_in - self.spent


def middle(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The median; none where a month of them has no entries, for that would be a guess."""
    known = [amount for amount in amounts if amount is not None]
    return median(known) if known and len(known) == len(amounts) else None


@dataclass(frozen=True)
class MoneyIn:
    """how: entered (in this month), usual (the middle of three months), or unknown."""

    amount: Decimal | None
    how: str


def money_in(entered: Decimal, before: Sequence[Sums | None]) -> MoneyIn:
    """What was entered, or else what is usual. A usual month in which nothing comes in tells nothing."""
    if entered > 0:
        return MoneyIn(entered, "entered")
    usual = middle([sums.came_in if sums else None for sums in before])
    return MoneyIn(usual, "usual") if usual else MoneyIn(None, "unknown")


@dataclass(frozen=True)
class Left:
    """The lines of the sum, in the order of the page. both is spent here and paid there: the same money, once."""

    came: MoneyIn
    spent: Decimal
    both: Decimal
    paid: Decimal
    coming: Decimal
    due: Decimal
    earlier: Decimal
    today: datetime.date

    @property
    def amount(self) -> Decimal | None:
        if self.came.amount is None:
            return None
        return self.came.amount - self.spent + self.both - self.paid - self.coming - self.due - self.earlier

    @property
    def days(self) -> int:
        return days_left(self.today)

    @property
    def a_day(self) -> Decimal | None:
        return per_day(self.amount, self.days)

    def with_instalment(self, instalment: Decimal) -> tuple[Decimal | None, Decimal | None]:
        """What would be left, and for each day."""
        left = None if self.amount is None else self.amount - instalment
        return left, per_day(left, self.days)


def days_left(today: datetime.date) -> int:
    """Today is one of them."""
    return (last_day(today) - today).days + 1


def per_day(left: Decimal | None, days: int) -> Decimal | None:
    """Rounded down, so that the days together never come to more; none where nothing is left."""
    return (left / days).quantize(smallest(), ROUND_FLOOR) if left is not None and left > 0 else None


@dataclass(frozen=True)
class Twin:
    """An entry and a payment of the same amount on days near each other."""

    entry: int
    payment: int


Money = tuple[int, datetime.date, Decimal]  # its number, its day, its amount


def twins(entries: Iterable[Money], payments: Iterable[Money], answered: set[Twin], settled: set[int]) -> list[Twin]:
    """Which to ask about: not what was answered, nor a payment (settled) that has its entry already."""
    near = (
        Twin(entry[0], payment[0])
        for payment, entry in product(payments, entries)
        if payment[0] not in settled and payment[2] == entry[2] and abs(payment[1] - entry[1]) <= NEAR
    )
    return [twin for twin in near if twin not in answered]
