"""What a due that stays unpaid beyond the days of grace costs: once a due, told from the day and not from the run."""

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NONE, FLAT, PERCENTAGE = "none", "flat", "percentage"
# A fee never bears a fee, nor does a penalty.
BEARING = ("principal", "interest")
NOTHING = Decimal(0)
PREFIX = "late-"


@dataclass(frozen=True)
class LateFee:
    """The lender's policy: `flat` an amount, or `percent` of what is late; dues before `starting` bear none."""

    kind: str
    flat: Decimal
    percent: Decimal
    grace_days: int
    cap: Decimal | None
    starting: datetime.date
    smallest: Decimal


def fee(late: Decimal, policy: LateFee) -> Decimal:
    """The fee on the late part of one due; half a cent and more is rounded up, 0 where there is none."""
    if late <= 0 or policy.kind == NONE:
        return NOTHING
    whole = policy.flat if policy.kind == FLAT else late * policy.percent / 100
    rounded = whole.quantize(policy.smallest, ROUND_HALF_UP)
    return rounded if policy.cap is None else min(rounded, policy.cap)


def last_day_of_grace(due_on: datetime.date, policy: LateFee) -> datetime.date:
    """Money received on this day is still in time."""
    return due_on + datetime.timedelta(policy.grace_days)


def charged_on(due_on: datetime.date, policy: LateFee, closed_through: datetime.date | None) -> datetime.date:
    """The day after grace, whenever the run comes; the first open day where the books are closed by then."""
    day = last_day_of_grace(due_on, policy) + datetime.timedelta(1)
    return day if closed_through is None else max(day, closed_through + datetime.timedelta(1))


def latest_due_on(policy: LateFee, today: datetime.date) -> datetime.date:
    """Dues of this day and before are out of grace."""
    return today - datetime.timedelta(policy.grace_days + 1)


def reference(due: int) -> str:
    """What makes the fee of a due raised once."""
    return f"{PREFIX}{due}"
