"""The second person: an act above the lender's amount runs only inside the confirmation of its own request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Lender
from accounts.transactions import Refused
from ledger.models import Approval
from ledger.money import format_money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Act = Approval.Act
ALONE = {
    Act.REVERSE: _("One person may reverse up to %(limit)s alone; above it a second one confirms."),
    Act.REFUND: _("One person may refund up to %(limit)s alone; above it a second one confirms."),
    Act.WAIVE: _("One person may waive up to %(limit)s alone; above it a second one confirms."),
    Act.CHARGE_OFF: _("One person may charge off up to %(limit)s alone; above it a second one confirms."),
    Act.LOWER: _("One person may lower a due up to %(limit)s alone; above it a second one confirms."),
    Act.TAKE_BACK: _("One person may take back a loan up to %(limit)s alone; above it a second one confirms."),
    Act.OVERRIDE: _(
        "One person may approve credit against the rule up to %(limit)s alone; above it a second one confirms."
    ),
}
IN_THE_BOOK = _("Ask for it in the customer's book.")
ON_THE_BATCH = _("Ask for it on the batch's page.")
_confirmed: ContextVar[Approval | None] = ContextVar("the request that is being confirmed", default=None)


class NeedsSecond(Refused):
    """One person may not do this alone; it can be asked for (ledger.approving)."""

    def __init__(self, act: str, limit: Decimal, where: "StrOrPromise" = IN_THE_BOOK) -> None:
        super().__init__(f"{ALONE[Act(act)] % {'limit': format_money(limit)}} {where}", code="needs_second")


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
        raise NeedsSecond(act, limit)
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
