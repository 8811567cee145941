"""A notebook in which every field of every noun holds a word, or an amount, that stands nowhere else.

The nouns are found among the models, so that a new one is filled as well, or fails here until SPECIAL says how.
"""

import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import Customer
from expenses.own_data import nouns
from ledger.money import MoneyField

WORD = "zanzibarcanary"
AMOUNT = Decimal("91827.36")
AS_WRITTEN = (WORD, "91827.36", "91,827.36", "9182736")
DAY = datetime.date(2026, 1, 1)
# What a constraint leaves no choice about, by noun.
ASKED = dict.fromkeys(("key", "text", "question", "answer", "why"), WORD)
SPECIAL: dict[str, dict[str, Any]] = {
    "expense": {"currency": "", "trashed_at": None},
    "statement": {
        "state": "ready", "taken_at": None, "reverted_at": None, "answers": {WORD: WORD}, "sample": [[WORD], [WORD]],
        "asked": [ASKED | {"choices": [{"value": WORD, "label": WORD}]}], "problems": [[1, WORD, WORD]],
        "set_aside": [[2, WORD, WORD]],
    },
    "statementrow": {"decision": ""},
}  # fmt: skip


def fill(owner: Customer) -> dict[str, Any]:
    """One row of each noun, by its name."""
    made: dict[str, Any] = {}
    for model in nouns():
        name = str(model._meta.model_name)
        row = model(**{field.name: _value(field, owner, made) for field in _open(model)})
        for field, value in SPECIAL.get(name, {}).items():
            setattr(row, field, value)
        row.save(force_insert=True)
        made[name] = row
    return made


def _open(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _value(field: Any, owner: Customer, made: dict[str, Any]) -> Any:
    if field.is_relation:
        return owner if field.related_model is Customer else made.get(str(field.related_model._meta.model_name))
    if field.choices:
        return field.choices[0][0]
    return next((value for kind, value in VALUES if isinstance(field, kind)), None) if not short(field) else "X"


def short(field: Any) -> bool:
    return bool(field.max_length) and field.max_length < len(WORD)


VALUES: list[tuple[Any, Any]] = [
    (MoneyField, AMOUNT),
    (models.CharField | models.TextField, WORD),
    (models.JSONField, [WORD]),
    (models.BinaryField, WORD.encode()),
    (models.DateTimeField, timezone.now()),
    (models.DateField, DAY),
    (models.BooleanField, False),
    (models.IntegerField, 1),
]


def texts_left_out(made: dict[str, Any]) -> list[str]:
    """Fields for words that hold none, beyond those that choose from a list or are too short."""
    return [
        f"{name}.{field.name}"
        for name, row in made.items()
        for field in _open(type(row))
        if isinstance(field, models.CharField | models.TextField | models.BinaryField | models.JSONField)
        and not field.choices
        and not short(field)
        and WORD not in str(getattr(row, field.name))
    ]
