"""Ask for an act that takes a second person, confirm it, refuse it, or withdraw it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Entry, Fact, fact, record
from accounts.models import User
from accounts.transactions import Refused, lock, one_transaction
from ledger.actions import (
    KeyReused,
    change_due,
    charge_off_overdue,
    forgive_due,
    refund_credit,
    reverse_payment,
    take_back_loan,
)
from ledger.actions.refusing import REQUESTED
from ledger.models import Approval, Disbursement, Due, Payment
from ledger.seconding import NeedsSecond, confirming

Act, State = Approval.Act, Approval.State
TOLD = ("channel", "reference", "received_on")  # of a payment; its note is the reason of the request


class Stale(Refused):
    """What was asked for is no longer what would be done."""


@dataclass(frozen=True)
class Done:
    """What an act left behind: the payment it wrote, the due it lowered, the mirror of a loan, the number of a
    decision."""

    payment: Payment | None = None
    due: Due | None = None
    loan: Disbursement | None = None
    decision: int | None = None


# Acts of other rooms, which enter them when they are ready: this room may not import them.
ELSEWHERE: dict[str, Callable[[Approval], Done]] = {}


def paid_by(done: Done) -> Payment:
    """The payment that was written, by an act that always writes one."""
    if done.payment is None:
        raise RuntimeError("this act writes no payment")
    return done.payment


@one_transaction
def do_or_ask(wanted: Approval) -> Done | Approval:
    """Do it at once, or file it as a request where it takes a second person. Raises Refused for all else.

    A key that stands for a request stays with it: nothing else is done under it, and the same is answered by the
    request, or once that is confirmed by what it did.
    """
    lock([wanted.customer_id])
    if (first := _asked_before(wanted)) and first.state != State.CONFIRMED:
        return first
    try:
        return perform(wanted)
    except NeedsSecond:
        return ask(wanted)


@one_transaction
def ask(wanted: Approval) -> Approval:
    """File the unsaved request. The same key and body again return the first."""
    lock([wanted.customer_id])
    mine = Approval.objects.filter(customer=wanted.customer_id)
    if first := _asked_before(wanted):
        return first
    asked = mine.waiting().filter(act=wanted.act, asked_by=wanted.asked_by, key="")
    if not wanted.key and (first := next((one for one in asked if one.same_as(wanted)), None)):
        return first
    if wanted.payment and (waits := mine.waiting().filter(payment=wanted.payment).first()):
        told = {"number": waits.pk, "name": waits.asked_by, "payment": wanted.payment}
        raise Refused(_("Request %(number)s by %(name)s waits already for payment %(payment)s.") % told)
    wanted.state = State.WAITING
    wanted.save(force_insert=True)
    _tell(wanted, "ask_second_person", wanted.reason)
    return wanted


@one_transaction
def confirm(approval: Approval, by: str, note: str = "") -> Approval:
    """Do what was asked, exactly once, with everything looked at anew; the asker stands in the books as who did it."""
    row = _waiting(approval)
    if by == row.asked_by:
        raise Refused(_("Nobody confirms a request of his own. Ask a colleague."))
    if is_shut_out(row.asked_by, row.TO_ASK[row.act]):
        lost = _("%(name)s, who asked, may not do this any more. Refuse the request.")
        raise Refused(lost % {"name": row.asked_by})
    _decide(row, State.CONFIRMED, by, note)
    try:
        with confirming(row):
            done = perform(row)
    except (NeedsSecond, KeyReused):
        raise Stale(
            _("The books moved since this was asked: it is another amount now. Refuse it and ask anew.")
        ) from None
    if made := done.payment.pk if done.payment else done.decision:
        row.made = made
        Approval.objects.filter(customer=row.customer_id, pk=row.pk).update(made=row.made)
    return row


@one_transaction
def refuse(approval: Approval, by: str, note: str) -> Approval:
    """Another person says no, and why; who asked withdraws instead."""
    row = _waiting(approval)
    if by == row.asked_by:
        raise Refused(_("This request is your own. Withdraw it instead."))
    if not note.strip():
        raise Refused(_("Say why, so that the person who asked knows."))
    return _decide(row, State.REFUSED, by, note)


@one_transaction
def withdraw(approval: Approval, by: str) -> Approval:
    row = _waiting(approval)
    if by != row.asked_by:
        only = _("Only %(name)s, who asked, withdraws this request. Refuse it instead.")
        raise Refused(only % {"name": row.asked_by})
    return _decide(row, State.WITHDRAWN, by, "")


def is_shut_out(name: str, permission: str) -> bool:
    """Whether the person of this sign-in has lost it, or the right, since he asked. A program's name has no sign-in."""
    asker = User.objects.filter(username=name).first()
    return asker is not None and not asker.has_perm(permission)


def _asked_before(wanted: Approval) -> Approval | None:
    """The first request under this key, if it asks for the same. Expects the customer's lock."""
    if not wanted.key:
        return None
    first = Approval.objects.filter(customer=wanted.customer_id, key=wanted.key).first()
    if first and not first.same_as(wanted):
        raise Refused(REQUESTED.of(number=first.pk), code="key_reused")
    return first


def _waiting(approval: Approval) -> Approval:
    """The request as it is now, under its customer's lock. Raises Refused for one that is decided."""
    lock([approval.customer_id])
    row = Approval.objects.get(customer=approval.customer_id, pk=approval.pk)
    if row.state != State.WAITING:
        told = {"number": row.pk, "state": row.get_state_display(), "name": row.decided_by}
        raise Refused(_("Request %(number)s is already %(state)s, by %(name)s.") % told)
    return row


def _decide(row: Approval, state: str, by: str, note: str) -> Approval:
    told: dict[str, Any] = {"state": state, "decided_by": by, "decided_at": timezone.now(), "note": note}
    Approval.objects.filter(customer=row.customer_id, pk=row.pk).update(**told)
    for name, value in told.items():
        setattr(row, name, value)
    _tell(row, f"{state}_request", note)
    return row


def _tell(row: Approval, act: str, note: str) -> None:
    facts: dict[str, Fact] = {
        "request": row.pk,
        "for": row.act,
        "amount": fact(row.amount),
        "asked_by": row.asked_by,
        "note": note,
    }
    record([Entry(row.customer_id, act, facts)])


def perform(wanted: Approval) -> Done:
    """The act itself, the same whether it is done at once or confirmed later."""
    if other := ELSEWHERE.get(wanted.act):
        return other(wanted)
    match wanted.act:
        case Act.REVERSE:
            payment = Payment(customer_id=wanted.customer_id, pk=wanted.payment)
            return Done(reverse_payment(payment, by=wanted.asked_by, note=wanted.reason))
        case Act.REFUND:
            return Done(refund_credit(_payment_of(wanted)))
        case Act.LOWER:
            amount, day = lowered_to(wanted)
            return Done(due=change_due(_due_of(wanted), amount=amount, due_on=day))
        case Act.TAKE_BACK:
            loan = Disbursement(customer_id=wanted.customer_id, pk=wanted.loan)
            return Done(loan=take_back_loan(loan, by=wanted.asked_by, note=wanted.reason))
        case Act.CHARGE_OFF if wanted.due is None:
            return Done(charge_off_overdue(_payment_of(wanted)))
        case _:
            return Done(forgive_due(_due_of(wanted), _payment_of(wanted)))


def to_reverse(payment: Payment, by: str, reason: str) -> Approval:
    """The request to reverse one payment."""
    amount = abs(payment.amount)
    told = {"payment": payment.pk, "reason": reason, "asked_by": by}
    return Approval(customer_id=payment.customer_id, act=Act.REVERSE, amount=amount, **told)


def to_take_back(loan: Disbursement, by: str, reason: str) -> Approval:
    """The request to take back one loan."""
    told = {"loan": loan.pk, "reason": reason, "asked_by": by}
    return Approval(customer_id=loan.customer_id, act=Act.TAKE_BACK, amount=loan.amount, **told)


def to_pay(act: str, payment: Payment, due: Due | None = None) -> Approval:
    """The request for an act that writes this payment: a refund, or one that lets a due off (all overdue, without)."""
    return Approval(
        customer_id=payment.customer_id,
        act=act,
        amount=abs(payment.amount),
        due=due.pk if due else None,
        parameters={name: str(value) for name in TOLD if (value := getattr(payment, name))},
        reason=payment.note,
        asked_by=payment.recorded_by,
        key=payment.key,
    )


def to_change(due: Due, amount: Decimal | None, due_on: datetime.date | None, by: str, reason: str = "") -> Approval:
    """The request to correct a due; None stays as it is by then. Its amount is what the due is lowered by; only that
    can take a second person."""
    given = {"amount": amount, "due_on": due_on}
    told = {name: str(value) for name, value in given.items() if value is not None}
    owner, lowered = due.customer_id, Decimal(0) if amount is None else due.amount - amount
    return Approval(
        customer_id=owner, act=Act.LOWER, amount=lowered, due=due.pk, parameters=told, reason=reason, asked_by=by
    )


def lowered_to(row: Approval) -> tuple[Decimal | None, datetime.date | None]:
    """What a due is to be after the request to correct it; None stays as it is."""
    amount, day = row.parameters.get("amount"), row.parameters.get("due_on")
    return amount and Decimal(amount), day and datetime.date.fromisoformat(day)


def _due_of(wanted: Approval) -> Due:
    return Due(customer_id=wanted.customer_id, pk=wanted.due)


def _payment_of(wanted: Approval) -> Payment:
    """Unsaved; the act completes it. A day that was left open is the day of confirmation."""
    told = wanted.parameters
    kinds = {Act.REFUND: Payment.Kind.REFUND, Act.WAIVE: Payment.Kind.WAIVER, Act.CHARGE_OFF: Payment.Kind.CHARGE_OFF}
    payment = Payment(
        customer_id=wanted.customer_id,
        kind=kinds[Act(wanted.act)],
        amount=-wanted.amount if wanted.act == Act.REFUND else wanted.amount,
        channel=told.get("channel", ""),
        reference=told.get("reference", ""),
        note=wanted.reason,
        recorded_by=wanted.asked_by,
        key=wanted.key,
    )
    if day := told.get("received_on"):
        payment.received_on = datetime.date.fromisoformat(day)
    return payment
