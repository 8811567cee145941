"""Acts on the notebook, each under its owner's lock: enter, change, put in the trash, take out again."""

import datetime

from django.db import transaction

from accounts.models import Customer
from expenses.models import KEPT_IN_TRASH, Category, Expense


def _locked(owner: Customer) -> Customer:
    return Customer.objects.select_for_update(no_key=True).get(pk=owner.pk)


def _category(owner: Customer, name: str) -> Category:
    return Category.objects.get_or_create(customer=owner, name=name)[0]


@transaction.atomic
def enter(expense: Expense, category: str) -> Expense:
    """Keep a new entry. The same key again is the same entry, so a form sent twice is entered once."""
    owner = _locked(expense.customer)
    if first := Expense.objects.filter(customer=owner, key=expense.key).first():
        return first
    expense.category = _category(owner, category)
    expense.save(force_insert=True)
    return expense


@transaction.atomic
def change(expense: Expense, category: str) -> Expense:
    """Store an entry's new figures, if it still is out of the trash."""
    owner = _locked(expense.customer)
    Expense.objects.filter(customer=owner, pk=expense.pk, trashed_at__isnull=True).update(
        kind=expense.kind,
        day=expense.day,
        amount=expense.amount,
        note=expense.note,
        category=_category(owner, category),
    )
    return expense


@transaction.atomic
def put_in_trash(owner: Customer, number: int, now: datetime.datetime) -> None:
    """It can be taken out for 30 days; what lay there longer is erased. Again is no harm."""
    mine = Expense.objects.filter(customer=_locked(owner))
    mine.filter(trashed_at__lt=now - KEPT_IN_TRASH).delete()
    mine.filter(pk=number, trashed_at__isnull=True).update(trashed_at=now)


@transaction.atomic
def take_out(owner: Customer, number: int, now: datetime.datetime) -> bool:
    """Whether it still was there."""
    mine = Expense.objects.filter(customer=_locked(owner), pk=number, trashed_at__gte=now - KEPT_IN_TRASH)
    return bool(mine.update(trashed_at=None))
