"""The nouns of the private notebook."""

from expenses.models.notebook import (
    DEFAULT_CATEGORIES,
    FIRST_DAY,
    KEPT_IN_TRASH,
    Category,
    CategoryQuerySet,
    Expense,
    ExpenseQuerySet,
)

__all__ = [
    "DEFAULT_CATEGORIES",
    "FIRST_DAY",
    "KEPT_IN_TRASH",
    "Category",
    "CategoryQuerySet",
    "Expense",
    "ExpenseQuerySet",
]
