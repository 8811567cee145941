"""The acts on cases: open, note, assign, promise, hardship, resolve. One transaction under the customer's lock each."""

import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import Entry, Fact
from accounts.models import Customer, Lender, User
from accounts.transactions import Refused, lock, one_transaction
from ledger.actions import checked_amount
from ledger.models import BALANCE, Case, CaseNote, Due, Payment, Promise, total
from ledger.money import format_money
from ledger.promises import Promised, Receipt, Verdict, counted, judge

FURTHEST = datetime.timedelta(366)


@one_transaction
def open_case(customer: Customer, *, by: str = "") -> Case:
    """The customer's case; a new one where none is open, so that twice is as good as once."""
    lock([customer.pk])
    return _case_of(customer.pk, by)


@one_transaction
def add_note(note: CaseNote, *, next_action_on: datetime.date | None = None) -> CaseNote:
    """Write down what was done, in the customer's case; a case not touched before is in progress from now on.

    Takes an unsaved note: customer, done, text, recorded_by, key. The same key again returns the first note.
    """
    lock([note.customer_id])
    if first := _noted_before(note):
        return first
    _refuse_far_day(next_action_on)
    case = _case_of(note.customer_id, note.recorded_by)
    _write(note, case)
    if case.state == Case.State.OPEN:
        _change(case, state=Case.State.IN_PROGRESS)
    if next_action_on:
        _change(case, next_action_on=next_action_on)
    _tell(note, "add_note", next_action_on=audit.fact(next_action_on))
    return note


@one_transaction
def plan_next(customer: Customer, day: datetime.date | None, *, by: str = "") -> Case:
    """Say when the customer is to be contacted next; None: no day."""
    lock([customer.pk])
    _refuse_far_day(day)
    case = _case_of(customer.pk, by)
    was = case.next_action_on
    _change(case, next_action_on=day)
    _tell(case, "plan_next", next_action_on=audit.fact(day), next_action_on_was=audit.fact(was))
    return case


@one_transaction
def assign(customer: Customer, clerk: User, *, by: str = "") -> Case:
    """Give the case to a member of the staff."""
    lock([customer.pk])
    if not clerk.is_staff or not clerk.is_active:
        told = _("%(name)s is not of the staff, or may not sign in. Choose somebody else.")
        raise Refused(told % {"name": clerk.get_full_name()})
    case = _case_of(customer.pk, by)
    _change(case, clerk=clerk)
    _tell(case, "assign_case", clerk=clerk.get_username())
    return case


@one_transaction
def take_promise(promise: Promise) -> Promise:
    """Take down what the customer promises; one that still waits is withdrawn for it, one whose day passed is judged.

    Takes an unsaved promise: customer, amount, promised_on, made_by. The same promise again returns the first.
    """
    today = Lender.load().today()
    lock([promise.customer_id])
    judge_now(promise.customer_id, today)
    waiting = Promise.objects.filter(customer=promise.customer_id, state=Promise.State.WAITING).first()
    if waiting and (waiting.amount, waiting.promised_on) == (promise.amount, promise.promised_on):
        return waiting
    _refuse_promise(promise, today)
    promise.case, promise.made_on = _case_of(promise.customer_id, promise.made_by), today
    _withdraw(promise.customer_id, today)
    promise.save(force_insert=True)
    _change(promise.case, state=Case.State.PROMISE, next_action_on=None)
    _tell(promise, "take_promise", **audit.values(promise, ("amount", "promised_on")))
    return promise


@one_transaction
def mark_hardship(note: CaseNote, *, next_action_on: datetime.date | None = None) -> Case:
    """The customer cannot pay for now: nobody calls before the day of the next action. The note says why."""
    today = Lender.load().today()
    lock([note.customer_id])
    if first := _noted_before(note):
        return Case.objects.get(customer=note.customer_id, pk=first.case_id)
    _refuse_far_day(next_action_on)
    case = _case_of(note.customer_id, note.recorded_by)
    judge_now(note.customer_id, today)
    _withdraw(note.customer_id, today)
    _write(note, case)
    _change(case, state=Case.State.HARDSHIP, next_action_on=next_action_on)
    _tell(note, "mark_hardship", next_action_on=audit.fact(next_action_on))
    return case


@one_transaction
def resolve(note: CaseNote) -> Case:
    """Close the case; refused while anything is overdue. A promise that waits is judged by what has come."""
    today = Lender.load().today()
    lock([note.customer_id])
    if first := _noted_before(note):
        return Case.objects.get(customer=note.customer_id, pk=first.case_id)
    case = Case.objects.filter(customer=note.customer_id).unresolved().first()
    if case is None:
        raise Refused(_("There is no open case to resolve."))
    late = Due.objects.filter(customer=note.customer_id).overdue(today).aggregate(left=total(BALANCE))["left"]
    if late:
        told = _("%(amount)s is still overdue. Record its payment, waive it, or take a promise instead.")
        raise Refused(told % {"amount": format_money(late)})
    judge_now(note.customer_id, today)
    _withdraw(note.customer_id, today)
    _write(note, case)
    _change(case, state=Case.State.RESOLVED, resolved_at=timezone.now(), next_action_on=None)
    _tell(note, "resolve_case")
    return case


@one_transaction
def judge_promises(customer: int, today: datetime.date) -> list[Promise]:
    """Say of each promise of the open case whose day has passed whether it was kept; the ones that changed."""
    lock([customer])
    return judge_now(customer, today)


def judge_now(customer: int, today: datetime.date) -> list[Promise]:
    """The same where the customer is locked already.

    What was judged is judged again while the case is open: money written down late, or a cheque that bounced,
    changes the answer, and a run after three days off must say what three runs would have said.
    """
    case = Case.objects.filter(customer=customer).unresolved().first()
    if case is None:
        return []
    rows = Promise.objects.filter(customer=customer, case=case).exclude(state=Promise.State.WITHDRAWN)
    promises = list(rows.order_by("id"))
    past = [promise for promise in promises if promise.promised_on < today]
    if not past:
        return []
    receipts = receipts_of(customer, min(promise.made_on for promise in past))
    changed = [promise for promise in past if _settle(promise, judge(promised(promise), receipts, today))]
    if promises[-1] in changed:
        _follow(case, promises[-1])
    return changed


def receipts_of(customer: int, since: datetime.date) -> list[Receipt]:
    """Money that came from a day on and was not taken back."""
    rows = Payment.objects.filter(customer=customer, received_on__gte=since, kind="receipt", reversed=False)
    return [Receipt(*row) for row in rows.order_by("id").values_list("received_on", "recorded_at", "amount")]


def promised(promise: Promise) -> Promised:
    return Promised(promise.amount, promise.made_on, promise.promised_on, promise.made_at)


def came(promise: Promise) -> Decimal:
    """What has come of a promise so far."""
    receipts = counted(promised(promise), receipts_of(promise.customer_id, promise.made_on))
    return sum((receipt.amount for receipt in receipts), Decimal(0))


def _settle(promise: Promise, verdict: Verdict) -> bool:
    """Store the verdict; False where it stands already."""
    if (promise.state, promise.settled_on) == (verdict.state, verdict.settled_on):
        return False
    was, promise.state, promise.settled_on = promise.state, verdict.state, verdict.settled_on
    mine = Promise.objects.filter(customer=promise.customer_id, pk=promise.pk)
    mine.update(state=promise.state, settled_on=promise.settled_on)
    _tell(promise, "settle_promise", state=promise.state, state_was=was, settled_on=audit.fact(promise.settled_on))
    return True


def _follow(case: Case, promise: Promise) -> None:
    """The case goes the way of its latest promise, unless the customer is in hardship."""
    if case.state == Case.State.HARDSHIP:
        return
    if promise.state == Promise.State.BROKEN:
        _change(case, state=Case.State.BROKEN_PROMISE)
    elif case.state in (Case.State.PROMISE, Case.State.BROKEN_PROMISE):
        _change(case, state=Case.State.IN_PROGRESS)


def _case_of(customer: int, by: str) -> Case:
    if found := Case.objects.filter(customer=customer).unresolved().first():
        return found
    case = Case.objects.create(customer_id=customer, opened_by=by)
    _tell(case, "open_case")
    return case


def _tell(row: Case | CaseNote | Promise, act: str, **facts: Fact) -> None:
    """An entry of the audit trail that names the row; a note is told with its words."""
    if isinstance(row, CaseNote):
        facts = {"what": row.done, **audit.values(row, ("text",)), **facts}
    named: dict[str, Fact] = {str(row._meta.model_name): row.pk}
    audit.record([Entry(row.customer_id, act, named | facts)])


def _change(case: Case, **fields: object) -> None:
    for name, value in fields.items():
        setattr(case, name, value)
    Case.objects.filter(customer=case.customer_id, pk=case.pk).update(**fields)


def _write(note: CaseNote, case: Case) -> None:
    note.case = case
    if note.done == CaseNote.Done.NOTE and not note.text.strip():
        raise Refused(_("A note needs words. Write what was said or done."))
    note.save(force_insert=True)


def _noted_before(note: CaseNote) -> CaseNote | None:
    known = CaseNote.objects.filter(customer=note.customer_id, key=note.key)
    return known.first() if note.key else None


def _withdraw(customer: int, today: datetime.date) -> None:
    """End the promise that waits: kept if its money has come already, else withdrawn."""
    for promise in Promise.objects.filter(customer=customer, state=Promise.State.WAITING):
        receipts = receipts_of(customer, promise.made_on)
        verdict = judge(promised(promise), receipts, promise.promised_on + datetime.timedelta(1))
        kept = verdict.state == Promise.State.KEPT
        _settle(promise, verdict if kept else Verdict(Promise.State.WITHDRAWN, today))


def _refuse_promise(promise: Promise, today: datetime.date) -> None:
    promise.amount = checked_amount(promise.amount)
    if not today <= promise.promised_on <= today + FURTHEST:
        raise Refused(_("A promise is for today or a later day, within a year. Choose another day."))
    owed = Due.objects.filter(customer=promise.customer_id).unpaid().aggregate(left=total(BALANCE))["left"]
    if promise.amount > owed:
        raise Refused(_("Only %(amount)s is owed. Promise that or less.") % {"amount": format_money(owed)})


def _refuse_far_day(day: datetime.date | None) -> None:
    today = Lender.load().today()
    if day and not today <= day <= today + FURTHEST:
        raise Refused(_("The next action is today or on a later day, within a year. Choose another day."))
