"""Which entries may be money that the lender's books hold too, a payment or a loan: asked, never guessed.

Until the owner answers, the lower figure stands: both the entry and the payment are counted, and what may be borrowed
is not counted as income.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.models import Customer
from expenses.left import NEAR, Twin, twins
from expenses.models import Expense, Part, SamePayment
from ledger.money import ZERO
from ledger.months import last_day
from ledger.one_month import Moved, OneMonth

KIND = {False: Expense.Kind.SPENDING, True: Expense.Kind.INCOME}  # of the entry, by whether it is about a loan


@dataclass(frozen=True)
class Asked:
    """Is this entry that payment, or that loan?"""

    entry: Expense
    moved: Moved
    is_loan: bool


def answers_about(owner: Customer, owed: OneMonth) -> list[SamePayment]:
    """What was said of the payments and loans of the month that stand."""
    moved = {is_loan: list(_standing(owed, is_loan)) for is_loan in KIND}
    if not any(moved.values()):
        return []
    about = Q(is_loan=False, payment__in=moved[False]) | Q(is_loan=True, payment__in=moved[True])
    return list(SamePayment.objects.of(owner).filter(about).select_related("expense").order_by("id"))


def _standing(owed: OneMonth, is_loan: bool) -> dict[int, Moved]:
    return {moved.number: moved for moved in (owed.lent if is_loan else owed.payments) if moved.stands}


def is_in_both(answer: SamePayment, owed: OneMonth) -> bool:
    """Whether the entry is among this month's spending; the payment is counted on the lender's day."""
    entry = answer.expense
    kept = entry.trashed_at is None and entry.kind == Expense.Kind.SPENDING and not entry.currency
    return answer.same and not answer.is_loan and kept and _is_within(entry.day, owed)


def in_both(owner: Customer, answers: Sequence[SamePayment], owed: OneMonth) -> Decimal:
    """What of the month's spending was paid to the lender. An entry that was split since counts with all its parts,
    but never for more than its payment. One query, where anything was answered with yes."""
    same = [answer for answer in answers if is_in_both(answer, owed)]
    if not same:
        return ZERO
    paid = _standing(owed, False)
    parts = _with_parts(owner, [answer.expense_id for answer in same], owed)
    sums = ((answer, parts.get(answer.expense_id, answer.expense.amount)) for answer in same)
    return sum((min(amount, paid[answer.payment].amount) for answer, amount in sums), ZERO)


def _with_parts(owner: Customer, numbers: Sequence[int], owed: OneMonth) -> dict[int, Decimal]:
    """Of each entry that is a part: what all parts of its receipt add to among the month's spending."""
    mine, counted = Part.objects.of(owner), Expense.objects.of(owner).counted().filter(kind=Expense.Kind.SPENDING)
    wholes = mine.filter(expense__in=numbers).values("whole")
    parts = mine.filter(whole__in=wholes, expense__in=counted.in_month(owed.month).values("pk"))
    rows = list(parts.values_list("expense", "whole", "expense__amount"))
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for _, whole, amount in rows:
        sums[whole] += amount
    return {number: sums[whole] for number, whole, _ in rows}


def _is_within(day: datetime.date, owed: OneMonth) -> bool:
    return owed.month <= day <= last_day(owed.month)


def questions(owner: Customer, owed: OneMonth, answers: Sequence[SamePayment]) -> list[Asked]:
    """Entries of the same amount, a few days apart, on which nothing was answered yet. One query."""
    moved = {is_loan: _standing(owed, is_loan) for is_loan in KIND}
    if not any(moved.values()):
        return []
    amounts = {is_loan: {one.amount for one in found.values()} for is_loan, found in moved.items()}
    alike = Q(kind=KIND[False], amount__in=amounts[False]) | Q(kind=KIND[True], amount__in=amounts[True])
    near = (owed.month - NEAR, last_day(owed.month) + NEAR)
    taken = {answer.expense_id for answer in answers if answer.same}
    rows = Expense.objects.of(owner).counted().filter(alike, day__range=near).exclude(pk__in=taken)
    entries = {row.pk: row for row in rows.select_related("category").order_by("day", "id")}
    found = [one for is_loan in KIND for one in _questions(entries, moved[is_loan], answers, is_loan)]
    return [one for one in found if _is_within(one.entry.day, owed) or _is_within(one.moved.day, owed)]


def _questions(
    entries: dict[int, Expense], moved: dict[int, Moved], answers: Sequence[SamePayment], is_loan: bool
) -> list[Asked]:
    said = [answer for answer in answers if answer.is_loan == is_loan]
    found = twins(
        [(row.pk, row.day, row.amount) for row in entries.values() if row.kind == KIND[is_loan]],
        [(one.number, one.day, one.amount) for one in moved.values()],
        {Twin(answer.expense_id, answer.payment) for answer in said},
        {answer.payment for answer in said if answer.same and answer.expense.trashed_at is None},
    )
    return [Asked(entries[twin.entry], moved[twin.payment], is_loan) for twin in found]


def doubled(asked: Sequence[Asked], owed: OneMonth) -> Decimal:
    """What of the month's spending is counted twice if each question about a payment is answered with yes.

    An entry is one payment at most, and a payment one entry.
    """
    entries: dict[int, Decimal] = {}
    payments = set()
    for one in asked:
        free = one.entry.pk not in entries and one.moved.number not in payments
        if not one.is_loan and free and _is_within(one.entry.day, owed):
            entries[one.entry.pk] = one.entry.amount
            payments.add(one.moved.number)
    return sum(entries.values(), ZERO)


def borrowed(asked: Sequence[Asked], owed: OneMonth) -> Decimal:
    """The month's entries of income that may be a loan."""
    entries = {one.entry.pk: one.entry for one in asked if one.is_loan and _is_within(one.entry.day, owed)}
    return sum((entry.amount for entry in entries.values()), ZERO)
