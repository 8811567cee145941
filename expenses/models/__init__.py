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
from expenses.models.receipts import Receipt
from expenses.models.rules import Correction, Rule
from expenses.models.splits import Part

__all__ = [
    "DEFAULT_CATEGORIES",
    "FIRST_DAY",
    "KEPT_IN_TRASH",
    "Category",
    "CategoryQuerySet",
    "Correction",
    "Expense",
    "ExpenseQuerySet",
    "Part",
    "Receipt",
    "Rule",
]
