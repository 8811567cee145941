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
from expenses.models.statements import (
    RememberedAnswers,
    Statement,
    StatementQuerySet,
    StatementRow,
    StatementRowQuerySet,
)

__all__ = [
    "DEFAULT_CATEGORIES",
    "FIRST_DAY",
    "KEPT_IN_TRASH",
    "Category",
    "CategoryQuerySet",
    "Expense",
    "ExpenseQuerySet",
    "RememberedAnswers",
    "Statement",
    "StatementQuerySet",
    "StatementRow",
    "StatementRowQuerySet",
]
