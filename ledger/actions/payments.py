"""Acts on money: record it, spread it, hand held credit back."""

from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Customer, Lender
from accounts.transactions import Refused, one_transaction
from ledger.acting import books_of
from ledger.actions.refusing import complete, if_it_was_this, recorded_before
from ledger.models import Allocation, Payment
from ledger.money import format_money
from ledger.seconding import need_second
from ledger.settling import hand_over, post, settle


@one_transaction
def record_payment(payment: Payment) -> Payment:
    """Record money received and spread it over what is open.

    Takes an unsaved payment: customer, amount, and if need be starting, received_on (default today), policy
    (default the lender's), channel, reference, note, recorded_by, key. The same key and body again return the
    first payment. Raises Refused, or KeyReused for the same key with another body or of another act.
    """
    lender = Lender.load()
    with books_of([payment.customer_id]) as books:
        payment.kind = Payment.Kind.RECEIPT
        if first := recorded_before(payment):
            return if_it_was_this(first, not first.laid)
        complete(payment, lender)
        payment.save(force_insert=True)
        books.receipted(payment)
        settle([payment.customer_id], lender)
        payment.reread("applied")
        return payment


@one_transaction
def apply_payments(customer: Customer) -> None:
    """Spread whatever waits over whatever is open; again at no harm."""
    lender = Lender.load()
    with books_of([customer.pk]):
        settle([customer.pk], lender)


@one_transaction
def refund_credit(payment: Payment) -> Payment:
    """Hand held credit back to the customer: payment.amount is negative, money that leaves.

    The oldest held credit goes first. Keys work as in record_payment. Raises NeedsSecond above the lender's amount.
    """
    lender = Lender.load()
    with books_of([payment.customer_id]) as books:
        payment.kind = Payment.Kind.REFUND
        if first := recorded_before(payment):
            return first
        complete(payment, lender)
        left = -payment.amount
        waiting = list(Payment.objects.filter(customer=payment.customer_id).unapplied().order_by("id"))
        held = sum((giver.held for giver in waiting), Decimal(0))
        if held < left:
            told = {"held": format_money(held), "amount": format_money(left)}
            raise Refused(_("Only %(held)s is held as credit; %(amount)s cannot be refunded.") % told)
        need_second("refund", payment.customer_id, left, lender)
        payment.save(force_insert=True)
        books.received([payment])
        rows: list[Allocation] = []
        for giver in waiting:
            part = min(giver.held, left)
            left -= part
            rows += hand_over(giver, payment, part) if part else []
        post(rows)
        payment.reread("applied")
        return payment
