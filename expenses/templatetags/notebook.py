"""What stands on several pages of the notebook: the new entry, what was just entered, and what waits to be sent."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expenses.forms import new_entry, new_key
from expenses.models import Expense
from expenses.recent import shelf_of
from expenses.sealing import public_key
from expenses.sorting_rules import offer_after
from ledger.money import active_locale, apart, format_money

register = template.Library()


@register.inclusion_tag("expenses/quick_card.html", takes_context=True)
def quick_add(context: Any, alone: bool = False) -> dict[str, Any]:
    """The one line and the fields. `alone` on a page: the cursor stands in the line, and the fields are open."""
    request = context["request"]
    shelf = shelf_of(request.user.customer)
    form = context.get("form") or new_entry(request.lender.today(), shelf.last_category())
    told = {name: context.get(name, "") for name in ("line", "problem")}
    seal = public_key(request.user.customer)
    again = {"csrf_token": context.get("csrf_token"), "request": request}
    return told | again | {
        "form": form, "line_key": new_key(), "categories": shelf.categories, "alone": alone, "seal": seal
    }  # fmt: skip


@register.inclusion_tag("expenses/just_done.html", takes_context=True)
def just_done(context: Any) -> dict[str, Any]:
    """What was entered a moment ago, with its undo; and the rule that a second correction suggests."""
    request = context["request"]
    entered, changed = (_named(request, name) for name in ("entered", "changed"))
    offer = offer_after(request.user.customer, changed) if changed else None
    return {"entered": entered, "changed": changed, "offer": offer, "csrf_token": context.get("csrf_token")}


def _named(request: Any, name: str) -> Expense | None:
    number = request.GET.get(name, "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    mine = Expense.objects.of(request.user.customer).kept()
    return mine.filter(pk=int(number)).select_related("category").first()


# A number of each plural category that a browser may name.
CATEGORIES = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}


@register.simple_tag
def waiting_words() -> str:
    """What static/js/notebook-send.js says, as JSON; where it counts, a sentence for each plural category."""
    return json.dumps(
        {
            "waits": _of_each(
                lambda n: ngettext(
                    "%(n)s entry waits on this device to be sent.", "%(n)s entries wait on this device to be sent.", n
                )
            ),
            "sent": _of_each(
                lambda n: ngettext(
                    "%(n)s entry was sent to the notebook.", "%(n)s entries were sent to the notebook.", n
                )
            ),
            "leave": _of_each(
                lambda n: ngettext(
                    "%(n)s entry waits on this device and could not be sent. Sign out and lose it?",
                    "%(n)s entries wait on this device and could not be sent. Sign out and lose it?",
                    n,
                )
            ),
            "unclear": _("An entry that you wrote without a network is not clear: %(line)s. %(problem)s"),
            "forget": _("I have entered it again: forget it"),
            "unkept": _("This device cannot keep entries now. Note it elsewhere, please, and enter it later."),
            "lost": _(
                "The last entry could not be sent, and this device could not keep it. Enter it again later, please."
            ),
        },
        ensure_ascii=False,
    )


def _of_each(say: Callable[[int], str]) -> dict[str, str]:
    return {category: say(number) for category, number in CATEGORIES.items()}


@register.filter
def of_currency(entry: Expense) -> str:
    """The entry's amount in its own currency."""
    return format_money(entry.amount, entry.currency)


@register.filter
def named(entry: Any) -> str:
    """The category and the note of an entry, or of what was seen to recur."""
    category, note = (
        (entry["category"], entry["note"]) if isinstance(entry, dict) else (entry.category.name, entry.note)
    )
    return f"{category} {_('“%(name)s”') % {'name': note}}" if note else category


@register.filter
def kind_word(entry: Expense) -> str:
    """In a list there is room for one word."""
    return _("transfer") if entry.kind == Expense.Kind.TRANSFER else entry.get_kind_display()


@register.filter
def in_percent(share: Decimal) -> str:
    """12.50 %, with the decimal mark that amounts have."""
    return apart(f"{format_decimal(share, '0.00', locale=active_locale())} %")


@register.filter
def money_in(amount: Decimal, currency: str) -> str:
    """A sum of another currency than the notebook's own."""
    return format_money(amount, currency)
