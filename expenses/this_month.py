"""The month beside the dues: the notebook's sums and the lender's books of one month, each amount counted once."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Customer
from expenses.asking import Asked, answers_about, borrowed, doubled, in_both, questions
from expenses.coming import Planned, planned
from expenses.left import USUAL, Left, Sums, middle, money_in
from expenses.models import SamePayment
from expenses.sums import by_month
from ledger.months import add_months
from ledger.one_month import OneMonth, one_month


@dataclass(frozen=True)
class ThisMonth:
    """What the page shows of the current month; usual is what three months left in the middle, or none."""

    left: Left
    owed: OneMonth
    planned: Planned
    asked: Sequence[Asked]
    answered: Sequence[SamePayment]
    usual: Decimal | None

    @property
    def recurring_in(self) -> Decimal:
        return self.planned.total("income")

    @property
    def if_all_are_the_same(self) -> Decimal | None:
        """What would be left if each question about a payment were answered with yes."""
        return None if self.left.amount is None else self.left.amount + doubled(self.asked, self.owed)


def this_month(owner: Customer, today: datetime.date) -> ThisMonth:
    """Ten queries at most, however much is in the notebook and in the books."""
    month = today.replace(day=1)
    months = by_month(owner, add_months(month, -USUAL), month)
    sums, before = months.pop(month) or Sums(), list(months.values())
    owed, plan = one_month(owner, month), planned(owner, month)
    answers = answers_about(owner, owed)
    asked = questions(owner, owed, answers)
    left = Left(
        came=money_in(sums.came_in - borrowed(asked, owed) + plan.total("income"), before),
        spent=sums.spent,
        both=in_both(owner, answers, owed),
        paid=owed.paid,
        coming=plan.total("spending"),
        due=owed.open,
        earlier=owed.earlier,
        today=today,
    )
    usual = middle([sums.kept if sums else None for sums in before])
    answered = [answer for answer in answers if answer.expense.trashed_at is None]
    return ThisMonth(left, owed, plan, asked, answered, usual)
