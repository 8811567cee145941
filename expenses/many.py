"""Entering a whole notebook at once: what expenses.actions.enter does to one entry, in a few statements for all."""

from collections.abc import Sequence

from accounts.models import Customer
from expenses.models import Category, Expense

AT_ONCE = 500  # rows in a statement


def enter_all(entries: Sequence[tuple[Expense, str]]) -> list[Expense]:
    """Keep those that are new, each with its category's name, and return them. A known key is the same entry.

    Locks the owners in ascending order, and expects a transaction to be open.
    """
    owners = {expense.customer_id for expense, _ in entries}
    list(Customer.objects.filter(pk__in=owners).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    known = set(Expense.objects.filter(customer__in=owners).values_list("customer_id", "key"))
    new = [(expense, name) for expense, name in entries if (expense.customer_id, expense.key) not in known]
    categories = _categories({(expense.customer_id, name) for expense, name in new})
    for expense, name in new:
        expense.category = categories[expense.customer_id, name]
    return Expense.objects.bulk_create([expense for expense, _ in new], batch_size=AT_ONCE)


def _categories(wanted: set[tuple[int, str]]) -> dict[tuple[int, str], Category]:
    owners = {owner for owner, _ in wanted}
    rows = [Category(customer_id=owner, name=name) for owner, name in sorted(wanted)]
    Category.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return {(one.customer_id, one.name): one for one in Category.objects.filter(customer__in=owners)}
