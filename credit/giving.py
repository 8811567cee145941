"""Give what was approved: the dues it is repaid by, raised in the transaction of the decision."""

from credit.models import CreditRequest, Decision
from ledger.actions import add_due
from ledger.models import Due


def give(request: CreditRequest, decision: Decision) -> list[Due]:
    """One instalment in the month that was asked for. Expects the customer to be locked."""
    due = Due(
        customer_id=request.customer_id, month=request.month, amount=request.amount, reference=f"credit-{request.pk}"
    )
    return [add_due(due)]
