"""Columns of the portal's lists: amounts with their currency, flush right (static/css/admin.css); what is kept for
programs; what somebody wrote."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.html import format_html
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
    return admin.display(column, description=label or named(name), ordering=name if stored else None)


def kept(name: str, label: "StrOrPromise" = "") -> Any:
    """A code, a digest, or JSON, as it is: the same in every language."""

    def column(row: Any) -> str:
        value = getattr(row, name)
        return format_html("<code>{}</code>", value if isinstance(value, str) else json.dumps(value))

    column.__name__ = f"kept_{name}"
    return admin.display(column, description=label or named(name))


def written(name: str, label: "StrOrPromise" = "") -> Any:
    """What somebody wrote, in his own language and its direction."""

    def column(row: Any) -> str:
        return format_html("<bdi>{}</bdi>", getattr(row, name))

    column.__name__ = f"written_{name}"
    return admin.display(column, description=label or named(name), ordering=name)


def named(name: str) -> "StrOrPromise":
    """As the field is named by itself."""
    return gettext_lazy(name.replace("_", " "))
