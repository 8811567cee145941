"""Give what was approved: the loan with the dues of its schedule, in the transaction of the decision."""

from collections.abc import Collection

from accounts.models import Customer, Lender
from credit.models import CreditRequest, Decision
from credit.offers import offer_of
from ledger.actions import give_loan
from ledger.models import Disbursement


def give(request: CreditRequest, decision: Decision) -> Disbursement:
    """Under the policy that the decision was made by, from today. Expects the customer to be locked."""
    offer = offer_of(request, decision.policy, Lender.load().today())
    loan = Disbursement(
        customer_id=request.customer_id,
        amount=request.amount,
        paid_on=offer.given_on,
        reference=reference_of(request),
        note=f"credit request {request.pk}",
        recorded_by=decision.decided_by or request.asked_by,
    )
    return give_loan(loan, offer.dues())


def reference_of(request: CreditRequest) -> str:
    """What its loan and its dues are found by."""
    return f"credit-{request.pk}"


def loan_of(request: CreditRequest, customer: Customer) -> Disbursement | None:
    """The loan that was given on it, also one that was taken back."""
    mine = Disbursement.objects.of(customer).filter(reference=reference_of(request), reverses=None)
    return mine.order_by("-id").first()


def loans_of(requests: Collection[CreditRequest]) -> dict[int, int]:
    """The number of the loan that each gave, by the number of the request; of several customers, in one query."""
    named = {(row.customer_id, reference_of(row)): row.pk for row in requests}
    owners, references = {owner for owner, _ in named}, [reference for _, reference in named]
    given = Disbursement.objects.filter(customer__in=owners, reference__in=references, reverses=None).order_by("id")
    known = given.values_list("customer", "reference", "pk")
    return {named[owner, reference]: loan for owner, reference, loan in known if (owner, reference) in named}
