"""What stands on several pages of the notebook: the new entry, what was just entered, and what waits to be sent."""

from decimal import Decimal
from typing import Any

from django import template

from expenses.forms import new_entry, new_key
from expenses.models import Expense
from expenses.recent import shelf_of
from expenses.sealing import public_key
from expenses.sorting_rules import offer_after
from ledger.money import format_money

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


@register.filter
def of_currency(entry: Expense) -> str:
    """The entry's amount in its own currency."""
    return format_money(entry.amount, entry.currency)


@register.filter
def money_in(amount: Decimal, currency: str) -> str:
    """A sum of another currency than the notebook's own."""
    return format_money(amount, currency)
