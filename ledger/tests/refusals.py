"""Every refusal of the acts, with its sentence and the allowed neighbour."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal as D

from accounts.models import Customer, Lender
from ledger.actions import add_due, change_due, record_payment, refund_credit, reverse_payment
from ledger.models import Due, Payment

JANUARY, FEBRUARY = datetime.date(2025, 1, 1), datetime.date(2025, 2, 1)
CLOSED_THROUGH = datetime.date(2024, 12, 31)
Act = Callable[["Books"], object]


@dataclass
class Books:
    """asha: January and March open, February filled; one payment reversed, one refunded, 30.00 held."""

    lender: Lender
    asha: Customer
    bo: Customer
    january: Due
    february: Due
    receipt: Payment
    reversed: Payment
    mirror: Payment
    refunded: Payment
    keyed: Payment

    def pay(self, amount: str = "1", **more: object) -> Payment:
        return record_payment(Payment(**{"customer": self.asha, "amount": D(amount), "policy": "forward"} | more))

    def refund(self, amount: str, **more: object) -> Payment:
        return refund_credit(Payment(customer=self.asha, amount=D(amount), **more))

    def owe(self, **more: object) -> Due:
        return add_due(Due(**{"customer": self.asha, "month": datetime.date(2025, 6, 1), "amount": D(5)} | more))

    def today(self, more: int = 0) -> datetime.date:
        return self.lender.today() + datetime.timedelta(more)


def nobody() -> Customer:
    return Customer(id=999, name="Nobody")


AMOUNT = "An amount lies between 0.01 and 100000000000, not {}."
FUTURE = "is in the future; a payment is dated today or earlier."
CLOSED = "The books are closed through Dec 31, 2024."

# name: (refused, its sentence or the part of it that does not move with the day, the allowed neighbour)
PATHS: dict[str, tuple[Act, str, Act]] = {
    "pay nothing": (lambda b: b.pay("0"), AMOUNT.format(0), lambda b: b.pay("0.01")),
    "pay less than nothing": (lambda b: b.pay("-1"), AMOUNT.format(-1), lambda b: b.pay("1")),
    "pay no number": (lambda b: b.pay("NaN"), AMOUNT.format("NaN"), lambda b: b.pay("1.00")),
    "pay without end": (lambda b: b.pay("Infinity"), AMOUNT.format("Infinity"), lambda b: b.pay("99")),
    "pay 1e400": (lambda b: b.pay("1e400"), AMOUNT.format("1E+400"), lambda b: b.pay("1e4")),
    "pay a cent above the largest": (
        lambda b: b.pay("100000000000.01"),
        AMOUNT.format("100000000000.01"),
        lambda b: b.pay("100000000000"),
    ),
    "pay part of a cent": (lambda b: b.pay("1.005"), "1.005 has more than 2 decimals.", lambda b: b.pay("1.050")),
    "pay for nobody": (
        lambda b: b.pay(customer=nobody()),
        "There is no customer 999.",
        lambda b: b.pay(customer=b.bo),
    ),
    "pay by an unknown policy": (
        lambda b: b.pay(policy="backwards"),
        "'backwards' is not a policy. Take one of forward, forward_then_back, oldest_first,"
        " overdue_then_last_first, overdue_then_even_spread.",
        lambda b: b.pay(policy="oldest_first"),
    ),
    "pay from the middle of a month": (
        lambda b: b.pay(starting=datetime.date(2025, 1, 2)),
        "The first month to fill is named by its first day, not 2025-01-02.",
        lambda b: b.pay(starting=JANUARY),
    ),
    "pay tomorrow": (lambda b: b.pay(received_on=b.today(1)), FUTURE, lambda b: b.pay(received_on=b.today())),
    "pay in a closed month": (
        lambda b: b.pay(received_on=CLOSED_THROUGH),
        CLOSED,
        lambda b: b.pay(received_on=JANUARY),
    ),
    "pay before there were books": (
        lambda b: b.pay(received_on=datetime.date(1969, 12, 31)),
        "1969-12-31 is before 1970.",
        lambda b: b.pay(received_on=FEBRUARY),
    ),
    "use a reference again": (
        lambda b: b.pay(reference="R-1"),
        "Reference 'R-1' already stands for payment",
        lambda b: b.pay(reference="R-2"),
    ),
    "refund more than is held": (
        lambda b: b.refund("-30.01"),
        "Only $30.00 is held as credit; $30.01 cannot be refunded.",
        lambda b: b.refund("-30"),
    ),
    "refund upside down": (lambda b: b.refund("30"), AMOUNT.format(-30), lambda b: b.refund("-30.00")),
    "refund tomorrow": (
        lambda b: b.refund("-1", received_on=b.today(1)),
        FUTURE,
        lambda b: b.refund("-1", received_on=b.today()),
    ),
    "refund in a closed month": (
        lambda b: b.refund("-1", received_on=CLOSED_THROUGH),
        CLOSED,
        lambda b: b.refund("-1", received_on=JANUARY),
    ),
    "reverse twice": (
        lambda b: reverse_payment(b.reversed),
        "is already reversed.",
        lambda b: reverse_payment(b.receipt),
    ),
    "reverse a reversal": (
        lambda b: reverse_payment(b.mirror),
        "is itself a reversal. Record a new payment instead.",
        lambda b: reverse_payment(b.keyed),
    ),
    "reverse what was refunded": (
        lambda b: reverse_payment(b.refunded),
        "was refunded since. Reverse the refund first.",
        lambda b: reverse_payment(Payment.objects.of(b.asha).get(kind="refund")),
    ),
    "reverse before it was paid": (
        lambda b: reverse_payment(b.receipt, on=datetime.date(2025, 2, 19)),
        "A reversal cannot be dated before its payment, Feb 20, 2025.",
        lambda b: reverse_payment(b.receipt, on=datetime.date(2025, 2, 20)),
    ),
    "reverse tomorrow": (
        lambda b: reverse_payment(b.receipt, on=b.today(1)),
        FUTURE,
        lambda b: reverse_payment(b.receipt, on=b.today()),
    ),
    "owe nothing": (lambda b: b.owe(amount=D(0)), AMOUNT.format(0), lambda b: b.owe(amount=D("0.01"))),
    "owe part of a cent": (
        lambda b: b.owe(amount=D("0.015")),
        "0.015 has more than 2 decimals.",
        lambda b: b.owe(amount=D("0.01")),
    ),
    "owe for the middle of a month": (
        lambda b: b.owe(month=datetime.date(2025, 6, 2)),
        "A due's month is the first day of a month from 1970 to 2200, not 2025-06-02.",
        lambda b: b.owe(),
    ),
    "owe for the year 2201": (
        lambda b: b.owe(month=datetime.date(2201, 1, 1)),
        "A due's month is the first day of a month from 1970 to 2200, not 2201-01-01.",
        lambda b: b.owe(month=datetime.date(2200, 12, 1)),
    ),
    "owe on a day before there were books": (
        lambda b: b.owe(due_on=datetime.date(1, 1, 1)),
        "A due falls due in a year from 1970 to 2200, not on 0001-01-01.",
        lambda b: b.owe(due_on=datetime.date(1970, 1, 1)),
    ),
    "move a due to the year 2201": (
        lambda b: change_due(b.january, due_on=datetime.date(2201, 1, 1)),
        "A due falls due in a year from 1970 to 2200, not on 2201-01-01.",
        lambda b: change_due(b.january, due_on=datetime.date(2200, 12, 31)),
    ),
    "owe a gift": (
        lambda b: b.owe(kind="gift"),
        "'gift' is not a kind of due. Take one of principal, interest, fee, penalty.",
        lambda b: b.owe(kind="fee"),
    ),
    "owe twice": (
        lambda b: b.owe(month=JANUARY),
        "principal for January 2025 is already raised. Change that due instead.",
        lambda b: b.owe(month=JANUARY, reference="second loan"),
    ),
    "owe for a closed month": (
        lambda b: b.owe(month=datetime.date(2024, 12, 1)),
        CLOSED,
        lambda b: b.owe(month=JANUARY, kind="fee"),
    ),
    "owe by nobody": (
        lambda b: b.owe(customer=nobody()),
        "There is no customer 999.",
        lambda b: b.owe(customer=b.bo),
    ),
    "lower a due to nothing": (
        lambda b: change_due(b.february, amount=D(0)),
        AMOUNT.format(0),
        lambda b: change_due(b.february, amount=D("0.01")),
    ),
    "lower a due below what is forgiven": (
        lambda b: change_due(b.january, amount=D("19.99")),
        "$20.00 of this due is forgiven already; it cannot be less.",
        lambda b: change_due(b.january, amount=D(20)),
    ),
}
