"""Columns of the portal's lists: amounts with their currency, flush right (static/css/admin.css)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from ledger.money import format_money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def amount(name: str, label: "StrOrPromise" = "", stored: bool = True) -> Callable[[Any], str]:
    """An attribute of the row as money; one that is `stored` can be sorted by."""

    def column(row: Any) -> str:
        value = getattr(row, name)
        return "–" if value is None else format_money(value)

    column.__name__ = f"money_{name}"  # the list makes the class of the cells from it
    title = label or gettext_lazy(name.replace("_", " "))
    return admin.display(column, description=title, ordering=name if stored else None)
