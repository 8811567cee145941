"""The photo of a notice as an answer: a file to keep, for its customer and the staff alone."""

from django.http import Http404, HttpResponse

from accounts.models import Customer
from ledger.models import NoticePhoto

ENDINGS = {NoticePhoto.Kind.JPEG: "jpg", NoticePhoto.Kind.PNG: "png"}


def served(customer: Customer, notice: int) -> HttpResponse:
    """Never shown as a page of ours: its bytes are a stranger's."""
    row = NoticePhoto.objects.filter(customer=customer, notice=notice).first()
    if row is None:
        raise Http404("This notice has no photo.")
    kind = NoticePhoto.Kind(row.kind)
    response = HttpResponse(bytes(row.content), content_type=kind.value)
    response["Content-Disposition"] = f'attachment; filename="notice-{notice}.{ENDINGS[kind]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
