"""Acts on loans: give one out with all its dues, take it back, settle it early."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import Facts, fact
from accounts.models import Lender
from accounts.transactions import Refused, one_transaction
from ledger import late_fees
from ledger.acting import books_of
from ledger.actions.refusing import checked_amount, complete, complete_due, if_it_was_this, recorded_before, refuse_date
from ledger.actions.reversing import settling_key
from ledger.loans import settlement_of
from ledger.models import Allocation, Disbursement, Due, Payment
from ledger.money import apart, format_money
from ledger.months import last_day
from ledger.seconding import is_above, limit_of, need_second
from ledger.settlement import OpenPart, Settlement
from ledger.settling import post, settle
from ledger.templatetags.money import day, month_name

OF_A_LOAN = ("amount", "paid_on", "reference", "channel", "note")


@one_transaction
def give_loan(loan: Disbursement, dues: Sequence[Due]) -> Disbursement:
    """Record money given out, and raise the dues that bring it back; credit that waits pays them at once.

    Takes an unsaved loan (customer, amount, reference; paid_on defaults to today) and its unsaved dues of principal
    and interest, which get its customer and reference. Raises Refused where the principal is not the amount.
    """
    lender = Lender.load()
    with books_of([loan.customer_id]) as books:
        _complete_loan(loan, lender)
        _complete_dues(loan, dues, lender)
        loan.save(force_insert=True)
        for due in dues:
            due.loan = loan
        Due.objects.bulk_create(dues)
        books.raised(dues)
        books.tell(loan.customer_id, "give_loan", _facts(loan, dues))
        settle([loan.customer_id], lender)
        return loan


@one_transaction
def take_back_loan(loan: Disbursement, *, by: str = "", note: str = "") -> Disbursement:
    """Undo a loan given by mistake by its mirror, and withdraw its dues with the late fees that they bore.

    Only while nothing of them is filled. Returns the mirror. Raises NeedsSecond above the lender's amount for
    reversals.
    """
    lender = Lender.load()
    with books_of([loan.customer_id]) as books:
        loan = _standing(loan)
        dues = _dues_and_fees(loan)
        _refuse_begun(dues, lender)
        need_second("take_back", loan.customer_id, loan.amount, lender, loan=loan.pk)
        twin = _mirror(loan, lender.today(), by, note)
        refuse_date(twin.paid_on, lender)
        twin.save(force_insert=True)
        Disbursement.objects.filter(customer=loan.customer_id, pk=loan.pk).update(reversed=True)
        rows = Due.objects.filter(customer=loan.customer_id, pk__in=[due.pk for due in dues])
        rows.update(withdrawn_at=timezone.now())
        books.raised(dues, -1)
        books.tell(loan.customer_id, "take_back_loan", _facts(twin, dues) | {"reverses": loan.pk})
        return twin


@one_transaction
def settle_early(loan: Disbursement, payment: Payment) -> Payment:
    """Record the money that settles a loan: it fills the loan's own dues, and the interest not yet due is waived.

    payment.amount is what the settlement comes to on its day. Keys work as in record_payment. Raises Refused for
    another amount. The rule lets the interest off, not a person, so no second one is asked; but interest that a date
    in the past would let off, though it has fallen due by today, is bounded like a waiver. Reversing the money opens
    the interest again.
    """
    lender = Lender.load()
    owner = loan.customer_id
    with books_of([owner]) as books:
        payment.kind = Payment.Kind.RECEIPT
        if first := recorded_before(payment):
            return if_it_was_this(first, _settled(loan, first))
        complete(payment, lender)
        loan = _standing(loan)
        told = _agreed(loan, payment)
        _refuse_fallen_due(told, lender)
        payment.laid = True
        payment.save(force_insert=True)
        books.receipted(payment)
        post(_allocations(payment, told.paid))
        facts: Facts = {"loan": loan.pk, "payment": payment.pk, "reference": loan.reference}
        if told.let_off:
            waiver = _waiver(payment, loan, told.let_off)
            waiver.save(force_insert=True)
            books.received([waiver])
            post(_allocations(waiver, told.left_out), forgiving=True)
            facts = {**facts, "waiver": waiver.pk, "let_off": fact(told.let_off)}
        books.tell(owner, "settle_early", {**facts, "amount": fact(payment.amount), "on": fact(payment.received_on)})
        payment.reread("applied")
        return payment


def _settled(loan: Disbursement, payment: Payment) -> bool:
    """Whether this money was laid on the loan's own dues, and not for what was charged off."""
    on_it = payment.allocations.filter(customer=payment.customer_id, due__loan=loan.pk)
    return payment.laid and not payment.recovered and on_it.exists()


def _complete_loan(loan: Disbursement, lender: Lender) -> None:
    loan.amount = checked_amount(loan.amount)
    loan.paid_on = loan.paid_on or lender.today()
    refuse_date(loan.paid_on, lender)
    if not loan.reference.strip():
        raise Refused(_("A loan has a reference, by which its dues are found."))
    mine = Disbursement.objects.filter(customer=loan.customer_id, reference=loan.reference)
    if first := mine.standing().first():
        told = {"reference": apart(repr(loan.reference)), "number": first.pk}
        raise Refused(_("Reference %(reference)s already stands for loan %(number)s.") % told)


def _complete_dues(loan: Disbursement, dues: Sequence[Due], lender: Lender) -> None:
    for due in dues:
        due.customer_id, due.reference = loan.customer_id, loan.reference
        complete_due(due, lender)
    principal = sum((due.amount for due in dues if due.kind == Due.Kind.PRINCIPAL), Decimal(0))
    if principal != loan.amount:
        told = {"part": format_money(principal), "amount": format_money(loan.amount)}
        raise Refused(_("The instalments bring back %(part)s of %(amount)s.") % told)
    if any(due.kind not in (Due.Kind.PRINCIPAL, Due.Kind.INTEREST) for due in dues):
        raise Refused(_("A loan is brought back by dues of principal and interest only."))
    named = {(due.month, due.kind) for due in dues}
    known = Due.objects.filter(
        customer=loan.customer_id, reference=loan.reference, month__in=[due.month for due in dues]
    )
    if len(named) < len(dues) or any(pair in named for pair in known.values_list("month", "kind")):
        once = _("A month bears principal and interest with reference %(reference)s once each.")
        raise Refused(once % {"reference": apart(repr(loan.reference))})


def _standing(loan: Disbursement) -> Disbursement:
    """The loan as it is now, under its customer's lock."""
    row = Disbursement.objects.filter(customer=loan.customer_id, pk=loan.pk).first()
    if row is None or row.reverses_id:
        raise Refused(_("There is no loan %(number)s.") % {"number": loan.pk})
    if row.reversed:
        raise Refused(_("Loan %(number)s is taken back already.") % {"number": row.pk})
    return row


def _dues_and_fees(loan: Disbursement) -> list[Due]:
    """The loan's dues, and the late fees that these bore."""
    mine = Due.objects.filter(customer=loan.customer_id)
    dues = list(mine.filter(loan=loan.pk))
    references = [late_fees.reference(due.pk) for due in dues]
    return [*dues, *mine.filter(kind=Due.Kind.FEE, reference__in=references)]


def _refuse_begun(dues: Sequence[Due], lender: Lender) -> None:
    """Raise Refused where something is paid or let off, or a closed month would lose a due."""
    if begun := next((due for due in dues if due.paid or due.forgiven), None):
        told = {"amount": format_money(begun.paid + begun.forgiven), "month": month_name(begun.month)}
        raise Refused(_("%(amount)s of %(month)s is filled already. Reverse what filled it first.") % told)
    if lender.closed_through and any(last_day(due.month) <= lender.closed_through for due in dues):
        lies = _("The books are closed through %(day)s, and a due of this loan lies in them.")
        raise Refused(lies % {"day": day(lender.closed_through)})


def _mirror(loan: Disbursement, on: datetime.date, by: str, note: str) -> Disbursement:
    return Disbursement(
        customer_id=loan.customer_id,
        amount=-loan.amount,
        paid_on=max(on, loan.paid_on),
        reference=loan.reference,
        channel=loan.channel,
        note=note,
        recorded_by=by,
        reverses=loan,
    )


def _agreed(loan: Disbursement, payment: Payment) -> Settlement:
    """The settlement on the payment's day, if that is what the payment brings."""
    if payment.received_on < loan.paid_on:
        given = _("The loan was given on %(day)s; nothing settled it before.")
        raise Refused(given % {"day": day(loan.paid_on)})
    told = settlement_of(loan, payment.received_on)
    if not told.amount:
        nothing = _("Nothing is to be paid for loan %(number)s on %(day)s.")
        raise Refused(nothing % {"number": loan.pk, "day": day(payment.received_on)})
    if payment.amount != told.amount:
        amounts = {"amount": format_money(told.amount), "other": format_money(payment.amount)}
        other = _("On %(day)s %(amount)s settles this loan, not %(other)s. Look again.")
        raise Refused(other % {"day": day(payment.received_on), **amounts})
    return told


def _refuse_fallen_due(told: Settlement, lender: Lender) -> None:
    """The day of the money is chosen by who records it: it may not let off more than that person may waive."""
    owed, limit = told.let_off_by(lender.today()), limit_of("waive", lender)
    if limit is not None and is_above(owed, limit):
        fallen = _(
            "%(amount)s of the interest that this lets off has fallen due by today, and one person may "
            "waive up to %(limit)s alone. Settle it as of today, or waive that interest first: "
            "a second person confirms it."
        )
        raise Refused(fallen % {"amount": format_money(owed), "limit": format_money(limit)})


def _waiver(payment: Payment, loan: Disbursement, amount: Decimal) -> Payment:
    return Payment(
        customer_id=payment.customer_id,
        kind=Payment.Kind.WAIVER,
        amount=amount,
        received_on=payment.received_on,
        policy=payment.policy,
        note=f"interest not yet due of loan {loan.pk}, settled early by payment {payment.pk}",
        recorded_by=payment.recorded_by,
        key=settling_key(payment),
    )


def _allocations(payment: Payment, parts: Sequence[OpenPart]) -> list[Allocation]:
    return [
        Allocation(customer_id=payment.customer_id, payment=payment, due_id=part.due, amount=part.balance)
        for part in parts
    ]


def _facts(loan: Disbursement, dues: Sequence[Due]) -> dict[str, audit.Fact]:
    days = sorted(due.due_on for due in dues)
    interest = sum((due.amount for due in dues if due.kind == Due.Kind.INTEREST), Decimal(0))
    told = {"loan": loan.pk, **audit.values(loan, OF_A_LOAN), "dues": len(dues), "interest": fact(interest)}
    return told | {"first_on": fact(days[0]), "last_on": fact(days[-1])} if days else told
