"""The second person: an act above the lender's amount runs only inside the confirmation of its own request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from accounts.models import Lender
from ledger.models import Approval
from ledger.money import format_money
from ledger.transactions import Refused

Act = Approval.Act
_confirmed: ContextVar[Approval | None] = ContextVar("the request that is being confirmed", default=None)


class NeedsSecond(Refused):
    """One person may not do this alone; it can be asked for (ledger.approving)."""

    def __init__(self, doing: str, limit: Decimal, where: str = "in the customer's book") -> None:
        super().__init__(
            f"One person may {doing} up to {format_money(limit)} alone; above it a second one confirms. "
            f"Ask for it {where}.",
            code="needs_second",
        )


def need_second(
    act: str,
    customer: int,
    amount: Decimal,
    lender: Lender,
    *,
    payment: int | None = None,
    due: int | None = None,
    loan: int | None = None,
) -> None:
    """Raise NeedsSecond above the lender's amount, unless exactly this is what a second person confirms now."""
    limit = limit_of(act, lender)
    if limit is None or not is_above(amount, limit):
        return
    told = _confirmed.get()
    wanted = (act, customer, amount, payment, due, loan)
    if told is None or (told.act, told.customer_id, told.amount, told.payment, told.due, told.loan) != wanted:
        raise NeedsSecond(Act(act).label, limit)


def is_above(amount: Decimal, limit: Decimal | None) -> bool:
    """Exactly the limit still passes."""
    return limit is not None and amount > limit


def limit_of(act: str, lender: Lender) -> Decimal | None:
    """The most that one person may do alone; None where any amount goes."""
    limits = {
        Act.REVERSE: lender.reverse_alone,
        Act.REFUND: lender.refund_alone,
        Act.WAIVE: lender.waive_alone,
        Act.CHARGE_OFF: lender.charge_off_alone,
        Act.LOWER: lender.waive_alone,
        Act.TAKE_BACK: lender.reverse_alone,
    }
    return limits[Act(act)]


@contextmanager
def confirming(approval: Approval) -> Iterator[None]:
    """While this lasts, the act that the confirmed request names may run."""
    if approval.state != Approval.State.CONFIRMED or approval.decided_by in ("", approval.asked_by):
        raise RuntimeError("only a request that another person confirmed lets an act pass")
    token = _confirmed.set(approval)
    try:
        yield
    finally:
        _confirmed.reset(token)
