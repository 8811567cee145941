"""What a loan is paid back in: its instalments, their interest and their days, exact to the smallest coin. Pure rules.

Each instalment bears one month's interest, a twelfth of the year's; the last row takes the rest. cases/schedules.json
has other lenders' figures.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from accounts.sentences import said
from ledger.months import add_months, last_day, month_of

LONGEST = 600  # instalments: fifty years
HIGHEST = 1000  # percent a year
NO_RATE = said("Interest lies between 0 and %(highest)s %% a year, not %(rate)s %%.")
NO_TERM = said("A loan has 1 to %(most)s instalments, not %(number)s.")
Parts = tuple[Decimal, Decimal]  # principal and interest of one instalment


class Interest(StrEnum):
    """How interest is reckoned: on the whole principal for the whole term (flat), or on what is still owed, in equal
    instalments (declining) or in equal parts of the principal."""

    NONE = "none"
    FLAT = "flat"
    DECLINING = "declining"
    EQUAL_PRINCIPAL = "equal_principal"


class DueDay(StrEnum):
    """The day of the month, or its last, or the first of the month after."""

    SAME_DAY = "same_day"
    MONTH_END = "month_end"
    FIRST_OF_NEXT = "first_of_next"


@dataclass(frozen=True, slots=True)
class Terms:
    """annual_rate in percent; either periods, how many instalments, or instalment, the amount of each.

    An instalment that is reckoned is rounded up to a whole `unit` (the smallest coin, unless said), all else to
    the nearest coin.
    """

    principal: Decimal
    annual_rate: Decimal = Decimal(0)
    periods: int = 0
    instalment: Decimal | None = None
    interest: Interest = Interest.DECLINING
    smallest: Decimal = Decimal("0.01")
    unit: Decimal | None = None

    def __post_init__(self) -> None:
        if self.principal <= 0:
            raise ValueError(said("A loan is of more than 0."))
        if not 0 <= self.annual_rate <= HIGHEST:
            raise ValueError(NO_RATE.of(highest=HIGHEST, rate=self.annual_rate))
        if (self.instalment is None) == (self.periods == 0):
            raise ValueError(said("Say either how many instalments, or how much each of them is."))
        if self.instalment is None and not 1 <= self.periods <= LONGEST:
            raise ValueError(NO_TERM.of(most=LONGEST, number=self.periods))
        if self.instalment is not None and self.interest in (Interest.FLAT, Interest.EQUAL_PRINCIPAL):
            raise ValueError(said("A fixed instalment bears interest on what is still owed, or none."))

    @property
    def monthly(self) -> Fraction:
        """The part of what is owed that one month adds."""
        return Fraction(0) if self.interest == Interest.NONE else Fraction(self.annual_rate) / 1200


class NeverPaidBack(ValueError):
    """A fixed instalment that is too small: no more than the interest, or for more months than a loan may last."""

    def __init__(self, instalment: Decimal, principal: Decimal, interest_is_more: bool = False) -> None:
        self.instalment, self.principal, self.interest_is_more = instalment, principal, interest_is_more
        super().__init__(f"Instalments of {instalment} never pay back {principal}.")


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment, for a month and due on a day; balance is the principal that is left after it."""

    number: int
    month: datetime.date
    due_on: datetime.date
    principal: Decimal
    interest: Decimal
    balance: Decimal

    @property
    def payment(self) -> Decimal:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Schedule:
    rows: tuple[Row, ...]

    @property
    def principal(self) -> Decimal:
        return sum((row.principal for row in self.rows), Decimal(0))

    @property
    def total_interest(self) -> Decimal:
        return sum((row.interest for row in self.rows), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.principal + self.total_interest

    @property
    def instalment(self) -> Decimal:
        """The first, which all but the last are like where instalments are equal."""
        return self.rows[0].payment


def schedule(terms: Terms, month: datetime.date, rule: DueDay = DueDay.MONTH_END, day: int = 31) -> Schedule:
    """The whole schedule from the month of the first instalment; `day` is for the same day of every month.

    Raises NeverPaidBack.
    """
    rows, balance = [], terms.principal
    for number, (principal, interest) in enumerate(instalments(terms), 1):
        balance -= principal
        its_month = add_months(month_of(month), number - 1)
        rows.append(Row(number, its_month, due_day(its_month, rule, day), principal, interest, balance))
    return Schedule(tuple(rows))


def due_day(month: datetime.date, rule: DueDay, day: int = 31) -> datetime.date:
    """The 31st of a shorter month is its last day."""
    match rule:
        case DueDay.SAME_DAY:
            return month.replace(day=min(day, last_day(month).day))
        case DueDay.FIRST_OF_NEXT:
            return add_months(month, 1)
        case DueDay.MONTH_END:
            return last_day(month)


def instalments(terms: Terms) -> Iterator[Parts]:
    """Principal and interest of each. Rounded up, they may end before their number is full."""
    match terms.interest:
        case Interest.FLAT:
            return _flat(terms)
        case Interest.EQUAL_PRINCIPAL:
            return _equal_principal(terms)
        case _:
            return _on_what_is_owed(terms)


def _on_what_is_owed(terms: Terms) -> Iterator[Parts]:
    """Equal instalments: what is over after the interest goes to the principal."""
    if not terms.instalment:
        yield from _in_equal_parts(terms)
        return
    if terms.instalment <= _interest(terms.principal, terms):
        raise NeverPaidBack(terms.instalment, terms.principal, interest_is_more=True)
    yield from _paying(terms.instalment, terms)


def _in_equal_parts(terms: Terms) -> list[Parts]:
    """Those that pay back the principal and its interest, the last no more than a coin an instalment larger.

    At very high rates the rounding of each month's interest bears interest for so long that one unit more is needed.
    """
    rate = terms.monthly
    exact = Fraction(terms.principal) / terms.periods
    if rate:
        exact = Fraction(terms.principal) * rate / (1 - (1 + rate) ** -terms.periods)
    payment = _whole_units(exact, terms)
    parts = list(_paying(payment, terms))
    if sum(parts[-1]) <= payment + terms.smallest * terms.periods:
        return parts
    return list(_paying(payment + (terms.unit or terms.smallest), terms))


def _paying(payment: Decimal, terms: Terms) -> Iterator[Parts]:
    left, last = terms.principal, terms.periods or LONGEST
    for number in range(1, last + 1):
        interest = _interest(left, terms)
        principal = left if number == terms.periods else min(payment - interest, left)
        left -= principal
        yield principal, interest
        if not left:
            return
    raise NeverPaidBack(payment, terms.principal)


def _flat(terms: Terms) -> Iterator[Parts]:
    """Each instalment bears the same share of all the interest, the last one what is over."""
    whole = _coins(Fraction(terms.principal) * terms.monthly * terms.periods, terms)
    share = _coins(Fraction(whole) / terms.periods, terms)
    payment = _whole_units(Fraction(terms.principal + whole) / terms.periods, terms)
    left, owed = terms.principal, whole
    for number in range(1, terms.periods + 1):
        if number == terms.periods or left + owed <= payment:
            yield left, owed
            return
        interest = min(share, owed)
        principal = min(payment - interest, left)
        interest = min(payment - principal, owed)
        left, owed = left - principal, owed - interest
        yield principal, interest


def _equal_principal(terms: Terms) -> Iterator[Parts]:
    share = _whole_units(Fraction(terms.principal) / terms.periods, terms)
    left = terms.principal
    for number in range(1, terms.periods + 1):
        interest = _interest(left, terms)
        principal = left if number == terms.periods else min(share, left)
        left -= principal
        yield principal, interest
        if not left:
            return


def _interest(owed: Decimal, terms: Terms) -> Decimal:
    """Of one month."""
    return _coins(Fraction(owed) * terms.monthly, terms)


def _coins(amount: Fraction, terms: Terms) -> Decimal:
    """To the nearest smallest coin, a half up."""
    return floor(amount / Fraction(terms.smallest) + Fraction(1, 2)) * terms.smallest


def _whole_units(amount: Fraction, terms: Terms) -> Decimal:
    unit = terms.unit or terms.smallest
    return ceil(amount / Fraction(unit)) * unit


def yearly_rate(
    given: Decimal, given_on: datetime.date, paid: Iterable[tuple[datetime.date, Decimal]]
) -> Decimal | None:
    """The effective rate in percent a year, by the days: at it, what is paid is worth what was given on its day.

    (1 + rate) to the power of days / 365 discounts each payment. None where no rate below a million percent does it.
    """
    flows = [(max((day - given_on).days, 0) / 365, float(amount)) for day, amount in paid]
    if sum(amount for _, amount in flows) <= given:
        return Decimal(0)
    low, high = 0.0, 10_000.0
    if _worth(flows, high) > given:
        return None
    while high - low > 1e-9 * (1 + low):
        middle = (low + high) / 2
        low, high = (middle, high) if _worth(flows, middle) > given else (low, middle)
    return round(Decimal(high * 100), 2)


def _worth(flows: Sequence[tuple[float, float]], rate: float) -> float:
    return sum(amount / (1 + rate) ** years for years, amount in flows)
