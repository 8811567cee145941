"""The percentage method: how much of what was due is paid, against what the lender asks for. Pure and exact.

Nothing is rounded on the way to a verdict: 79.995 % is not 80 %. What is missing refers, and never approves.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from fractions import Fraction


class Verdict(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Owed:
    """A due in whole minor units: what of it is paid, and what was let off."""

    due_on: datetime.date
    amount: int
    paid: int
    waived: int = 0


@dataclass(frozen=True, slots=True)
class PercentagePolicy:
    """threshold in percent; only_fallen_due: dues whose day has come, else all; least_dues: fewer are no history."""

    threshold: Decimal = Decimal(80)
    only_fallen_due: bool = True
    least_dues: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 100:
            raise ValueError(f"A threshold of {self.threshold} % is not more than 0 and at most 100.")
        if self.least_dues < 1:
            raise ValueError("At least one due is needed to judge by.")


class Missing(StrEnum):
    """Why there is nothing to judge by; credit.wording says it."""

    NOTHING_FELL_DUE = "nothing_fell_due"
    NOTHING_DUE = "nothing_due"
    FEW_DUES = "few_dues"
    ALL_LET_OFF = "all_let_off"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict, and what is missing where there is none. Amounts are minor units; seen: how many dues were counted;
    needed: the least payment that would approve."""

    verdict: Verdict
    missing: Missing | None = None
    seen: int = 0
    due: int = 0
    paid: int = 0
    needed: int = 0

    @property
    def percentage(self) -> Decimal | None:
        """Two decimals, cut off and not rounded: below the threshold it never reads as the threshold."""
        if not self.due:
            return None
        cents = self.paid * 10_000 // self.due
        return (Decimal(cents) / 100).quantize(Decimal("0.01"), ROUND_DOWN)


def judge(dues: Iterable[Owed], today: datetime.date, policy: PercentagePolicy) -> Opinion:
    """What was let off is not asked for; credit that waits counts nowhere until it fills a due."""
    counted = [due for due in dues if not policy.only_fallen_due or due.due_on <= today]
    whole, paid = sum(due.amount - due.waived for due in counted), sum(due.paid for due in counted)
    if missing := _missing(counted, whole, policy):
        return Opinion(Verdict.REFERRED, missing, len(counted), whole, paid)
    needed = least_payment(whole, paid, policy.threshold)
    return Opinion(Verdict.DECLINED if needed else Verdict.APPROVED, None, len(counted), whole, paid, needed)


def least_payment(due: int, paid: int, threshold: Decimal) -> int:
    """The smallest amount that brings paid / due up to the threshold; 0 where it is there."""
    wanted = Fraction(due) * Fraction(threshold) / 100
    return max(-((Fraction(paid) - wanted) // 1), 0)


def _missing(counted: list[Owed], whole: int, policy: PercentagePolicy) -> Missing | None:
    if not counted:
        return Missing.NOTHING_FELL_DUE if policy.only_fallen_due else Missing.NOTHING_DUE
    if len(counted) < policy.least_dues:
        return Missing.FEW_DUES
    return Missing.ALL_LET_OFF if whole <= 0 else None


@dataclass(frozen=True, slots=True)
class ModelPolicy:
    """The smallest chance of repaying that approves."""

    threshold: Decimal = Decimal("0.8")


def judge_chance(p_repays: float | None, policy: ModelPolicy) -> Verdict:
    """The model method's verdict. No figure - no model, a model that does not load, no history - refers."""
    if p_repays is None or not 0 <= p_repays <= 1:
        return Verdict.REFERRED
    return Verdict.APPROVED if Fraction(p_repays) >= Fraction(policy.threshold) else Verdict.DECLINED
