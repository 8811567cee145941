"""Acts on the categories of one notebook, each under its owner's lock: add, rename, merge, archive, bring back."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.transactions import Refused, one_transaction
from expenses.actions import category_named, locked
from expenses.models import DEFAULT_CATEGORIES, Category, Expense, Limit


@one_transaction
def add_category(owner: Customer, name: str) -> Category:
    """One of that name that was archived is offered again; one that was merged leads to where it went."""
    category = category_named(locked(owner), name)
    Category.objects.filter(customer=owner, pk=category.pk).update(archived=False)
    return category


@one_transaction
def add_usual_categories(owner: Customer) -> int:
    """How many were missing; what was archived or merged stays as it is."""
    locked(owner)
    known = set(Category.objects.of(owner).values_list("name", flat=True))
    missing = [Category(customer=owner, name=name) for name in DEFAULT_CATEGORIES if name not in known]
    return len(Category.objects.bulk_create(missing))


@one_transaction
def rename_category(owner: Customer, number: int, name: str) -> None:
    """Raises Refused where another has the name: those two can be merged."""
    mine = Category.objects.of(locked(owner))
    others = mine.filter(name__iexact=name).exclude(pk=number)
    if others.unmerged().exists():
        sentence = _("You have a category %(name)s already, perhaps archived. Merge the two instead.")
        raise Refused(sentence % {"name": name})
    for other in others:  # merged before: its name is free again
        mine.filter(pk=other.pk).update(name=f"~{other.pk}")
    mine.unmerged().filter(pk=number).update(name=name)


@one_transaction
def archive_category(owner: Customer, number: int, archived: bool) -> None:
    """It stays on its entries and is offered for no new one, until it is brought back."""
    Category.objects.of(locked(owner)).unmerged().filter(pk=number).update(archived=archived)


@one_transaction
def merge_category(owner: Customer, number: int, into: int) -> int:
    """Move all its rows, those in the trash too, and say how many there were.

    Of the limits those of the category that stays hold. Whatever else names a category is found among the models,
    so that a new noun is moved as well.
    """
    mine = Category.objects.of(locked(owner)).unmerged()
    gone, stays = mine.filter(pk=number).first(), mine.filter(pk=into).first()
    if gone is None or stays is None or gone == stays:
        raise Refused(_("Choose another category of yours to merge it into."))
    Limit.objects.of(owner).filter(category=gone).delete()
    moved = Expense.objects.of(owner).filter(category=gone).count()
    for model, field in _that_name_a_category():
        model.objects.filter(**{"customer": owner, field: gone}).update(**{field: stays})
    Category.objects.of(owner).filter(pk=gone.pk).update(merged_into=stays, archived=False)
    return moved


def _that_name_a_category() -> list[tuple[Any, str]]:
    return [(relation.related_model, relation.field.name) for relation in Category._meta.related_objects]
