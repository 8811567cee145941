"""The nouns of the private notebook."""

from expenses.models.limits import Limit, LimitQuerySet
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
from expenses.models.recurring import Occurrence, Recurring, RecurringQuerySet
from expenses.models.rules import Correction, Rule
from expenses.models.sameness import SamePayment, SamePaymentQuerySet
from expenses.models.splits import Part
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
    "Correction",
    "Expense",
    "ExpenseQuerySet",
    "Limit",
    "LimitQuerySet",
    "Occurrence",
    "Part",
    "Receipt",
    "Recurring",
    "RecurringQuerySet",
    "RememberedAnswers",
    "Rule",
    "SamePayment",
    "SamePaymentQuerySet",
    "Statement",
    "StatementQuerySet",
    "StatementRow",
    "StatementRowQuerySet",
]
