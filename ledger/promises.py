"""Whether a promise to pay was kept: told from the money that came, and never before its day has passed."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

WAITING, KEPT, BROKEN = "waiting", "kept", "broken"


@dataclass(frozen=True)
class Promised:
    """An amount given on one day, to come by another."""

    amount: Decimal
    made_on: datetime.date
    promised_on: datetime.date
    made_at: datetime.datetime


@dataclass(frozen=True)
class Receipt:
    """Money that came and was not taken back since."""

    received_on: datetime.date
    recorded_at: datetime.datetime
    amount: Decimal


@dataclass(frozen=True)
class Verdict:
    state: str
    settled_on: datetime.date | None = None


def counted(promised: Promised, receipts: Iterable[Receipt]) -> list[Receipt]:
    """The money that answers the promise, oldest first: received in its days, recorded after it was given."""
    found = [
        receipt
        for receipt in receipts
        if promised.made_on <= receipt.received_on <= promised.promised_on and receipt.recorded_at > promised.made_at
    ]
    return sorted(found, key=lambda receipt: receipt.received_on)


def judge(promised: Promised, receipts: Iterable[Receipt], today: datetime.date) -> Verdict:
    """A pure figure of the books: the same however often and however late it is asked.

    What is judged before the day has passed could be turned over by a cheque that bounces within it.
    """
    if today <= promised.promised_on:
        return Verdict(WAITING)
    came = Decimal(0)
    for receipt in counted(promised, receipts):
        came += receipt.amount
        if came >= promised.amount:
            return Verdict(KEPT, receipt.received_on)
    return Verdict(BROKEN, promised.promised_on + datetime.timedelta(1))
