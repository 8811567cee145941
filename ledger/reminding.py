"""Remind customers of what falls due, by the lender's schedule: each due and step once, one message a customer."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from accounts.audit import Entry, record
from accounts.messages import put
from accounts.models import Lender, Message
from accounts.sending import supersede
from accounts.sentences import said
from accounts.transactions import Refused, lock, one_transaction
from ledger.models import Case, Due, Promise, Reminder
from ledger.reminders import LATE, step_of

FURTHEST = 30_000  # days between a due's day and what was told of it; more than a small number holds is forgotten


@dataclass
class Reminded:
    """How many customers were written to, of how many dues, and who was refused."""

    customers: int = 0
    dues: int = 0
    refused: list[str] = field(default_factory=list)


def send_reminders(today: datetime.date) -> Reminded:
    """Safe to run at any time and to kill: what was told already is found told. The worker sends the mails."""
    steps, told = Lender.load().reminder_steps, Reminded()
    for customer in customers_to_remind(today, steps):
        try:
            dues = remind(customer, today, steps)
        except Refused as refused:
            told.refused.append(f"customer {customer}: {refused.sentence}")
            continue
        told.customers += bool(dues)
        told.dues += len(dues)
    return told


def customers_to_remind(today: datetime.date, steps: Sequence[int]) -> list[int]:
    """Who may have come to a step that was not told; never somebody whose sign-in is shut, or whom nothing reaches."""
    reached = Q(customer__login__is_active=True) | Q(customer__login__isnull=True) & ~Q(customer__email="")
    found: set[int] = set()
    for step in steps:
        told = Reminder.objects.filter(customer=OuterRef("customer_id"), due=OuterRef("pk"), step=step)
        dues = Due.objects.unpaid().filter(reached, ~Exists(told), due_on__range=_days(step, today))
        found.update(dues.order_by().values_list("customer_id", flat=True).distinct())
    return sorted(found)


@one_transaction
def remind(customer: int, today: datetime.date, steps: Sequence[int]) -> list[Due]:
    """Write one message of all dues that have come to a step; the dues. None while the customer is left alone."""
    lock([customer])
    if not steps or is_left_alone(customer, today):
        return []
    window = Q()
    for step in steps:
        window |= Q(due_on__range=_days(step, today))
    dues = Due.objects.filter(window, customer=customer).unpaid().order_by("due_on", "id")
    told = set(Reminder.objects.filter(customer=customer, due__in=dues.values("pk")).values_list("due", "step"))
    reached = [(due, step_of(due.due_on, today, steps)) for due in dues]
    wanted = [(due, step) for due, step in reached if step is not None and (due.pk, step) not in told]
    if not wanted:
        return []
    Reminder.objects.bulk_create([Reminder(customer_id=customer, due=due.pk, step=step) for due, step in wanted])
    first, its_step = wanted[0]
    waiting = list(Message.objects.filter(customer=customer, kind="reminder", state=Message.State.WAITING))
    put("reminder", customer, f"{first.pk}:{first.due_on}:{its_step}", dues=[due.pk for due, _ in wanted])
    _replace(waiting, {due.pk for due, _ in wanted})
    record([Entry(customer, "remind", {"dues": len(wanted), "first_on": first.due_on.isoformat()})])
    return [due for due, _ in wanted]


def _replace(waiting: Sequence[Message], told: set[int]) -> None:
    """Those of one customer that name nothing which is open still, but for what the new one tells."""
    others = {row.pk: set(row.facts["dues"]) - told for row in waiting}
    if not others:
        return
    customer = waiting[0].customer_id
    unpaid = Due.objects.filter(customer=customer, pk__in=set().union(*others.values())).unpaid()
    still_open = set(unpaid.order_by().values_list("pk", flat=True))
    replaced = [number for number, dues in others.items() if not dues & still_open]
    rows = Message.objects.filter(customer=customer, pk__in=replaced)
    supersede(rows, said("A later reminder took its place."))


def move_reminders(due: Due, days: int) -> None:
    """The due falls so many days later (below 0: earlier), in the caller's transaction under the customer's lock.

    What was told keeps the days on which it was told, so the steps before the new day are told anew, and none is told
    twice where the day comes back.
    """
    told = Reminder.objects.filter(customer=due.customer_id, due=due.pk)
    rows = list(told) if days else []
    if not rows:
        return
    told.delete()  # and stored anew: moved in place, one would meet another that is still to move
    for row in rows:
        row.pk, row.step = None, row.step - days
    Reminder.objects.bulk_create(row for row in rows if abs(row.step) <= FURTHEST)


def is_left_alone(customer: int, today: datetime.date) -> bool:
    """In hardship, or with a promise whose day has not passed."""
    hardship = Case.objects.filter(customer=customer, state=Case.State.HARDSHIP)
    promise = Promise.objects.filter(customer=customer, state=Promise.State.WAITING, promised_on__gte=today)
    return hardship.exists() or promise.exists()


def _days(step: int, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The due dates that have come to this step by today, and are not long past it."""
    last = today - datetime.timedelta(step)
    return last - datetime.timedelta(LATE), last
