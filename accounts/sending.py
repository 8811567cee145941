"""How what waits is sent, mails and webhooks alike: claimed for a while, tried again later, given up in the end.

A sender that is killed at any moment loses nothing: what it had claimed is due again when the claim runs out. It may
then arrive twice, and the second has the name of the first.
"""

import datetime
import logging
import uuid
from collections.abc import Callable
from typing import Any, TypeVar
from unicodedata import category

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.audit import Entry
from accounts.models import Customer, Outgoing
from accounts.sentences import Sentence, said

WAITS = (60, 300, 1800, 2 * 3600, 6 * 3600, 24 * 3600)  # seconds after each failure; given up after one more
MOST = 20  # of one kind in one run: what else waits comes in between
REST = 60.0  # seconds without a try where nobody answers
State = Outgoing.State
ENDED = (State.SENT, State.DROPPED, State.DEAD)
Row = TypeVar("Row", bound=Outgoing)
log = logging.getLogger(__name__)


class Away(Exception):
    """Nobody answers; nothing else that goes there would do better now. What was tried is put back already."""


def attempt(row: Row, lease: float, send: Callable[[Row], None]) -> bool:
    """Claim the row and send it; False where another worker has it. `send` says what became of it. Raises Away."""
    if not claim(row, lease):
        return False
    if row.tries > len(WAITS) + 1:
        end(row, State.DEAD, said("Its worker ended each time without saying what became of it."))
        return True
    try:
        send(row)
    except Away:
        raise
    except Exception:
        log.exception("%s cannot be sent.", row)
        later(row, said("The program stopped on a fault of its own; the worker's log says which."))
    return True


def claim(row: Outgoing, lease: float) -> bool:
    """Committed before anything is sent. Refuses, loudly, inside a transaction: what is sent cannot be rolled back."""
    with transaction.atomic(durable=True):
        seen = row.itself.filter(state=State.WAITING, holder=row.holder, tries=row.tries, next_at=row.next_at)
        row.holder = uuid.uuid4().hex
        until = timezone.now() + datetime.timedelta(seconds=lease)
        if not seen.update(holder=row.holder, tries=F("tries") + 1, next_at=until):
            return False
        row.tries += 1
        return True


def later(row: Outgoing, reason: str, **more: Any) -> None:
    if row.tries > len(WAITS):
        end(row, State.DEAD, reason, **more)
        return
    wait = datetime.timedelta(seconds=WAITS[row.tries - 1])
    _held(row).update(next_at=timezone.now() + wait, reason=short(reason), holder="", **more)


def end(row: Outgoing, state: str, reason: str, **more: Any) -> None:
    sent_at = timezone.now() if state == State.SENT else None
    _held(row).update(state=state, sent_at=sent_at, reason=short(reason), holder="", **more)


def supersede(rows: QuerySet[Any], reason: str) -> None:
    """Not to be sent: something newer tells it. What somebody is sending right now goes."""
    free = Q(holder="") | Q(next_at__lte=timezone.now())
    rows.filter(free, state=State.WAITING).update(state=State.DROPPED, reason=short(reason), holder="")


def _held(row: Outgoing) -> Any:
    """The row while it is ours: another worker may have taken it when our claim ran out."""
    return row.itself.filter(holder=row.holder, state=State.WAITING)


def short(words: str) -> str:
    """What others say, on one line and without signs that no database takes."""
    if isinstance(words, Sentence):
        return words.of(**{name: short(fact) if isinstance(fact, str) else fact for name, fact in words.facts.items()})
    return " ".join("".join(" " if category(sign) == "Cc" else sign for sign in words).split())[:300]


def send_again(row: Outgoing, states: tuple[str, ...] = (State.DEAD,)) -> bool:
    """Let what ended in one of these states be sent anew, under the same name; False where it did not."""
    facts = {row._meta.verbose_name_raw.replace(" ", "_"): row.pk}
    with transaction.atomic():
        if row.owner is not None:
            Customer.objects.select_for_update(no_key=True).get(pk=row.owner)
        ended = row.itself.filter(state__in=states)
        if not ended.update(state=State.WAITING, tries=0, next_at=timezone.now(), sent_at=None):
            return False
        if row.owner is None:
            audit.record_house("send_again", facts)
        else:
            audit.record([Entry(row.owner, "send_again", facts)])
    return True
