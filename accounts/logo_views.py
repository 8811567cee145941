"""The lender's logo as every page shows it, to whoever opens one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.attachments import shown
from accounts.models import Logo


@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponse:
    row = Logo.objects.first() if name == request.lender.logo else None  # type: ignore[attr-defined]
    if row is None:
        raise Http404("There is no such logo.")
    return shown(bytes(row.content), row.kind)
