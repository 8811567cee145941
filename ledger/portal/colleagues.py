"""A colleague comes to the staff: the owner names them and their role, and gets the link to hand over."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import actions, tokens
from accounts.management.links import link
from ledger.portal.colleague_forms import ColleagueForm
from ledger.portal.pages import ASK


@never_cache
@require_http_methods(ASK)
def colleague(request: HttpRequest) -> HttpResponse:
    """Superusers only, for it gives rights. Asked for again before the link was used, it is the same colleague."""
    if not request.user.is_superuser:
        raise PermissionDenied
    form = ColleagueForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "ledger/portal/colleague.html", {"form": form}, status=status)
    user = actions.invite_colleague(form.instance, form.cleaned_data["role"])
    made = link(user, f"{request.scheme}://{request.get_host()}")
    return render(request, "ledger/portal/colleague.html", {"made": made, "invited": user, "days": tokens.DAYS})
