"""Undo a payment by its mirror."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.messages import take_back
from accounts.models import Lender
from accounts.sentences import said
from accounts.transactions import Refused, one_transaction
from ledger.acting import books_of
from ledger.actions.refusing import refuse_date
from ledger.models import Allocation, Payment
from ledger.seconding import need_second
from ledger.settling import mirror, settle
from ledger.telling import payment_facts
from ledger.templatetags.money import day

MIRROR = said("Payment %(number)s is itself a reversal. Record a new payment instead.")
REVERSED = said("Payment %(number)s is already reversed.")
REFUNDED = said("Part of payment %(number)s was refunded since. Reverse the refund first.")


@one_transaction
def reverse_payment(payment: Payment, *, by: str = "", note: str = "", on: datetime.date | None = None) -> Payment:
    """Undo a payment or refund by its mirror, dated `on` (default today); other held credit then fills the gap.

    With money that settled a loan early goes the waiver of the interest that it was let off for. Returns the mirror.
    Raises Refused for what is reversed already, is itself a reversal, or was refunded since, and NeedsSecond above
    the lender's amount.
    """
    lender = Lender.load()
    with books_of([payment.customer_id]) as books:
        payment = Payment.objects.get(customer=payment.customer_id, pk=payment.pk)
        on = on or lender.today()
        if on < payment.received_on:
            before = _("A reversal cannot be dated before its payment, %(day)s.")
            raise Refused(before % {"day": day(payment.received_on)})
        refuse_date(on, lender)
        refuse_irreversible([payment])
        need_second("reverse", payment.customer_id, abs(payment.amount), lender, payment=payment.pk)
        twin, *others = mirror_all([payment, *_let_off_with(payment)], on=on, by=by, note=note)
        books.received([twin, *others])
        told = payment_facts(twin) | {"waiver": others[0].reverses_id} if others else payment_facts(twin)
        books.tell(payment.customer_id, "reverse_payment", told)
        take_back("receipt", payment.customer_id, payment.pk)
        settle([payment.customer_id], lender)
        return twin


def settling_key(payment: Payment) -> str:
    """The key of the waiver that stands or falls with the money that settled a loan early."""
    return f"settled-by-{payment.pk}"


def _let_off_with(payment: Payment) -> list[Payment]:
    mine = Payment.objects.filter(customer=payment.customer_id, kind=Payment.Kind.WAIVER, reversed=False)
    return list(mine.filter(key=settling_key(payment)))


def mirror_all(payments: Sequence[Payment], *, on: datetime.date, by: str, note: str) -> list[Payment]:
    """Reverse many payments whose customers are locked; the caller settles afterwards."""
    refuse_irreversible(payments)
    twins = Payment.objects.bulk_create([_twin(payment, on, by, note) for payment in payments])
    mirror(payments, twins)
    owned = {payment.customer_id for payment in payments}
    Payment.objects.filter(customer__in=owned, id__in=[payment.id for payment in payments]).update(reversed=True)
    return twins


def _twin(payment: Payment, on: datetime.date, by: str, note: str) -> Payment:
    return Payment(
        customer_id=payment.customer_id,
        kind=Payment.Kind.REVERSAL,
        amount=-payment.amount,
        received_on=on,
        starting=payment.starting,
        policy=payment.policy,
        channel=payment.channel,
        note=note,
        recorded_by=by,
        reverses=payment,
    )


def refuse_irreversible(payments: Sequence[Payment]) -> None:
    """Raise Refused for the first payment that no mirror may undo."""
    for payment in payments:
        if payment.kind == Payment.Kind.REVERSAL:
            raise Refused(MIRROR.of(number=payment.pk))
        if payment.reversed:
            raise Refused(REVERSED.of(number=payment.pk))
    receipts = [payment.id for payment in payments if payment.kind == Payment.Kind.RECEIPT]
    owned = {payment.customer_id for payment in payments}
    given_back = Allocation.objects.filter(customer__in=owned, payment__in=receipts).refunded().first()
    if given_back:
        raise Refused(REFUNDED.of(number=given_back["payment_id"]))
