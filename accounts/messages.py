"""Messages to customers and staff: written in the transaction of what they tell of, rendered when they are read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import audit
from accounts.audit import Entry
from accounts.models import Customer, Erasure, Mail, MailChoice, Manager, Message, StaffMessage

TOPICS = ("receipts", "reminders", "decisions")
MANY = 99
BY_MAIL_ALONE = ("invite", "reset")  # links that open an account
UNSUBSCRIBE = "reminders"  # the topic of which every mail can be ended with one click


@dataclass(frozen=True)
class Letter:
    """A message in words: one paragraph a sentence, rows of (what, how much), and the page that tells more. A mail
    brings the paper along, which is made only for it."""

    subject: str
    says: Sequence[str]
    rows: Sequence[tuple[str, str]] = field(default=())
    more: str = ""  # the label of the link
    path: str = ""  # where it leads, on our own pages
    open: bool = False  # the page opens without a sign-in
    paper: tuple[str, Callable[[], bytes]] | None = None  # the name of a PDF, and what makes it
    no_mail: str = ""  # why it stands on the page alone, and is mailed no more


Letters = Mapping[int, Letter]  # by the message's number; a message that is true no more has none
Rendering = Callable[[Customer, Sequence[Message]], Letters]


def put(kind: str, customer: int, about: object, *, read: bool = False, **facts: Any) -> None:
    """Tell the customer, in the caller's transaction; of one event once, however often it is put.

    With `read` it is a mail only, and no news on the customer's page.
    """
    read_at = timezone.now() if read else None
    row = Message(customer_id=customer, kind=kind, about=str(about), facts=facts, read_at=read_at)
    Message.objects.bulk_create([row], ignore_conflicts=True)


def take_back(kind: str, customer: int, about: object) -> None:
    """It is true no more, and no news: in the caller's transaction."""
    told = Message.objects.filter(customer=customer, kind=kind, about=str(about))
    told.unread().update(read_at=timezone.now())


def put_staff(kind: str, managers: Iterable[Manager], about: object, **facts: Any) -> None:
    """The same for members of the staff."""
    rows = [StaffMessage(manager=manager, kind=kind, about=str(about), facts=facts) for manager in managers]
    StaffMessage.objects.bulk_create(rows, ignore_conflicts=True)


def letters_of(customer: Customer, rows: Iterable[Message]) -> dict[int, Letter]:
    """The words of many messages of one customer, in a query or two a kind."""
    found: dict[int, Letter] = {}
    by_kind: dict[str, list[Message]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind, some in by_kind.items():
        render: Rendering = import_string(settings.MESSAGES[kind][0])
        found.update(render(customer, some))
    return found


def letter_of(row: Mail) -> Letter | None:
    """What one message says now; None where there is nothing to tell any more."""
    if isinstance(row, Message):
        return letters_of(row.customer, [row]).get(row.pk)
    told: Letter | None = import_string(settings.STAFF_MESSAGES[row.kind])(row)
    return told


def topic_of(row: Mail) -> str:
    """What its reader chooses it by; "" for what is always sent."""
    topic: str = settings.MESSAGES[row.kind][1] if isinstance(row, Message) else ""
    return topic


def is_wanted(row: Mail) -> bool:
    topic = topic_of(row)
    if not isinstance(row, Message) or not topic:
        return True
    return not MailChoice.objects.filter(customer=row.customer_id, **{topic: False}).exists()


def choice_of(customer: Customer) -> MailChoice:
    return MailChoice.objects.filter(customer=customer).first() or MailChoice(customer=customer)


def choose(customer: Customer, **topics: bool) -> None:
    """Keep of what the customer wants mails. Of who is erased nothing is kept, and no mail goes there anyway."""
    with transaction.atomic():
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        if Erasure.objects.done().filter(customer=customer).exists():
            return
        before, after = choice_of(customer), choice_of(customer)
        for name, wanted in topics.items():
            setattr(after, name, wanted)
        if told := audit.changes(before, after, topics):
            _keep(after)
            audit.record([Entry(customer.pk, "choose_mails", told)])


def _keep(choice: MailChoice) -> None:
    MailChoice.objects.bulk_create(
        [MailChoice(customer_id=choice.customer_id, **{name: getattr(choice, name) for name in TOPICS})],
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=list(TOPICS),
    )


def unsubscribe_token(customer: int) -> str:
    """It ends the reminders of this customer and opens nothing else; it holds as long as SECRET_KEY does."""
    return _signer().sign(str(customer))


def unsubscriber(token: str) -> Customer | None:
    try:
        number = int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return Customer.objects.filter(pk=number).first()


def _signer() -> Signer:
    return Signer(salt="accounts.messages.unsubscribe", sep=".")


def news(customer: Customer) -> models.QuerySet[Message]:
    """All that the customer was told, the newest first."""
    return Message.objects.of(customer).exclude(kind__in=BY_MAIL_ALONE).order_by("-id")


def count_unread(customer: int) -> int:
    """Counted in an index, and no further than MANY."""
    unread = Message.objects.filter(customer=customer).unread()
    return int(unread.order_by()[:MANY].count())


def mark_read(customer: Customer, numbers: Sequence[int]) -> None:
    """Writes nothing where there is nothing to mark."""
    if numbers:
        Message.objects.of(customer).unread().filter(pk__in=numbers).update(read_at=timezone.now())
