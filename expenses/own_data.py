"""Everything of one owner's: as a download, counted, and erased. What there is, is found among the app's models."""

import base64
import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import Customer, CustomerOwned
from accounts.transactions import one_transaction
from expenses.actions import locked

# How the models are called on the page, for the catalogue of words.
NAMES = (
    _("categories"), _("expenses"), _("receipts"), _("parts"), _("rules"), _("corrections"), _("limits"),
    _("things that recur"), _("days of what recurs"), _("answers about payments"), _("statements"),
    _("statement rows"), _("remembered answers"),
)  # fmt: skip
PIECE = 500  # rows fetched at a time; a receipt's row may be 5 MB, so those come one by one


def nouns() -> list[type[CustomerOwned]]:
    """Every model of the notebook, those first that others need."""
    left = list(apps.get_app_config("expenses").get_models())
    ordered: list[Any] = []
    while left:
        ready = [model for model in left if not _needs(model) & (set(left) - {model})]
        ordered += ready
        left = [model for model in left if model not in ready]
    return ordered


def _needs(model: type[Model]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}


def counted(owner: Customer) -> list[tuple[str, int]]:
    """("entries", 12) and so on, of what there is any."""
    found = ((model._meta.verbose_name_plural, _rows(model, owner).count()) for model in nouns())
    return [(gettext(str(name)), count) for name, count in found if count]


def _rows(model: type[CustomerOwned], owner: Customer) -> Any:
    return model._default_manager.filter(customer=owner)


def as_json(owner: Customer) -> Iterator[str]:
    """One JSON object: each noun's name with its rows; a file's bytes as base64."""
    yield "{"
    for place, model in enumerate(nouns()):
        yield f"{', ' if place else ''}{json.dumps(model._meta.model_name)}: ["
        names = [field.attname for field in model._meta.concrete_fields if field.name != "customer"]
        piece = 1 if any(field.get_internal_type() == "BinaryField" for field in model._meta.concrete_fields) else PIECE
        rows = _rows(model, owner).order_by("pk").values(*names).iterator(piece)
        for number, row in enumerate(rows):
            yield (",\n" if number else "\n") + json.dumps(row, default=_plain, ensure_ascii=False)
        yield "]"
    yield "}\n"


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime.date | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


@one_transaction
def erase_all(owner: Customer) -> None:
    """The whole notebook, its trash too, at once and for good."""
    locked(owner)
    for model in reversed(nouns()):
        rows = _rows(model, owner)
        rows._raw_delete(using=rows.db)
