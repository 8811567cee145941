"""Acts on the notebook, each under its owner's lock: enter, change, put in the trash, take out again, erase."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.transactions import Refused, lock, one_transaction
from expenses.models import DEFAULT_CATEGORIES, KEPT_IN_TRASH, Category, Correction, Expense, ExpenseQuerySet

MOST_CORRECTIONS = 50  # of one owner; older ones suggest nothing any more
SAID = ("kind", "amount", "currency", "note")  # in the words of a line, too


class KeyReused(Refused):
    """The key of a form stands for an entry already, and what was sent now is another."""

    def __init__(self, entry: Expense) -> None:
        super().__init__(
            _("This form was sent before with something else in it, and that is entered. Is this one more?")
        )
        self.entry = entry


class InTrash(Refused):
    """The same was sent before and entered, and was deleted since."""

    def __init__(self, entry: Expense) -> None:
        told = _(
            "This was entered before, as entry %(number)s, which lies in the trash now. Take it out, or start anew."
        )
        super().__init__(told % {"number": entry.pk})


def locked(owner: Customer) -> Customer:
    lock([owner.pk])
    return owner


def category_named(owner: Customer, name: str) -> Category:
    """It is made if it is new, and the first of all brings the usual ones with it. A merged one leads on."""
    mine = Category.objects.of(owner).select_related("merged_into")
    found = mine.filter(name=name).first() or mine.filter(name__iexact=name).order_by("id").first()
    while found and found.merged_into:
        found = mine.get(pk=found.merged_into.pk)
    if found:
        return found
    if not mine.exists():
        usual = [Category(customer=owner, name=usual) for usual in DEFAULT_CATEGORIES if usual != name]
        Category.objects.bulk_create(usual)
    return Category.objects.create(customer=owner, name=name)


@one_transaction
def enter(expense: Expense, category: str, *, of_line: bool = False) -> Expense:
    """Keep a new entry. The same key again is the same entry, so a form sent twice is entered once; with something
    else in it it is refused, and so it is while that entry lies in the trash. The day and the category of a line may
    be our guess, and are not compared."""
    owner = locked(expense.customer)
    if first := _entered_before(owner, expense.key):
        named = first.category if of_line else category_named(owner, category)
        told = SAID if of_line else (*SAID, "day")
        if named != first.category or any(getattr(first, name) != getattr(expense, name) for name in told):
            raise KeyReused(first)
        if first.trashed_at:
            raise InTrash(first)
        return first
    expense.category = category_named(owner, category)
    expense.save(force_insert=True)
    return expense


def _entered_before(owner: Customer, key: str) -> Expense | None:
    """The entry of this key. What lay in the trash for too long is no more, though nothing erased it yet."""
    mine = Expense.objects.filter(customer=owner, key=key)
    first = mine.select_related("category").first()
    if first and first.trashed_at and first.trashed_at < timezone.now() - KEPT_IN_TRASH:
        erase(owner, mine)
        return None
    return first


@one_transaction
def change(expense: Expense, category: str) -> Expense:
    """Store an entry's new figures, if it still is out of the trash. Another category is remembered as a correction."""
    owner = locked(expense.customer)
    mine = Expense.objects.filter(customer=owner, pk=expense.pk, trashed_at__isnull=True)
    before = mine.values_list("category", flat=True).first()
    expense.category = category_named(owner, category)
    mine.update(
        kind=expense.kind,
        day=expense.day,
        amount=expense.amount,
        currency=expense.currency,
        note=expense.note,
        category=expense.category,
    )
    if before and before != expense.category_id and expense.note:
        _remember(owner, expense)
    return expense


def _remember(owner: Customer, expense: Expense) -> None:
    Correction.objects.create(customer=owner, note=expense.note, category=expense.category)
    mine = Correction.objects.filter(customer=owner)
    if oldest := mine.order_by("-pk").values_list("pk", flat=True)[MOST_CORRECTIONS : MOST_CORRECTIONS + 1].first():
        mine.filter(pk__lte=oldest).delete()


@one_transaction
def put_in_trash(owner: Customer, number: int, now: datetime.datetime) -> None:
    """It can be taken out for 30 days; what lay there longer is erased. Again is no harm."""
    mine = Expense.objects.filter(customer=locked(owner))
    erase(owner, mine.filter(trashed_at__lt=now - KEPT_IN_TRASH))
    mine.filter(pk=number, trashed_at__isnull=True).update(trashed_at=now)


def erase(owner: Customer, entries: ExpenseQuerySet) -> int:
    """For good, with all that hangs on them (receipts, parts, whatever noun comes): found among the models.

    A row that can do without its entry stays without it. Expects the owner's lock; says how many entries there were.
    """
    numbers = list(entries.values_list("pk", flat=True))
    for relation in Expense._meta.related_objects if numbers else ():
        field = relation.field
        theirs = relation.related_model._default_manager.filter(**{"customer": owner, f"{field.name}__in": numbers})
        theirs.update(**{field.name: None}) if field.null else theirs.delete()
    Expense.objects.filter(customer=owner, pk__in=numbers).delete()
    return len(numbers)


@one_transaction
def take_out(owner: Customer, number: int, now: datetime.datetime) -> bool:
    """Whether it still was there."""
    mine = Expense.objects.filter(customer=locked(owner), pk=number, trashed_at__gte=now - KEPT_IN_TRASH)
    return bool(mine.update(trashed_at=None))
