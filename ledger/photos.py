"""The photo of a notice as an answer: a file to keep, for its customer and the staff alone."""

from django.http import Http404, HttpResponse

from accounts import attachments
from accounts.models import Customer
from ledger.models import NoticePhoto


def served(customer: Customer, notice: int) -> HttpResponse:
    row = NoticePhoto.objects.filter(customer=customer, notice=notice).first()
    if row is None:
        raise Http404("This notice has no photo.")
    return attachments.served(bytes(row.content), row.kind, f"notice-{notice}")
