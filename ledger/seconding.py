"""The second person: an act above the lender's amount runs only inside the confirmation of its own request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

from accounts.models import Lender
from accounts.transactions import Refused
from ledger.models import Approval
from ledger.money import format_money

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


def need_second(act: str, customer: int, amount: Decimal, lender: Lender, **rows: int) -> None:
    """need_second_above the lender's amount for this act. rows: payment, due, loan."""
    need_second_above(limit_of(act, lender), act, customer, amount, **rows)


def need_second_above(limit: Decimal | None, act: str, customer: int, amount: Decimal, **told: Any) -> str:
    """Who confirms this now, or "" where one person may do it alone.

    Raises NeedsSecond above the limit, unless exactly this is what a second person confirms. `told` is what else the
    request says of it.
    """
    if limit is None or not is_above(amount, limit):
        return ""
    request = _confirmed.get()
    wanted = {"act": act, "customer_id": customer, "amount": amount, "payment": None, "due": None, "loan": None} | told
    if request is None or any(getattr(request, name) != value for name, value in wanted.items()):
        raise NeedsSecond(Act(act).label, limit)
    return request.decided_by


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
