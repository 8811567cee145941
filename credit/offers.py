"""What an amount costs under the lender's terms: its schedule, all the interest, and the yearly rate."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.sentences import sentence_of
from credit.models import CreditPolicy, CreditRequest
from credit.schedule import LONGEST, DueDay, Interest, NeverPaidBack, Schedule, Terms, schedule, yearly_rate
from credit.wording import rate_words
from ledger.actions import Refused
from ledger.models import Due
from ledger.money import format_money, smallest
from ledger.months import month_of


@dataclass(frozen=True, slots=True)
class Offer:
    """A schedule that begins with money given on a day."""

    plan: Schedule
    given_on: datetime.date

    @property
    def yearly_rate(self) -> Decimal | None:
        """Effective, in percent; None where the first day already asks for more than was given."""
        paid = [(row.due_on, row.payment) for row in self.plan.rows]
        return yearly_rate(self.plan.principal, self.given_on, paid)

    @property
    def rate(self) -> str:
        return rate_words(self.yearly_rate)

    def dues(self) -> list[Due]:
        """Unsaved: for each month the principal, and the interest where there is any."""
        rows = []
        for row in self.plan.rows:
            told = {"month": row.month, "due_on": row.due_on}
            parts = ((Due.Kind.PRINCIPAL, row.principal), (Due.Kind.INTEREST, row.interest))
            rows += [Due(kind=kind, amount=amount, **told) for kind, amount in parts if amount]
        return rows


def offer_of(request: CreditRequest, policy: CreditPolicy, given_on: datetime.date) -> Offer:
    """What the request would be repaid in if it were given on that day; a first month that is over by then is that
    day's. Raises Refused."""
    first = max(request.month, month_of(given_on))
    try:
        terms = Terms(
            principal=request.amount,
            annual_rate=policy.annual_rate,
            periods=0 if request.instalment else request.instalments,
            instalment=request.instalment,
            interest=Interest(policy.interest),
            smallest=smallest(),
            unit=policy.round_to,
        )
        plan = schedule(terms, first, DueDay(policy.due_day), given_on.day)
    except NeverPaidBack as never:
        raise Refused(_never(never)) from None
    except ValueError as error:
        raise Refused(sentence_of(error)) from None
    return Offer(plan, given_on)


def _never(why: NeverPaidBack) -> str:
    told = {"instalment": format_money(why.instalment), "principal": format_money(why.principal), "months": LONGEST}
    if why.interest_is_more:
        return _("Instalments of %(instalment)s never pay back %(principal)s: the interest is as much.") % told
    return _("Instalments of %(instalment)s pay back %(principal)s in more than %(months)s months.") % told
