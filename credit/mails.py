"""What a customer is told of a decision: the answer and where to read it, never the score."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.messages import Letter, Letters
from accounts.models import Customer, Message
from credit.models import Decision
from ledger.money import format_money


def decisions(customer: Customer, rows: Sequence[Message]) -> Letters:
    """None for a decision that another one took the place of; that one has its own message."""
    mine = Decision.objects.of(customer)
    numbers = [int(row.about) for row in rows]
    found = mine.filter(pk__in=numbers).select_related("request").in_bulk()
    for number in mine.filter(overrides__in=numbers).values_list("overrides", flat=True):
        found.pop(number or 0, None)
    return {row.pk: _letter(decision) for row in rows if (decision := found.get(int(row.about)))}


def _letter(decision: Decision) -> Letter:
    told = {"amount": format_money(decision.request.amount)}
    read, path = _("Read the letter"), reverse("credit_decision", args=[decision.request_id])
    if decision.verdict == Decision.Verdict.APPROVED:
        says = [
            _("You asked us for %(amount)s. Your request is approved.") % told,
            _("The page shows what you repay, and when."),
        ]
        return Letter(_("Your request for %(amount)s is approved") % told, says, more=read, path=path)
    says = [
        _("You asked us for %(amount)s. We cannot lend it to you now.") % told,
        _("The page tells the reasons, and what would change the answer."),
    ]
    return Letter(_("The answer to your request for %(amount)s") % told, says, more=read, path=path)
