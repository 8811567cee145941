"""Acts on what is owed: raise a due, correct it, let it off."""

import datetime
from copy import copy
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import fact
from accounts.models import Lender
from accounts.transactions import Refused, one_transaction
from ledger.acting import books_of
from ledger.actions.refusing import complete, complete_due, if_it_was_this, recorded_before
from ledger.models import Allocation, Due, Payment
from ledger.money import apart, format_money
from ledger.reminding import move_reminders
from ledger.seconding import need_second
from ledger.settling import post, release, settle
from ledger.telling import due_facts, payment_facts
from ledger.templatetags.money import month_name


@one_transaction
def add_due(due: Due) -> Due:
    """Raise a due; credit that waits pays it at once. due_on defaults to the last day of its month."""
    lender = Lender.load()
    with books_of([due.customer_id]) as books:
        complete_due(due, lender)
        mine = Due.objects.filter(customer=due.customer_id, month=due.month)
        if mine.filter(kind=due.kind, reference=due.reference).exists():
            raise Refused(_raised_already(due))
        due.save(force_insert=True)
        books.raised([due])
        settle([due.customer_id], lender)
        due.reread("paid")
        return due


@one_transaction
def change_due(due: Due, *, amount: Decimal | None = None, due_on: datetime.date | None = None) -> Due:
    """Correct a due's amount or day. What was paid above a lower amount becomes credit and is spread again.

    Lowering it lets off as much as a waiver, so it raises NeedsSecond above the same amount.
    """
    lender = Lender.load()
    with books_of([due.customer_id]) as books:
        due = Due.objects.get(customer=due.customer_id, pk=due.pk)
        before = copy(due)
        if due.loan_id and due.kind == Due.Kind.PRINCIPAL and amount not in (None, due.amount):
            raise Refused(_("This is a part of a loan that was given out. Waive or charge off what is to be let off."))
        books.raised([due], -1)
        due.amount = due.amount if amount is None else amount
        due.due_on = due_on or due.due_on
        complete_due(due, lender)
        books.raised([due])
        if due.amount < due.forgiven:
            told = {"amount": format_money(due.forgiven)}
            raise Refused(_("%(amount)s of this due is forgiven already; it cannot be less.") % told)
        need_second("lower", due.customer_id, before.amount - due.amount, lender, due=due.pk)
        if due.balance < 0:
            release({(due.customer_id, due.pk): -due.balance})
        Due.objects.filter(customer=due.customer_id, pk=due.pk).update(amount=due.amount, due_on=due.due_on)
        move_reminders(due, (due.due_on - before.due_on).days)
        changed = audit.changes(before, due, ("amount", "due_on"))
        books.tell(due.customer_id, "change_due", due_facts(due) | changed)
        settle([due.customer_id], lender)
        due.reread()
        return due


@one_transaction
def forgive_due(due: Due, payment: Payment) -> Payment:
    """Waive or charge off a part of one due: payment has that kind and the amount let off; no money moves.

    Reversed like any payment, after which the due is open again. Keys work as in record_payment. Raises Refused
    for more than the due's balance, NeedsSecond above the lender's amount.
    """
    lender = Lender.load()
    with books_of([payment.customer_id]) as books:
        if first := recorded_before(payment):
            whole = first.allocations.filter(customer=payment.customer_id, due=due, amount=first.amount)
            return if_it_was_this(first, whole.exists())
        if payment.kind not in Payment.FORGIVING:
            raise Refused(f"A due is let off by {' or '.join(Payment.FORGIVING)}, not by {payment.kind}.")
        complete(payment, lender)
        due = Due.objects.get(customer=payment.customer_id, pk=due.pk)
        if due.balance < payment.amount:
            told = {"open": format_money(due.balance), "amount": format_money(payment.amount)}
            raise Refused(_("Only %(open)s of this due is open; %(amount)s is too much.") % told)
        act = "waive" if payment.kind == Payment.Kind.WAIVER else "charge_off"
        need_second(act, due.customer_id, payment.amount, lender, due=due.pk)
        payment.save(force_insert=True)
        row = Allocation(customer_id=payment.customer_id, payment=payment, due=due, amount=payment.amount)
        post([row], forgiving=True)
        books.tell(
            payment.customer_id, "forgive_due", payment_facts(payment) | {"due": due.pk, "month": fact(due.month)}
        )
        payment.reread("applied")
        return payment


def _raised_already(due: Due) -> str:
    told = {
        "kind": due.get_kind_display(),
        "month": month_name(due.month),
        "reference": apart(repr(due.reference)),
    }
    if due.reference:
        return (
            _("%(kind)s for %(month)s with reference %(reference)s is already raised. Change that due instead.") % told
        )
    return _("%(kind)s for %(month)s is already raised. Change that due instead.") % told
