"""Erase a customer: asked for, refused while anything is open, done once, and done again after an older backup."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import Entry, Facts, record
from accounts.erasing import blank_chain, wipe
from accounts.holdings import AFTERWARDS, PARTS, Inside
from accounts.models import Customer, Erasure, Lender
from accounts.transactions import Refused, lock, one_transaction
from ledger.acting import books_of
from ledger.money import apart
from ledger.personal import discard_unread

State = Erasure.State
AT_WORK = gettext_lazy("Something of yours is still being worked on. Try again in some days.")


def obstacles(customer: Customer) -> list[str]:
    """Why this customer may not be erased today: a sentence for each reason."""
    if Erasure.objects.of(customer).done().exists():
        return [_("Customer %(number)s is erased already.") % {"number": customer.pk}]
    lender = Lender.load()
    found = [reason for part in PARTS.values() for reason in part.refusals(customer, lender)]
    last = max((day for part in PARTS.values() if (day := part.last_entry(customer))), default=None)
    if last and lender.today() < (until := _years_after(last, lender.retention_years)):
        found.append(
            _(
                "The last entry in the book of customer %(number)s is of %(last)s, and such data is kept for "
                "%(years)s years: until %(until)s."
            )
            % {"number": customer.pk, "last": apart(last), "years": lender.retention_years, "until": apart(until)}
        )
    return found


def own_obstacles(customer: Customer) -> list[str]:
    """The same for the customer himself: of what is the house's, one sentence that there is something."""
    found = obstacles(customer)
    own = [reason for reason in found if not isinstance(reason, Inside)]
    return own if len(own) == len(found) else [*own, str(AT_WORK)]


def _years_after(day: datetime.date, years: int) -> datetime.date:
    """The same day; the 29 February becomes the 1 March. A lender who keeps for ever never gets there."""
    if day.year + years > datetime.MAXYEAR:
        return datetime.date.max
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)


def _refuse(customer: Customer, by: str) -> None:
    if found := own_obstacles(customer) if by == f"c{customer.pk}" else obstacles(customer):
        raise Refused(" ".join(found))


@one_transaction
def ask_to_erase(customer: Customer, by: str) -> Erasure:
    """Keep the wish; who asks again gets the first. Raises Refused where it could not be done today."""
    lock([customer.pk])
    if waits := Erasure.objects.of(customer).waiting().first():
        return waits
    _refuse(customer, by)
    asked = Erasure.objects.create(customer=customer, asked_by=by)
    _tell(asked, "ask_to_erase", {"asked_by": by})
    return asked


@one_transaction
def erase_customer(
    customer: Customer, by: str, *, at_the_machine: bool = False, wish: Erasure | None = None
) -> Erasure:
    """Erase now; or, where the lender wants a second person, keep the wish until another does this.

    A wish of the customer's own, or of a colleague, makes whoever does it the second person; who runs the command is
    at_the_machine, and passes. Who confirms a wish names it: if it waits no more, nothing is done. Raises Refused.
    """
    lock([customer.pk])
    if wish:
        _still_waits(wish)
    _refuse(customer, by)
    waits = Erasure.objects.of(customer).waiting().first()
    alone = at_the_machine or Lender.load().erase_alone
    if not alone and waits and waits.asked_by == by:
        raise Refused(_("Your own wish to erase this customer waits. A colleague has to confirm it."))
    if not alone and not waits:
        return ask_to_erase(customer, by)
    return _erase(waits or Erasure(customer=customer, asked_by=by), by)


@one_transaction
def erase_again(customer: Customer, by: str) -> bool:
    """After an older backup was put back: nothing stands in the way of what was done once. False where it stands."""
    lock([customer.pk])
    mine = Erasure.objects.of(customer)
    if mine.done().exists():
        return False
    discard_unread()
    _erase(mine.waiting().first() or Erasure(customer=customer, asked_by=by), by)
    return True


@one_transaction
def put_away(erasure: Erasure, by: str, note: str = "") -> Erasure:
    """Refuse the wish, with the reason; or withdraw one's own."""
    lock([erasure.customer_id])
    row = _still_waits(erasure)
    own = row.asked_by == by
    if not own and not note.strip():
        raise Refused(_("Say why, so that the person who asked knows."))
    _decide(row, State.WITHDRAWN if own else State.REFUSED, by, note)
    _tell(row, f"{row.state}_erasure", {"note": note})
    return row


def _still_waits(wish: Erasure) -> Erasure:
    row = Erasure.objects.get(customer=wish.customer_id, pk=wish.pk)
    if row.state != State.WAITING:
        told = {"state": row.get_state_display(), "by": row.decided_by}
        raise Refused(_("This wish is already %(state)s, by %(by)s.") % told)
    return row


def _erase(erasure: Erasure, by: str) -> Erasure:
    """All in one transaction. The chain tells last how many entries lost their facts, with a digest over them."""
    customer = Customer.objects.get(pk=erasure.customer_id)
    with books_of([customer.pk]) as books:
        _decide(erasure, State.DONE, by)
        wipe(customer)
        blanked, digest = blank_chain(erasure)
        books.tell(customer.pk, "erase_customer", {"erasure": erasure.pk, "blanked": blanked, "digest": digest})
    customer.refresh_from_db()
    transaction.on_commit(lambda: _tell_others(customer))
    return erasure


def _tell_others(customer: Customer) -> None:
    for told in AFTERWARDS:
        told(customer)


def _decide(erasure: Erasure, state: str, by: str, note: str = "") -> None:
    erasure.state, erasure.decided_by, erasure.decided_at, erasure.note = state, by, timezone.now(), note
    fields = {name: getattr(erasure, name) for name in ("state", "decided_by", "decided_at", "note")}
    if not Erasure.objects.filter(customer=erasure.customer_id, pk=erasure.pk).update(**fields):
        erasure.save(force_insert=True)


def _tell(erasure: Erasure, act: str, facts: Facts) -> None:
    record([Entry(erasure.customer_id, act, {"erasure": erasure.pk, **facts})])
