"""The rule of promises: kept by money of the right days, told after the day has passed, the same whenever asked."""

import datetime
from decimal import Decimal as D

import pytest

from ledger.promises import BROKEN, KEPT, WAITING, Promised, Receipt, Verdict, judge


def day(number: int) -> datetime.date:
    return datetime.date(2025, 3, number)


def at(number: int, hour: int = 12) -> datetime.datetime:
    return datetime.datetime(2025, 3, number, hour, tzinfo=datetime.UTC)


PROMISED = Promised(D(100), made_on=day(3), promised_on=day(10), made_at=at(3))


def receipt(received: int, amount: str, recorded: datetime.datetime | None = None) -> Receipt:
    return Receipt(day(received), recorded or at(received, 15), D(amount))


@pytest.mark.parametrize("today", [3, 9, 10])
def test_nothing_is_said_before_the_day_has_passed(today: int) -> None:
    assert judge(PROMISED, [receipt(5, "100")], day(today)) == Verdict(WAITING)


@pytest.mark.parametrize(
    ("receipts", "verdict"),
    [
        ([], Verdict(BROKEN, day(11))),
        ([receipt(5, "99.99")], Verdict(BROKEN, day(11))),
        ([receipt(5, "100")], Verdict(KEPT, day(5))),
        ([receipt(3, "100")], Verdict(KEPT, day(3))),
        ([receipt(10, "100")], Verdict(KEPT, day(10))),
        ([receipt(9, "60"), receipt(4, "40")], Verdict(KEPT, day(9))),
        ([receipt(2, "100", at(3, 15))], Verdict(BROKEN, day(11))),
        ([receipt(11, "100")], Verdict(BROKEN, day(11))),
        ([receipt(3, "100", at(3, 9))], Verdict(BROKEN, day(11))),
        ([receipt(9, "100", at(20))], Verdict(KEPT, day(9))),
    ],
    ids=[
        "nothing came",
        "a cent too little",
        "all of it",
        "on the day it was given",
        "on the last day",
        "in parts, whatever their order",
        "received before it was given",
        "a day late",
        "recorded before it was given",
        "received in time, recorded later",
    ],
)
@pytest.mark.parametrize("today", [11, 14, 31])
def test_the_money_that_came_decides(receipts: list[Receipt], verdict: Verdict, today: int) -> None:
    assert judge(PROMISED, receipts, day(today)) == verdict
