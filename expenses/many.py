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
    """As expenses.actions.category_named finds them: by the name, else by the name in other letters."""
    owners = {owner for owner, _ in wanted}
    there = _by_name(owners)
    missing = {_alike(*one): one for one in sorted(wanted, reverse=True) if not {one, _alike(*one)} & there.keys()}
    rows = [Category(customer_id=owner, name=name) for owner, name in missing.values()]
    Category.objects.bulk_create(rows, batch_size=AT_ONCE)
    there = _by_name(owners) if missing else there
    return {one: there.get(one) or there[_alike(*one)] for one in wanted}


def _alike(owner: int, name: str) -> tuple[int, str]:
    return owner, name.lower()


def _by_name(owners: set[int]) -> dict[tuple[int, str], Category]:
    """The oldest of those that are alike; a merged one leads on."""
    rows = {one.pk: one for one in Category.objects.filter(customer__in=owners).order_by("-pk")}
    alike = {_alike(one.customer_id, one.name): _led_on(one, rows) for one in rows.values()}
    return alike | {(one.customer_id, one.name): _led_on(one, rows) for one in rows.values()}


def _led_on(found: Category, rows: dict[int, Category]) -> Category:
    while found.merged_into_id:
        found = rows[found.merged_into_id]
    return found
