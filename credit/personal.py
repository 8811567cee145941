"""What lending again holds on a customer: figures and verdicts stay under the number, words go."""

import datetime
from collections.abc import Iterator

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.holdings import PARTS, Holding, Part, erased, hushed, kept, nobodys
from accounts.models import Customer, Lender
from accounts.personal import WHO
from credit.models import CreditRequest, Decision

FIGURES = kept("figures, and sentences that Duebook makes of them")

HOLDINGS = (
    Holding(
        "credit.CreditRequest",
        "what he asked to borrow",
        fates={"key": erased(why="a program may have put words in it", shown=False), "asked_by": WHO},
    ),
    Holding(
        "credit.Decision",
        "what was decided, and why",
        fates={
            "reasons": FIGURES,
            "changes": FIGURES,
            "figures": FIGURES,
            "decided_by": WHO,
            "reason": hushed("reason"),
            "confirmed_by": WHO,
        },
    ),
    Holding("credit.Outcome", "whether he defaulted", fates={"percents": kept("percentages by year")}),
    nobodys("credit.CreditPolicy", "the lender's rules"),
    nobodys("credit.Training", "counts over everybody"),
    nobodys("credit.Activation", "of a model"),
    nobodys("credit.ScoringModel", "made of everybody's figures; no row of it is anybody's"),
    nobodys("credit.Watch", "counts over everybody"),
)

PLAIN = frozenset({
    "request", "decision", "verdict", "method", "score", "credit_policy", "model", "overrides",
    "instalments", "instalment",
})  # fmt: skip


def refusals(customer: Customer, lender: Lender) -> Iterator[str]:
    if waits := CreditRequest.objects.of(customer).waiting().first():
        told = {"number": waits.pk, "customer": customer.pk}
        yield _("Credit request %(number)s of customer %(customer)s waits for a manager. Decide it first.") % told


def last_entry(customer: Customer) -> datetime.date | None:
    """A decision is kept as long as money is: whoever was declined may ask why."""
    last: datetime.datetime | None = Decision.objects.of(customer).aggregate(last=Max("decided_at"))["last"]
    return last.date() if last else None


PARTS["credit"] = Part(HOLDINGS, refusals, last_entry, plain_facts=PLAIN)
