"""What the book and the case page both say of a customer's case."""

from typing import Any

from accounts.models import Customer
from ledger import collecting
from ledger.models import Case, Payment, Promise
from ledger.money import ZERO


def case_summary(customer: Customer) -> dict[str, Any]:
    """The open case, if there is one, its latest promise, and what came of a promise that waits."""
    case = Case.objects.of(customer).unresolved().select_related("clerk__manager").first()
    promise = Promise.objects.filter(customer=customer, case=case).order_by("-id").first() if case else None
    waits = promise and promise.state == Promise.State.WAITING
    return {"case": case, "promise": promise, "came": collecting.came(promise) if promise and waits else ZERO}


def last_payment(customer: Customer) -> Payment | None:
    received = Payment.objects.of(customer).filter(kind=Payment.Kind.RECEIPT, reversed=False)
    return received.order_by("-received_on", "-id").first()
