"""What the ledger holds on a customer: words go, amounts stay under the number; and what must be settled before."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Case, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.holdings import GONE, PARTS, Holding, Inside, Part, by_hand, erased, hushed, kept, nobodys, numbered
from accounts.models import Batch, Customer, Lender
from accounts.personal import WHO, names_him
from accounts.transactions import Refused
from ledger.bulk.lines import Decision
from ledger.models import Approval, Disbursement, Due, Notice, Payment, Upload, UploadLine, UploadPiece, total
from ledger.models.books import BALANCE
from ledger.money import format_money

OURS = r"^(credit|late)-[0-9]+$"  # references that Duebook makes, and finds rows by
PIECE = 500  # lines in one statement
KEY = erased(why="a program may have put words in it", shown=False)
NOT_A_WORD = ("received_on", "amount", "due_on", "request")  # of what a request for a second person tells

HOLDINGS = (
    Holding(
        "ledger.Payment",
        "what he paid",
        fates={
            "policy": kept("one of our own words"),
            "channel": erased(),
            "reference": erased(),
            "note": erased(),
            "recorded_by": WHO,
            "key": KEY,
        },
    ),
    Holding("ledger.Due", "what he owed", fates={"reference": by_hand("free text; a loan's dues are found by it")}),
    Holding(
        "ledger.Disbursement",
        "what was lent",
        fates={
            "reference": by_hand("free text; its dues are found by it"),
            "channel": erased(),
            "note": erased(),
            "recorded_by": WHO,
        },
    ),
    Holding("ledger.Allocation", "which part of a payment went where: amounts"),
    Holding("ledger.Standing", "what he owes in all", handed_out=False),
    Holding("ledger.Case", "the work on what was late", fates={"opened_by": WHO}),
    Holding(
        "ledger.CaseNote", "what was done about it", fates={"text": hushed("text"), "recorded_by": WHO, "key": KEY}
    ),
    Holding("ledger.Promise", "what he promised", fates={"made_by": WHO}),
    Holding(
        "ledger.Notice",
        "payments that he told of",
        fates={
            "channel": erased(),
            "reference": erased(),
            "note": erased(),
            "key": numbered(),
            "reason": hushed("reason"),
            "decided_by": WHO,
        },
    ),
    Holding("ledger.Reminder", "which dues he was reminded of, and when"),
    Holding("ledger.NoticePhoto", "pictures of slips", goes=True),
    Holding(
        "ledger.Approval",
        "requests for a second person",
        fates={
            "parameters": by_hand("channel and reference are free text"),
            "reason": erased(),
            "asked_by": WHO,
            "key": KEY,
            "decided_by": WHO,
            "note": erased(),
        },
    ),
    Holding(
        "ledger.UploadLine",
        "lines of files that name him",
        whose="",
        handed_out=False,
        fates={
            "order": kept("a date"),
            "cells": by_hand("as the file had it"),
            "problems": by_hand("has the words of the cell"),
        },
    ),
    Holding("ledger.OrderedStatement", "statements on paper", goes=True),
    nobodys("ledger.Upload", "a file of many: its columns, and sums"),
    nobodys("ledger.UploadPiece", "a file that is still to be read: while one is, nobody is erased"),
    nobodys("ledger.Closing", "months closed"),
    nobodys("ledger.StatementOrder", "an order of statements: days and numbers"),
    nobodys("ledger.Tally", "sums over everybody"),
)

PLAIN = frozenset({
    "payment", "due", "loan", "waiver", "case", "casenote", "promise", "notice", "request", "reverses", "kind",
    "amount", "received_on", "starting", "policy", "month", "due_on", "paid_on", "promised_on", "made_on",
    "next_action_on", "first_row", "last_row", "payments", "received", "dues", "raised", "for", "asked_by",
    "state", "paid", "forgiven",
    "interest", "let_off", "on", "since_on", "first_on", "last_on", "refunded", "applied", "held", "withdrawn",
})  # fmt: skip


def refusals(customer: Customer, lender: Lender) -> Iterator[str]:
    """What is open between him and the lender, and what waits to be looked at."""
    if owed := Due.objects.of(customer).unpaid().aggregate(sum=total(BALANCE))["sum"]:
        loans = Due.objects.of(customer).unpaid().filter(loan__isnull=False).order_by("loan").first()
        told = {"number": customer.pk, "amount": format_money(owed), "loan": loans.loan_id if loans else None}
        if loans:
            yield (
                _(
                    "Customer %(number)s still owes %(amount)s, on loan %(loan)s among others. "
                    "Nobody is erased while anything is owed."
                )
                % told
            )
        else:
            yield _("Customer %(number)s still owes %(amount)s. Nobody is erased while anything is owed.") % told
    if held := _held(customer):
        told = {"amount": format_money(held), "number": customer.pk}
        yield _("%(amount)s is held as credit for customer %(number)s. Refund it first.") % told
    if waits := Approval.objects.of(customer).waiting().first():
        told = {"request": waits.pk, "number": customer.pk}
        about = _("Request %(request)s about customer %(number)s waits for a second person. Decide it first.")
        yield Inside(about % told)
    if notice := Notice.objects.of(customer).waiting().first():
        told = {"notice": notice.pk, "number": customer.pk}
        yield _("Notice %(notice)s of customer %(number)s waits to be looked at. Confirm or refuse it first.") % told
    yield from _unread()
    if line := _lines(customer).filter(decision__in=(Decision.READ, Decision.NEW)).first():
        told = {"line": line.line, "file": line.upload.batch.name, "number": customer.pk}
        lies = _("Line %(line)s of the file %(file)s waits to be posted for customer %(number)s. Post or discard it.")
        yield Inside(lies % told)


def _unread() -> Iterator[str]:
    if piece := UploadPiece.objects.select_related("upload__batch").defer("bytes").first():
        unread = _("The file %(file)s is not read yet, and may name anybody. Wait for it, or discard it.")
        yield Inside(unread % {"file": piece.upload.batch.name})


def _held(customer: Customer) -> Decimal:
    return Payment.objects.of(customer).held()


def last_entry(customer: Customer) -> datetime.date | None:
    """The last day on which anything was owed, paid or lent."""
    asked: tuple[tuple[QuerySet[Any], str], ...] = (
        (Due.objects.of(customer), "due_on"),
        (Payment.objects.of(customer), "received_on"),
        (Disbursement.objects.of(customer), "paid_on"),
    )
    days = [rows.aggregate(last=Max(name))["last"] for rows, name in asked]
    return max((day for day in days if day), default=None)


def _lines(customer: Customer) -> QuerySet[UploadLine]:
    """By upload, as they are indexed."""
    return UploadLine.objects.filter(upload__in=Upload.objects.order_by(), customer=customer.pk).select_related(
        "upload__batch"
    )


def erase(customer: Customer) -> None:
    """Raises Refused where a file was sent since the refusals were looked at."""
    for reason in _unread():
        raise Refused(reason)
    _rename_references(customer)
    for row in Approval.objects.of(customer).exclude(parameters={}):
        left = {name: value for name, value in row.parameters.items() if name in NOT_A_WORD}
        Approval.objects.filter(customer=customer, pk=row.pk).update(parameters=left)
    _erase_lines(customer)


def _rename_references(customer: Customer) -> None:
    """erased-1 and so on, the same for a loan and its dues: they are found by it, and must stay apart."""
    nouns = [Holding(f"ledger.{name}", "").of(customer.pk) for name in ("Disbursement", "Due")]
    theirs = [rows.exclude(Q(reference="") | Q(reference__regex=OURS)) for rows in nouns]
    names = sorted({name for rows in theirs for name in rows.values_list("reference", flat=True).distinct()})
    for start in range(0, len(names), PIECE):
        part = names[start : start + PIECE]
        renamed = Case(*(When(reference=name, then=Value(f"{GONE}-{start + n}")) for n, name in enumerate(part, 1)))
        for rows in theirs:
            rows.filter(reference__in=part).update(reference=renamed)


def _erase_lines(customer: Customer) -> None:
    """Those under his number; and of the lines that nobody's number could be read from, those that name him.

    Lines that wait are refused before; after an old backup they may be there all the same: they are wrong then.
    """
    for line in _lines(customer).filter(decision__in=(Decision.READ, Decision.NEW)):
        UploadLine.objects.filter(pk=line.pk).update(decision=Decision.WRONG)
    _lines(customer).select_related(None).update(cells=[], problems=[])
    for line in UploadLine.objects.filter(customer=0).exclude(cells=[]).iterator(PIECE):
        if names_him(line.cells, customer):
            UploadLine.objects.filter(pk=line.pk).update(cells=[], problems=[])


def discard_unread() -> None:
    """For who is erased again: what an old backup brought back may name him, and is nobody's to wait for."""
    unread = Batch.objects.filter(pk__in=UploadPiece.objects.values("upload__batch"))
    unread.update(state=Batch.State.DISCARDED)
    UploadPiece.objects.filter(upload__batch__in=unread).delete()


PARTS["ledger"] = Part(HOLDINGS, refusals, last_entry, erase, PLAIN)
