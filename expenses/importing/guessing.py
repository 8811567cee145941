"""What a new row probably is: by the owner's rules, then as he entered what had the same words before."""

from collections.abc import Callable
from decimal import Decimal

from accounts.models import Customer
from expenses.guesses import by_rule
from expenses.importing.matching import words_of
from expenses.models import Expense
from expenses.sorting_rules import rules_of

Guess = Callable[[str, Decimal], tuple[str, str]]
LOOKED_AT = 5_000  # of the last entries
OTHER = "Other"


def guesser(owner: Customer) -> Guess:
    """From a row's text and signed amount to its kind and category. Two reads."""
    before: dict[tuple[str, bool], tuple[str, str]] = {}
    last = Expense.objects.of(owner).kept().exclude(note="").order_by("-id")
    for note, kind, category in last.values_list("note", "kind", "category__name")[:LOOKED_AT]:
        words, comes_in = _words(note), kind in ("income", "refund")
        if words:
            before.setdefault((words, comes_in), (kind, category))

    rules = rules_of(owner)

    def guess(note: str, signed: Decimal) -> tuple[str, str]:
        kind, category = remembered(note, signed)
        return kind, by_rule(note, rules) or category

    def remembered(note: str, signed: Decimal) -> tuple[str, str]:
        words, comes_in = _words(note), signed > 0
        if same := before.get((words, comes_in)):
            return same
        if other := before.get((words, False)):  # money back from where it was spent
            return ("transfer" if other[0] == "transfer" else "refund"), other[1]
        return ("income" if comes_in else "spending"), OTHER

    return guess


def _words(note: str) -> str:
    """Without the numbers, which are another each time: CARD 7781 CORNER CAFE."""
    return " ".join(sorted({word for word in words_of(note).split() if word.isalpha()}))
