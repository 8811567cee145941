"""Acts on what is planned, each under its owner's lock: limits, what recurs, and which money is the same."""

import datetime
import secrets
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.transactions import Refused, one_transaction
from expenses.actions import category_named, locked
from expenses.models import Category, Expense, Limit, Occurrence, Recurring, SamePayment
from expenses.recurrence import days_of
from ledger.one_month import one_month

NOT_ITS_DAY = Refused(gettext_lazy("That is not one of its days any more. Look at the list again."))


@one_transaction
def set_limit(owner: Customer, category: int, month: datetime.date, amount: Decimal | None) -> None:
    """From that month on; without an amount there is none from then on."""
    mine = Category.objects.of(locked(owner)).unmerged().get(pk=category)
    Limit.objects.update_or_create(customer=owner, category=mine, month=month, defaults={"amount": amount})


@one_transaction
def start_recurring(recurring: Recurring, category: str) -> Recurring:
    """The same key again is the same one."""
    owner = locked(recurring.customer)
    if first := Recurring.objects.of(owner).filter(key=recurring.key).first():
        return first
    recurring.category = category_named(owner, category)
    recurring.save(force_insert=True)
    return recurring


@one_transaction
def change_recurring(recurring: Recurring, category: str) -> None:
    """From here on: the entries made from it and the days that were skipped stay as they are."""
    owner = locked(recurring.customer)
    names = ("kind", "amount", "note", "every", "first_on", "ends_on")
    changed = {name: getattr(recurring, name) for name in names}
    Recurring.objects.of(owner).filter(pk=recurring.pk).update(**changed, category=category_named(owner, category))


@one_transaction
def set_state(owner: Customer, number: int, state: str) -> None:
    Recurring.objects.of(locked(owner)).filter(pk=number).update(state=state)


@one_transaction
def enter_day(owner: Customer, number: int, day: datetime.date) -> Expense:
    """Make the entry of that day; asked again, it is the same entry."""
    recurring = _with_day(locked(owner), number, day)
    settled = Occurrence.objects.filter(customer=owner, recurring=recurring, day=day).select_related("expense").first()
    if settled and settled.expense and not settled.is_open:
        return settled.expense
    names = ("kind", "amount", "category", "note")
    fields = {name: getattr(recurring, name) for name in names}
    entry = Expense(customer=owner, day=day, key=f"recurring-{secrets.token_urlsafe(24)}", **fields)
    entry.save(force_insert=True)
    _settle(recurring, day, entry)
    return entry


@one_transaction
def skip_day(owner: Customer, number: int, day: datetime.date) -> None:
    _settle(_with_day(locked(owner), number, day), day, None)


@one_transaction
def is_entry(owner: Customer, number: int, day: datetime.date, entry: int) -> None:
    """That day's entry is in the notebook already, from a bank's file perhaps."""
    recurring = _with_day(locked(owner), number, day)
    found = Expense.objects.of(owner).kept().filter(pk=entry, occurrence__isnull=True).first()
    if found is None:
        raise NOT_ITS_DAY
    _settle(recurring, day, found)


@one_transaction
def open_again(owner: Customer, number: int, day: datetime.date) -> None:
    """Take back a skip; an entry is deleted in the notebook instead."""
    Occurrence.objects.filter(customer=locked(owner), recurring=number, day=day, skipped=True).delete()


@one_transaction
def answer_same(owner: Customer, entry: int, payment: int, same: bool, *, is_loan: bool = False) -> None:
    """Whether an entry and a payment (or a loan) are one. The last answer holds; a payment is one entry at most.

    An entry that is a loan becomes a transfer: borrowed money is no income, in this month's sums and in all others.
    """
    found = Expense.objects.of(locked(owner)).filter(pk=entry).first()
    if found is None or not _may_be_one(owner, found, payment, is_loan):
        raise Refused(_("That entry or that payment is not what it was. Look at the month again."))
    answers = SamePayment.objects.of(owner)
    if same:
        answers.filter(expense=found).update(same=False)
        answers.filter(payment=payment, is_loan=is_loan).update(same=False)
    if is_loan:
        kind = Expense.Kind.TRANSFER if same else Expense.Kind.INCOME
        Expense.objects.of(owner).filter(pk=entry).update(kind=kind)
    said = {"same": same}
    SamePayment.objects.update_or_create(customer=owner, expense=found, payment=payment, is_loan=is_loan, defaults=said)


def _may_be_one(owner: Customer, entry: Expense, payment: int, is_loan: bool) -> bool:
    owed = one_month(owner, entry.day.replace(day=1))
    moved = owed.lent if is_loan else owed.payments
    kinds = (Expense.Kind.INCOME, Expense.Kind.TRANSFER) if is_loan else (Expense.Kind.SPENDING,)
    alike = any(one.number == payment and one.stands and one.amount == entry.amount for one in moved)
    return alike and entry.kind in kinds


def _with_day(owner: Customer, number: int, day: datetime.date) -> Recurring:
    recurring = Recurring.objects.of(owner).filter(pk=number).select_related("category").first()
    if recurring is None or not list(days_of(recurring.every, recurring.first_on, recurring.ends_on, day, day)):
        raise NOT_ITS_DAY
    return recurring


def _settle(recurring: Recurring, day: datetime.date, entry: Expense | None) -> None:
    owner, said = recurring.customer_id, {"expense": entry, "skipped": entry is None}
    Occurrence.objects.update_or_create(customer_id=owner, recurring=recurring, day=day, defaults=said)
