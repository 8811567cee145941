"""What a new entry starts from: the owner's categories, what he entered last, and his rules; three queries."""

from dataclasses import dataclass

from accounts.models import Customer
from expenses.guesses import by_memory, by_rule
from expenses.models import DEFAULT_CATEGORIES, Category, Expense
from expenses.quick import Reading
from expenses.sorting_rules import rules_of

LOOKED_AT = 200  # entries, the latest days first


@dataclass(frozen=True, slots=True)
class Shelf:
    categories: list[str]
    entered: list[tuple[str, str, str]]  # note, category, kind; the latest first
    rules: dict[str, str]

    def last_category(self, kind: str = "spending") -> str:
        return next((category for _, category, of in self.entered if of == kind), "")

    def category_for(self, reading: Reading) -> str:
        """What the line names, else the owner's rule, else what the same note had, else the last one."""
        memory = by_memory(reading.note, ((note, category) for note, category, _ in self.entered))
        known = reading.category or by_rule(reading.note, self.rules) or memory
        return known or self.last_category(reading.kind) or ("Work" if reading.kind == "income" else "Other")


def shelf_of(owner: Customer) -> Shelf:
    latest = Expense.objects.of(owner).kept().filter(category__archived=False).order_by("-day", "-id")
    rows = latest.values_list("id", "note", "category__name", "kind")[:LOOKED_AT]
    entered = [row[1:] for row in sorted(rows, reverse=True)]
    return Shelf(categories_of(owner), entered, rules_of(owner))


def categories_of(owner: Customer) -> list[str]:
    return offered(list(Category.objects.of(owner).order_by("name")))


def offered(known: list[Category]) -> list[str]:
    """The names to choose from: not the archived ones; before there is a first category, the usual ones."""
    kept = (category.name for category in known if not category.archived and category.merged_into_id is None)
    return list(kept) if known else list(DEFAULT_CATEGORIES)
