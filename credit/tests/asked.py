"""What tests of decisions build with: books of one customer, a request, a policy in force."""

import datetime
from decimal import Decimal
from typing import Any

from accounts.models import Customer, Lender
from credit.models import CreditPolicy, CreditRequest, Decision
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.months import add_months, month_of

D = Decimal


def this_month(later: int = 0) -> datetime.date:
    return add_months(month_of(Lender.load().today()), later)


def owing(customer: Customer, *paid: str, amount: str = "100.00", ago: int = 0) -> None:
    """A due for each of the last months (or of those so many months ago), oldest first, and of it what is named as
    paid on its day."""
    for place, part in enumerate(paid):
        month = this_month(place - len(paid) - ago)
        due = add_due(Due(customer=customer, month=month, due_on=month.replace(day=25), amount=D(amount)))
        if D(part):
            record_payment(Payment(customer=customer, amount=D(part), received_on=due.due_on, starting=month))


def request_of(customer: Customer, amount: str = "50.00", method: str = "percentage", **more: Any) -> CreditRequest:
    told = {"month": this_month(), "asked_by": "c101"} | more
    return CreditRequest(customer=customer, amount=D(amount), method=method, **told)


def policy(**rules: Any) -> CreditPolicy:
    """In force from today, whatever stood before."""
    row = CreditPolicy(starts_on=Lender.load().today(), made_by="m1", **rules)
    row.full_clean()
    row.save()
    return row


def latest(request: CreditRequest) -> Decision:
    return Decision.objects.filter(customer=request.customer_id, request=request)[0]
