"""The month beside the dues: the notebook's sums and the lender's books of one month, each amount counted once."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Customer
from expenses.coming import Planned, planned
from expenses.left import NEAR, USUAL, Left, Sums, Twin, middle, money_in, twins
from expenses.models import Expense, SamePayment
from expenses.sums import by_month
from ledger.money import ZERO
from ledger.months import add_months, last_day
from ledger.one_month import Moved, OneMonth, one_month


@dataclass(frozen=True)
class Asked:
    """Is this entry that payment?"""

    entry: Expense
    payment: Moved


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
        """What would be left if each question were answered with yes."""
        entries = {asked.entry.pk: asked.entry for asked in self.asked}.values()
        doubled = (entry.amount for entry in entries if entry.day >= self.owed.month)
        return None if self.left.amount is None else self.left.amount + sum(doubled, ZERO)


def this_month(owner: Customer, today: datetime.date) -> ThisMonth:
    """Eight queries at most, however much is in the notebook and in the books."""
    month = today.replace(day=1)
    months = by_month(owner, add_months(month, -USUAL), month)
    sums, before = months.pop(month) or Sums(), list(months.values())
    owed, plan = one_month(owner, month), planned(owner, month)
    answers = _answers(owner, owed)
    standing = {moved.number for moved in owed.payments if moved.stands}
    same = [answer for answer in answers if answer.same and _counts(answer, month, standing)]
    left = Left(
        came=money_in(sums.came_in + plan.total("income"), before),
        spent=sums.spent,
        both=sum((answer.expense.amount for answer in same), ZERO),
        paid=owed.paid,
        coming=plan.total("spending"),
        due=owed.open,
        earlier=owed.earlier,
        today=today,
    )
    usual = middle([sums.kept if sums else None for sums in before])
    answered = [answer for answer in answers if answer.expense.trashed_at is None]
    return ThisMonth(left, owed, plan, _asked(owner, owed, answers), answered, usual)


def _answers(owner: Customer, owed: OneMonth) -> list[SamePayment]:
    numbers = [moved.number for moved in owed.payments if moved.stands]
    if not numbers:
        return []
    return list(SamePayment.objects.of(owner).filter(payment__in=numbers).select_related("expense"))


def _counts(answer: SamePayment, month: datetime.date, standing: set[int]) -> bool:
    """Whether the entry is among this month's spending; the payment is counted on the lender's day."""
    entry = answer.expense
    kept = entry.trashed_at is None and entry.kind == Expense.Kind.SPENDING
    return kept and answer.payment in standing and month <= entry.day <= last_day(month)


def _asked(owner: Customer, owed: OneMonth, answers: list[SamePayment]) -> list[Asked]:
    """Spending of the same amount as a payment, a few days apart, on which nothing was answered yet."""
    payments = {moved.number: moved for moved in owed.payments if moved.stands}
    settled = {answer.payment for answer in answers if answer.same and answer.expense.trashed_at is None}
    taken = {answer.expense_id for answer in answers if answer.same}
    if not payments.keys() - settled:
        return []
    days = (owed.month - NEAR, last_day(owed.month) + NEAR)
    rows = Expense.objects.of(owner).counted().filter(kind=Expense.Kind.SPENDING, day__range=days)
    rows = rows.filter(amount__in={moved.amount for moved in payments.values()}).exclude(pk__in=taken)
    entries = {row.pk: row for row in rows.select_related("category").order_by("day", "id")}
    found = twins(
        [(row.pk, row.day, row.amount) for row in entries.values()],
        [(moved.number, moved.received_on, moved.amount) for moved in payments.values()],
        {Twin(answer.expense_id, answer.payment) for answer in answers},
        settled,
    )
    asked = [Asked(entries[twin.entry], payments[twin.payment]) for twin in found]
    first, last = owed.month, last_day(owed.month)
    return [one for one in asked if first <= one.entry.day <= last or first <= one.payment.received_on <= last]
