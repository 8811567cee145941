"""Which model scores: switch, go back, or none; by two people, where there are two.

Who trained a model does not put it to use alone while a colleague could confirm it. A lender with a single manager is
not locked out: then one person may, and the audit trail says that nobody could confirm. Going back to a model that
scored before, and scoring by none, are open to one person: the first was confirmed once, the second approves nobody.
"""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record_house
from accounts.models import User
from accounts.roles import permissions
from accounts.sentences import sentence_of
from accounts.telling import told
from accounts.transactions import Refused, one_transaction
from credit import registry
from credit.models import Activation, ScoringModel
from credit.models.training import ALONE
from credit.registry import NoModel
from ledger.closing import hold_lender

MAY = "credit.change_scoringmodel"
State = Activation.State


@one_transaction
def activate(row: ScoringModel, by: str) -> Activation:
    """Score by it from now on, or ask a colleague to confirm that. Raises Refused."""
    hold_lender()
    row, before = ScoringModel.objects.get(pk=row.pk), _active()
    if before == row:
        raise Refused(_("%(model)s scores already.") % {"model": row})
    _check(row)
    if waits := Activation.objects.waiting().first():
        told = {"asker": waits.asked_by, "model": waits.model}
        raise Refused(_("A request by %(asker)s for %(model)s waits already. Decide on that one first.") % told)
    wanted = Activation(model=row, before=before, asked_by=by, state=State.DONE)
    if _is_own_and_new(row, by) and not _colleague(by):
        wanted.note = ALONE
    if not takes_second(row, by):
        return _do(wanted)
    wanted.state = State.WAITING
    wanted.save(force_insert=True)
    _tell(wanted, "ask_to_activate")
    return wanted


def takes_second(row: ScoringModel, by: str) -> bool:
    """Whether this person, who trained it, needs a colleague to put it to use for the first time."""
    return _is_own_and_new(row, by) and _colleague(by)


def _is_own_and_new(row: ScoringModel, by: str) -> bool:
    return row.trained_by == by and row.activated_at is None


def _colleague(by: str) -> bool:
    """Whether anybody else who may sign in may confirm it."""
    able = Q(is_superuser=True) | Q(groups__permissions__in=permissions(frozenset({MAY})))
    return User.objects.filter(able, is_staff=True, is_active=True).exclude(username=by).exists()


@one_transaction
def confirm(activation: Activation, by: str) -> Activation:
    """Do what another asked for, with the model checked anew. Raises Refused, also when models changed meanwhile."""
    hold_lender()
    row = _waiting(activation)
    if by == row.asked_by:
        raise Refused(_("Nobody confirms a request of his own. Ask a colleague."))
    if _active() != row.before:
        raise Refused(_("Another model scores since this was asked. Refuse it and ask anew."))
    if row.model:
        _check(row.model)
    row.state, row.decided_by, row.decided_at = State.DONE, by, timezone.now()
    return _do(row)


@one_transaction
def refuse(activation: Activation, by: str, note: str) -> Activation:
    hold_lender()
    row = _waiting(activation)
    if by == row.asked_by:
        raise Refused(_("This request is your own. Withdraw it instead."))
    if not note.strip():
        raise Refused(_("Say why, so that the person who asked knows."))
    return _decide(row, State.REFUSED, by, note)


@one_transaction
def withdraw(activation: Activation, by: str) -> Activation:
    hold_lender()
    row = _waiting(activation)
    if by != row.asked_by:
        told = {"asker": row.asked_by}
        raise Refused(_("Only %(asker)s, who asked, withdraws this request. Refuse it instead.") % told)
    return _decide(row, State.WITHDRAWN, by, "")


@one_transaction
def stop_scoring(by: str) -> Activation:
    """No model scores from now on: every request that asks for one goes to a manager."""
    hold_lender()
    before = _active()
    if before is None:
        raise Refused(_("No model scores. There is nothing to stop."))
    return _do(Activation(model=None, before=before, asked_by=by, state=State.DONE))


@one_transaction
def activate_at_once(row: ScoringModel, by: str) -> Activation:
    """For who runs commands on the machine, and could change the database itself. Raises NoModel."""
    hold_lender()
    return _do(Activation(model=row, before=_active(), asked_by=by, state=State.DONE))


def _do(activation: Activation) -> Activation:
    if activation.model:
        registry.activate(activation.model, activation.decided_by or activation.asked_by)
    else:
        registry.put_away()
    activation.save()
    _tell(activation, "activate_model" if activation.model else "stop_scoring")
    return activation


def _active() -> ScoringModel | None:
    return ScoringModel.objects.filter(active=True).first()


def _check(row: ScoringModel) -> None:
    try:
        registry.take_down(ScoringModel.objects.get(pk=row.pk))
    except NoModel as fault:
        raise Refused(_("%(fault)s It cannot score; train anew.") % {"fault": told(sentence_of(fault))}) from None


def _waiting(activation: Activation) -> Activation:
    row = Activation.objects.select_related("model", "before").get(pk=activation.pk)
    if row.state != State.WAITING:
        told = {"state": row.get_state_display(), "who": row.decided_by}
        raise Refused(_("This request is already %(state)s, by %(who)s.") % told)
    return row


def _decide(row: Activation, state: str, by: str, note: str) -> Activation:
    row.state, row.decided_by, row.decided_at, row.note = state, by, timezone.now(), note
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])
    _tell(row, f"{state}_activation")
    return row


def _tell(row: Activation, act: str) -> None:
    now, before = (model.code if model else "none" for model in (row.model, row.before))
    told: dict[str, Any] = {"model": now, "model_was": before}
    record_house(act, {**told, "asked_by": row.asked_by, "confirmed_by": row.decided_by, "note": row.note})
