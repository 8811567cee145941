"""What a payment would do, month by month, before anything is stored."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Lender
from ledger.actions import complete
from ledger.distribution import distribute
from ledger.models import Due, Payment, total
from ledger.settling import money_of, open_dues


@dataclass(frozen=True)
class MonthChange:
    """One month the money would touch: its figures before and after."""

    month: datetime.date
    amount: Decimal
    paid_before: Decimal
    part: Decimal
    balance_before: Decimal

    @property
    def paid_after(self) -> Decimal:
        return self.paid_before + self.part

    @property
    def balance_after(self) -> Decimal:
        return self.balance_before - self.part


@dataclass(frozen=True)
class Preview:
    """The months a payment would touch in order of month, what would be held, and what older would stay open."""

    months: list[MonthChange]
    held: Decimal
    open_before: list[tuple[datetime.date, Decimal]]


def preview_payment(payment: Payment) -> Preview:
    """Distribute an unsaved payment as record_payment would. Raises Refused as it would."""
    lender = Lender.load()
    complete(payment, lender)
    dues = open_dues([payment.customer_id])[payment.customer_id]
    month_by_due = {due.id: due.month for due in dues}
    money = money_of(payment, payment.amount)
    parts = distribute(money, dues, payment.policy, lender.component_order.split(","))
    by_month: defaultdict[datetime.date, Decimal] = defaultdict(Decimal)
    for number, part in parts.items():
        by_month[month_by_due[number]] += part
    chosen = payment.starting or min(by_month, default=None)
    still_open: defaultdict[datetime.date, Decimal] = defaultdict(Decimal)
    for due in dues:  # distribute has lowered their balances
        if chosen and due.month < chosen and due.balance:
            still_open[due.month] += due.balance
    held = payment.amount - sum(parts.values(), Decimal(0))
    return Preview(_changes(payment.customer_id, by_month), held, sorted(still_open.items()))


def _changes(customer: int, parts: dict[datetime.date, Decimal]) -> list[MonthChange]:
    months = (
        Due.objects.filter(customer=customer, month__in=parts)
        .values("month")
        .annotate(all=total("amount"), filled=total("paid"), let_off=total("forgiven"))
        .order_by("month")
    )
    return [
        MonthChange(
            row["month"], row["all"], row["filled"], parts[row["month"]], row["all"] - row["filled"] - row["let_off"]
        )
        for row in months
    ]
