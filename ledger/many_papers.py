"""Statements of many customers as one job: asked for, made piece by piece, handed out as a zip, deleted after days."""

import datetime
import logging
from collections.abc import Iterator
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import jobs
from accounts.audit import record_house
from accounts.languages import written_in
from accounts.models import Customer, Erasure, Job, Lender
from accounts.sentences import said
from accounts.transactions import Refused, lock, one_transaction
from ledger.models import OrderedStatement, OrderedStatementQuerySet, StatementOrder
from ledger.papers import statement_pdf
from ledger.templatetags.money import number

log = logging.getLogger(__name__)
KEPT_DAYS = 7
MOST = 2_000  # customers in one order: about 140 MB with a logo, 90 as a zip
PIECE = 20  # statements, about a second's work
NAMED = 10  # customers left out that the end of the job names


@one_transaction
def order_statements(order: StatementOrder) -> StatementOrder:
    """Store what is wanted with its job. Raises Refused where it is nobody's, or too many people's."""
    count = order.customers()[: MOST + 1].count()
    if not count:
        raise Refused(_("Nobody has anything in these days, and nobody owes. Choose other days or customers."))
    if count > MOST:
        most = _("These are more than %(number)s customers. Order them in parts, by customer number.")
        raise Refused(most % {"number": number(MOST)})
    order.job = jobs.ask_for("statements", order.asked_by, total=count)
    order.save(force_insert=True)
    days = {"first_on": order.first.isoformat(), "last_on": order.last.isoformat()}
    record_house("order_statements", {"order": order.pk, "customers": count, **days})
    return order


@one_transaction
def stop(order: StatementOrder) -> None:
    """What is made already stays until it is deleted, and is not handed out."""
    if not order.job.is_over:
        jobs.cancel(order.job)


def make_statements(run: jobs.Run) -> str:
    """The job "statements". The papers of a piece are made before its transaction begins."""
    order = StatementOrder.objects.get(job=run.job.pk)
    while customers := list(order.customers().select_related("login").filter(pk__gt=run.job.cursor)[:PIECE]):
        papers = [_made(order, customer) for customer in customers]
        with transaction.atomic():
            run.hold()
            OrderedStatement.objects.bulk_create(_still_to_keep(papers))
            done = min(run.job.done + len(papers), run.job.total)  # somebody may have paid for the first time meanwhile
            run.progress(done, cursor=customers[-1].pk, message=said("Making statements"))
        run.breathe()
    return _told(order)


def _still_to_keep(papers: list[OrderedStatement]) -> list[OrderedStatement]:
    """Without those of who was erased, maybe while they were made: they have the name as it was."""
    customers = [paper.customer_id for paper in papers]
    lock(customers)
    erased = set(Erasure.objects.filter(customer__in=customers).done().values_list("customer_id", flat=True))
    return [paper for paper in papers if paper.customer_id not in erased]


def _made(order: StatementOrder, customer: Customer) -> OrderedStatement:
    """One that cannot be made never stops the others."""
    try:
        with translation.override(written_in(customer, Lender.load())):
            pdf = statement_pdf(customer, order.first, order.last)
    except Refused:
        pdf = OrderedStatement.TOO_MUCH
    except RuntimeError:  # typst's own error is one too
        log.exception("The statement of customer %s cannot be drawn.", customer.pk)
        pdf = OrderedStatement.UNDRAWN
    return OrderedStatement(order=order, customer=customer, pdf=pdf)


def _told(order: StatementOrder) -> str:
    made = OrderedStatement.objects.of_order(order)
    count = made.drawn().count()
    told = said("Statements made: %(count)s.", count=count)
    if too_much := _named(made.filter(pdf=OrderedStatement.TOO_MUCH)):
        told = said(
            "Statements made: %(count)s. Left out, for there is too much in these days: customers %(customers)s.",
            count=count,
            customers=too_much,
        )
    if undrawn := _named(made.filter(pdf=OrderedStatement.UNDRAWN)):
        told = said(
            "%(told)s Left out, for their statement cannot be drawn, and the worker's log says why: "
            "customers %(customers)s.",
            told=told,
            customers=undrawn,
        )
    return told


def _named(rows: OrderedStatementQuerySet) -> str:
    numbers = list(rows.values_list("customer_id", flat=True)[: NAMED + 1])
    named = ", ".join(map(str, numbers[:NAMED]))
    return said("%(customers)s and others", customers=named) if len(numbers) > NAMED else named


def is_there(order: StatementOrder) -> bool:
    """Whether there is a zip to hand out."""
    return order.job.state == Job.State.DONE and OrderedStatement.objects.filter(order=order).exists()


class _Sink:
    """What zipfile writes to, emptied as it goes: no more than one statement is held at a time."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)


def zip_of(order: StatementOrder) -> Iterator[bytes]:
    sink = _Sink()
    with ZipFile(cast(IO[bytes], sink), "w", ZIP_DEFLATED, compresslevel=1) as file:
        for one in _all(order):
            file.writestr(f"statement-{one.customer_id}-{order.first}-{order.last}.pdf", bytes(one.pdf))
            yield sink.taken()
    yield sink.taken()


def _all(order: StatementOrder) -> Iterator[OrderedStatement]:
    last = 0
    while rows := list(OrderedStatement.objects.of_order(order).after(last).drawn()[:PIECE]):
        yield from rows
        last = rows[-1].customer_id


def forget_old_statements(today: datetime.date) -> int:
    """How many are gone. The orders stay."""
    before = today - datetime.timedelta(days=KEPT_DAYS)
    gone = 0
    while piece := _forget_some(before):
        gone += piece
    return gone


@one_transaction
def _forget_some(before: datetime.date) -> int:
    old = StatementOrder.objects.filter(asked_at__date__lt=before, job__ended_at__isnull=False)
    rows = OrderedStatement.objects.filter(order__in=old).values_list("pk", flat=True)[: PIECE * 10]
    return OrderedStatement.objects.filter(pk__in=list(rows)).delete()[0]
