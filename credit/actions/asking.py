"""Ask for credit and withdraw: the decision falls under the customer's lock, and an approval gives at once."""

import datetime
from copy import copy
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import Entry, Fact, fact, record, values
from accounts.hooks import Told, tell
from accounts.messages import put, take_back
from accounts.models import Event, Lender
from accounts.transactions import lock, one_transaction
from credit.deciding import decide
from credit.giving import give
from credit.models import CreditPolicy, CreditRequest, Decision
from credit.offers import offer_of
from ledger.actions import Refused, checked_amount
from ledger.months import add_months, month_of

State = CreditRequest.State
FURTHEST = 24  # months ahead
STATES = {
    Decision.Verdict.APPROVED: State.APPROVED,
    Decision.Verdict.DECLINED: State.DECLINED,
    Decision.Verdict.REFERRED: State.WAITING,
}


@one_transaction
def ask(wanted: CreditRequest) -> Decision:
    """Keep the unsaved request with its decision; an approval gives in the same transaction.

    Takes customer, month, amount, method, asked_by, and if need be instalments and key. The same key and body again
    return the first decision. Raises Refused.
    """
    lender = Lender.load()
    policy = CreditPolicy.on(lender.today())
    lock([wanted.customer_id])
    mine = CreditRequest.objects.filter(customer=wanted.customer_id)
    if wanted.key and (first := mine.filter(key=wanted.key).first()):
        return _asked_before(first, wanted)
    complete_request(wanted, policy, lender.today())
    if waits := mine.waiting().first():
        told = {"number": waits.pk}
        raise Refused(_("Request %(number)s waits for a decision already. Withdraw it, or wait for the answer.") % told)
    decision = decide(wanted, policy)
    wanted.state = STATES[Decision.Verdict(decision.verdict)]
    wanted.save(force_insert=True)
    record([Entry(wanted.customer_id, "ask_credit", _facts(wanted))])
    return _keep(wanted, decision)


@one_transaction
def file_decision(decision: Decision) -> Decision:
    """Keep a decision by which somebody overrides the latest one; an approval gives. Raises Refused.

    Takes request, method, verdict, threshold, policy, as_of, overrides, decided_by and reason, unsaved.
    """
    row = still_open(decision)
    row.state = STATES[Decision.Verdict(decision.verdict)]
    mine = CreditRequest.objects.filter(customer=row.customer_id, pk=row.pk)
    mine.update(state=row.state)
    return _keep(row, decision)


@one_transaction
def withdraw(request: CreditRequest, by: str) -> CreditRequest:
    """Take back a request that waits. Raises Refused for one that is decided."""
    lock([request.customer_id])
    row = CreditRequest.objects.get(customer=request.customer_id, pk=request.pk)
    if row.state != State.WAITING:
        told = {"state": row.get_state_display()}
        raise Refused(_("This request is already %(state)s. There is nothing to withdraw.") % told)
    row.state, row.withdrawn_at = State.WITHDRAWN, timezone.now()
    mine = CreditRequest.objects.filter(customer=row.customer_id, pk=row.pk)
    mine.update(state=row.state, withdrawn_at=row.withdrawn_at)
    record([Entry(row.customer_id, "withdraw_credit", {"request": row.pk, "amount": fact(row.amount)})])
    return row


def _keep(request: CreditRequest, decision: Decision) -> Decision:
    decision.request = request
    decision.save(force_insert=True)
    facts: dict[str, Fact] = {
        "request": request.pk,
        "decision": decision.pk,
        "verdict": decision.verdict,
        "method": decision.method,
        "score": None if decision.score is None else f"{decision.score.normalize():f}",
        "credit_policy": decision.policy_id,
        "model": decision.model_id,
        "overrides": decision.overrides_id,
        "note": decision.reason,
    }
    told = {name: value for name, value in facts.items() if value not in (None, "")}
    record([Entry(request.customer_id, "decide_credit", told)])
    if decision.overrides_id:
        take_back("decision", request.customer_id, decision.overrides_id)
    if decision.verdict != Decision.Verdict.REFERRED:
        put("decision", request.customer_id, decision.pk)
    tell([_told(request, decision)])
    if decision.verdict == Decision.Verdict.APPROVED:
        give(request, decision)
    return decision


def _told(request: CreditRequest, decision: Decision) -> Told:
    """What the lender's programs hear: the answer, not how it came about."""
    facts: dict[str, Fact] = {
        "decision": decision.pk,
        "request": request.pk,
        "verdict": decision.verdict,
        "method": decision.method,
        "amount": fact(request.amount),
        "currency": settings.CURRENCY,
        "month": fact(request.month),
        "overrides": decision.overrides_id,
    }
    return Told(Event.DECISION_MADE, request.customer_id, decision.pk, facts)


def _asked_before(first: CreditRequest, again: CreditRequest) -> Decision:
    again = copy(again)
    again.amount = checked_amount(again.amount)
    again.instalment = again.instalment and checked_amount(again.instalment)
    if not first.same_as(again):
        said = _("This form was already used, for request %(number)s. Open a fresh one.") % {"number": first.pk}
        raise Refused(said, code="key_reused")
    return Decision.objects.get(customer=first.customer_id, request=first, overrides=None)


def still_open(decision: Decision) -> CreditRequest:
    """The request as it is now, under its customer's lock, whose latest decision is the one to be overridden."""
    lock([decision.customer_id])
    row = CreditRequest.objects.get(customer=decision.customer_id, pk=decision.request_id)
    if row.state not in (State.WAITING, State.DECLINED):
        raise Refused(_("This request is already %(state)s.") % {"state": row.get_state_display()})
    latest = Decision.objects.filter(customer=row.customer_id, request=row).first()
    if latest is None or latest.pk != decision.overrides_id:
        raise Refused(_("This request was decided anew meanwhile. Look at it again."))
    return row


def complete_request(wanted: CreditRequest, policy: CreditPolicy, today: datetime.date) -> None:
    """Fill in what follows from the rest; refuse what the policy does not allow."""
    wanted.amount = checked_amount(Decimal(wanted.amount))
    this_month = month_of(today)
    if wanted.month != month_of(wanted.month) or not this_month <= wanted.month <= add_months(this_month, FURTHEST):
        months = {"first": this_month, "last": add_months(this_month, FURTHEST), "month": wanted.month}
        told = {name: f"{month:%Y-%m}" for name, month in months.items()}
        raise Refused(_("Credit is asked for a month from %(first)s to %(last)s, not %(month)s.") % told)
    if wanted.method not in ("percentage", "model") or not policy.allows(wanted.method):
        told = {"methods": policy.get_methods_display(), "method": repr(wanted.method)}
        raise Refused(_("The lender decides by %(methods)s, not by %(method)s.") % told)
    if wanted.instalment:
        wanted.instalment = checked_amount(Decimal(wanted.instalment))
        wanted.instalments = len(offer_of(wanted, policy, today).plan.rows)
    if not 1 <= wanted.instalments <= policy.longest_term:
        told = {"most": str(policy.longest_term), "number": str(wanted.instalments)}
        raise Refused(_("It is repaid in 1 to %(most)s instalments, not %(number)s.") % told)


def _facts(request: CreditRequest) -> dict[str, Fact]:
    return {"request": request.pk, **values(request, ("month", "amount", "method", "instalments", "instalment"))}
