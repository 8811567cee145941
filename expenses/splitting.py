"""One receipt over several categories: an entry is split into parts that add to it exactly, and joined again."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.transactions import Refused, one_transaction
from expenses.actions import category_named, erase, locked
from expenses.models import Expense, Part, Receipt
from ledger.money import ZERO, format_money

MOST_PARTS = 10


@dataclass(frozen=True, slots=True)
class Share:
    category: str
    amount: Decimal


@one_transaction
def split(owner: Customer, number: int, shares: Sequence[Share], key: str) -> None:
    """The entry becomes the first part; the others are entries of the same day, kind and note. Raises Refused.

    The same key again splits nothing again.
    """
    mine = Expense.objects.filter(customer=locked(owner))
    if mine.filter(key=f"{key}-1").exists():
        return
    entry = mine.kept().get(pk=number)
    _refuse(entry, shares)
    whole = Part.objects.filter(customer=owner, expense=entry).values_list("whole", flat=True).first()
    first, *others = shares
    mine.filter(pk=entry.pk).update(amount=first.amount, category=category_named(owner, first.category))
    made = [_part_of(entry, share, f"{key}-{place}") for place, share in enumerate(others, 1)]
    new = Expense.objects.bulk_create(made)
    parts = [*new, entry] if whole is None else new
    Part.objects.bulk_create(Part(customer=owner, expense=part, whole_id=whole or entry.pk) for part in parts)


def _refuse(entry: Expense, shares: Sequence[Share]) -> None:
    if not 2 <= len(shares) <= MOST_PARTS:
        raise Refused(_("Name at least two parts, and at most %(number)s.") % {"number": MOST_PARTS})
    if any(share.amount <= 0 for share in shares):
        raise Refused(_("Each part is more than 0."))
    total = sum((share.amount for share in shares), ZERO)
    if total != entry.amount:
        sentence = (
            _("The parts must add to %(amount)s; %(much)s is too much.")
            if total > entry.amount
            else _("The parts must add to %(amount)s; %(much)s is missing.")
        )
        told = {"amount": entry.amount, "much": abs(total - entry.amount)}
        raise Refused(sentence % {name: format_money(amount, entry.currency) for name, amount in told.items()})


def _part_of(entry: Expense, share: Share, key: str) -> Expense:
    same = {name: getattr(entry, name) for name in ("customer", "kind", "day", "note", "currency")}
    return Expense(**same, key=key, amount=share.amount, category=category_named(entry.customer, share.category))


def parts_of(owner: Customer, entry: Expense) -> list[Expense]:
    """All parts of the receipt that the entry is a part of, the trash's left out; empty where it is none."""
    whole = Part.objects.of(owner).filter(expense=entry).values("whole")
    numbers = Part.objects.of(owner).filter(whole__in=whole).values("expense")
    return list(Expense.objects.of(owner).kept().filter(pk__in=numbers).select_related("category").order_by("pk"))


def _hand_on_receipt(owner: Customer, first: Expense, others: Sequence[Expense]) -> None:
    """An entry has one receipt: the first of the parts' is kept."""
    theirs = Receipt.objects.of(owner).filter(expense__in=[first, *others]).order_by("expense")
    kept = theirs.values_list("pk", flat=True).first()
    if kept is not None:
        theirs.filter(pk=kept).update(expense=first)


@one_transaction
def join(owner: Customer, number: int) -> None:
    """The parts become one entry again, the first of them, with what they add to now and its own category."""
    entry = Expense.objects.filter(customer=locked(owner), pk=number).first()
    parts = parts_of(owner, entry) if entry else []
    if len(parts) < 2:
        return
    first, *others = parts
    _hand_on_receipt(owner, first, others)
    mine = Expense.objects.filter(customer=owner)
    mine.filter(pk=first.pk).update(amount=sum((part.amount for part in parts), ZERO))
    erase(owner, mine.filter(pk__in=[part.pk for part in others]))
    Part.objects.filter(customer=owner, expense=first).delete()
