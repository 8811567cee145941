"""What a customer sees before asking: each year's percentage, all years together, and what the rules ask for."""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from accounts.models import Customer, Lender
from credit.changes import find_changes
from credit.deciding import case_of, percentage_rule
from credit.judging import YEARS, by_percentage, sums_by_year, yearly
from credit.models import CreditPolicy, CreditRequest, Method
from credit.rules import Verdict
from credit.wording import percent
from ledger.charts import Chart, Pair, draw
from ledger.money import from_minor
from ledger.months import month_from


@dataclass(frozen=True)
class Year:
    """Amounts as the percentage counts them; share is cut off, never rounded up."""

    number: int
    due: Decimal
    paid: Decimal
    share: str


@dataclass(frozen=True)
class Standing:
    """years: the newest first. pay: the smallest payment that reaches the percentage, None where none is needed or
    none would do."""

    policy: CreditPolicy
    years: list[Year]
    together: Year | None
    average: str
    enough: bool
    pay: Decimal | None
    outstanding: Decimal
    room: Decimal | None
    needed: str
    chance: str
    chart: Chart | None

    @property
    def by_percentage(self) -> bool:
        return self.policy.allows(Method.PERCENTAGE)

    @property
    def by_model(self) -> bool:
        return self.policy.allows(Method.MODEL)


def standing_of(customer: Customer, lender: Lender) -> Standing:
    """The same few queries for any number of dues and years."""
    policy = CreditPolicy.on(lender.today())
    case = case_of(CreditRequest(customer_id=customer.pk, amount=Decimal(1)), policy, lender)
    rule = percentage_rule(policy)
    method = by_percentage(rule)
    found = method(case)
    changes = []
    if found.verdict == Verdict.DECLINED:
        unbounded = replace(case, largest=None, limit=None)
        changes = find_changes(unbounded, lambda other: method(other).verdict == Verdict.APPROVED)
    sums = {year: both for year, both in sums_by_year(case, rule).items() if both[0] > 0}
    shares = list(yearly(case, rule).values())[-YEARS:]
    return Standing(
        policy=policy,
        years=[_year(number, *both) for number, both in reversed(sums.items())],
        together=_year(0, *map(sum, zip(*sums.values(), strict=True))) if sums else None,
        average=percent(100 * sum(shares, Fraction(0)) / len(shares)) if shares else "",
        enough=found.verdict == Verdict.APPROVED,
        pay=next((from_minor(change.pay) for change in changes if change.pay and not change.until), None),
        outstanding=from_minor(case.outstanding),
        room=None if case.limit is None else from_minor(max(case.limit - case.outstanding, 0)),
        needed=percent(policy.threshold),
        chance=percent(policy.model_threshold * 100),
        chart=_chart(sums) if sums else None,
    )


def _year(number: int, due: int, paid: int) -> Year:
    return Year(number, from_minor(due), from_minor(paid), percent(Fraction(100 * paid, due)))


def _chart(sums: dict[int, tuple[int, int]]) -> Chart:
    pairs = [Pair(month_from(year, 1), from_minor(due), from_minor(paid)) for year, (due, paid) in sums.items()]
    return draw(pairs, label=lambda day: str(day.year))
