"""What no act lets through, and what it fills in: amounts, dates, references, keys."""

import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Lender
from accounts.sentences import said
from accounts.transactions import Refused
from ledger.distribution import POLICIES
from ledger.models import Approval, Due, Payment
from ledger.money import LARGEST, apart, places, smallest, to_minor
from ledger.months import FIRST_YEAR, LAST_YEAR, last_day, month_of
from ledger.templatetags.money import day as shown_day

NO_POLICY = said("%(policy)s is not a policy. Take one of %(policies)s.")
NO_MONTH = said("A due's month is the first day of a month from %(first)s to %(last)s, not %(day)s.")
NO_YEAR = said("A due falls due in a year from %(first)s to %(last)s, not on %(day)s.")
REQUESTED = said("This form was already used, for request %(number)s. Open a fresh one.")
NO_KIND = said("%(kind)s is not a kind of due. Take one of %(kinds)s.")


class KeyReused(Refused):
    """An idempotency key came back with another body, or for another act."""

    def __init__(self, first: Payment, *, another_act: bool = False) -> None:
        self.first = first
        told = (
            _("This form was already used, for payment %(number)s.")
            if another_act
            else _(
                "This payment was already recorded as number %(number)s, with other figures. "
                "Look at your payments, then start a new one."
            )
        )
        super().__init__(told % {"number": first.pk}, code="key_reused")


def complete(payment: Payment, lender: Lender) -> None:
    """Fill in what was left to the lender's choice and refuse what may not stand."""
    sign = -1 if payment.kind == Payment.Kind.REFUND else 1
    payment.amount = sign * checked_amount(sign * payment.amount)
    payment.received_on = payment.received_on or lender.today()
    payment.policy = payment.policy or lender.distribution_policy
    if payment.policy not in POLICIES:
        raise Refused(NO_POLICY.of(policy=repr(payment.policy), policies=list(POLICIES)))
    if payment.starting and payment.starting != month_of(payment.starting):
        raise Refused(not_a_first_day(payment.starting))
    refuse_date(payment.received_on, lender)
    _refuse_known_reference(payment)


def complete_due(due: Due, lender: Lender) -> None:
    """The same for a due."""
    due.amount = checked_amount(due.amount)
    if due.month != month_of(due.month) or not FIRST_YEAR <= due.month.year <= LAST_YEAR:
        raise Refused(NO_MONTH.of(first=FIRST_YEAR, last=LAST_YEAR, day=due.month))
    due.due_on = due.due_on or last_day(due.month)
    if not FIRST_YEAR <= due.due_on.year <= LAST_YEAR:
        raise Refused(NO_YEAR.of(first=FIRST_YEAR, last=LAST_YEAR, day=due.due_on))
    if due.kind not in Due.Kind.values:
        raise Refused(NO_KIND.of(kind=repr(due.kind), kinds=Due.Kind.values))
    if lender.closed_through and last_day(due.month) <= lender.closed_through:
        raise Refused(_closed(lender))


def not_a_first_day(day: datetime.date) -> str:
    return _("The first month to fill is named by its first day, not %(day)s.") % {"day": apart(day)}


def _closed(lender: Lender) -> str:
    return _("The books are closed through %(day)s.") % {"day": shown_day(lender.closed_through)}


def checked_amount(amount: Decimal) -> Decimal:
    """The amount in the currency's own decimals. Raises Refused for what is not an amount of money to move."""
    if not amount.is_finite() or not smallest() <= amount <= LARGEST:
        told = {"smallest": smallest(), "largest": LARGEST, "amount": amount}
        raise Refused(_("An amount lies between %(smallest)s and %(largest)s, not %(amount)s.") % told)
    try:
        to_minor(amount)
    except ValueError:
        told = {"amount": amount, "places": places()}
        raise Refused(_("%(amount)s has more than %(places)s decimals.") % told) from None
    return amount.quantize(smallest())


def refuse_date(day: datetime.date, lender: Lender) -> None:
    if day > lender.today():
        raise Refused(_("%(day)s is in the future; a payment is dated today or earlier.") % {"day": apart(day)})
    if day.year < FIRST_YEAR:
        raise Refused(_("%(day)s is before %(year)s.") % {"day": apart(day), "year": FIRST_YEAR})
    if lender.closed_through and day <= lender.closed_through:
        raise Refused(_closed(lender))


def _refuse_known_reference(payment: Payment) -> None:
    if not payment.reference:
        return
    known = Payment.objects.filter(customer=payment.customer_id, reference=payment.reference, reversed=False).first()
    if known:
        told = {"reference": apart(repr(payment.reference)), "number": known.pk}
        raise Refused(_("Reference %(reference)s already stands for payment %(number)s.") % told)


def recorded_before(payment: Payment) -> Payment | None:
    """The first payment recorded under this key, if the request is the same."""
    if not payment.key:
        return None
    first = Payment.objects.filter(customer=payment.customer_id, key=payment.key).first()
    if first and not _same_request(first, payment):
        raise KeyReused(first)
    if first is None:
        _refuse_key_of_request(payment)
    return first


def _refuse_key_of_request(payment: Payment) -> None:
    """A request for a second person keeps its key; what it asks for is done under it only as it is confirmed."""
    asked = Approval.objects.filter(customer=payment.customer_id, key=payment.key)
    if request := asked.exclude(state=Approval.State.CONFIRMED).first():
        raise Refused(REQUESTED.of(number=request.pk), code="key_reused")


def if_it_was_this(first: Payment, this: bool) -> Payment:
    """What a key stands for, if the very act that comes with it now recorded it: bodies are alike in several acts."""
    if not this:
        raise KeyReused(first, another_act=True)
    return first


def _same_request(first: Payment, again: Payment) -> bool:
    """A date or policy that the retry leaves open was filled in by the first: it may be another day by now."""
    return (
        (first.kind, first.amount, first.starting, first.channel, first.reference, first.note)
        == (again.kind, again.amount, again.starting, again.channel, again.reference, again.note)
        and again.received_on in (None, first.received_on)
        and again.policy in ("", first.policy)
    )
