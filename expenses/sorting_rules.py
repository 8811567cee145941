"""The owner's rules (text -> category): offered after the second correction, kept, dropped, asked."""

from dataclasses import dataclass

from accounts.models import Customer
from accounts.transactions import one_transaction
from expenses.actions import category_named, locked
from expenses.guesses import by_rule, folded, in_common
from expenses.models import Category, Correction, Expense, Rule

LOOKED_AT = 20  # corrections to one category


@dataclass(frozen=True, slots=True)
class Offer:
    """A rule that would have spared the owner his last two corrections."""

    text: str
    category: Category


def rules_of(owner: Customer) -> dict[str, str]:
    """Text -> category."""
    return dict(Rule.objects.of(owner).values_list("text", "category__name"))


def offer_after(owner: Customer, entry: Expense) -> Offer | None:
    """For the entry that was just corrected, if another was corrected to the same category before."""
    same = Correction.objects.of(owner).filter(category=entry.category).order_by("-pk")
    notes = list(same.values_list("note", flat=True)[:LOOKED_AT])
    if not notes or folded(notes[0]) != folded(entry.note) or by_rule(entry.note, rules_of(owner)):
        return None
    common = (in_common(notes[0], note) for note in notes[1:])
    text = max(common, key=len, default="")
    return Offer(text[:100], entry.category) if text else None


@one_transaction
def keep_rule(owner: Customer, text: str, category: str) -> Rule:
    """From now on; entries that are there stay as they are. The corrections that led to it have done their work."""
    named = category_named(locked(owner), category)
    rule, _ = Rule.objects.update_or_create(customer=owner, text=folded(text), defaults={"category": named})
    Correction.objects.filter(customer=owner, category=named).delete()
    return rule


@one_transaction
def drop_rule(owner: Customer, number: int) -> None:
    Rule.objects.filter(customer=locked(owner), pk=number).delete()


@one_transaction
def decline_rule(owner: Customer, category: str) -> None:
    """Forget the corrections, so that two more come before it is offered again."""
    Correction.objects.filter(customer=locked(owner), category__name=category).delete()
