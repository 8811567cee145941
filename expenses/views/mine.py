"""What the notebook holds of its owner: said, handed out, and erased."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.adapter import TOO_MANY
from accounts.seeing import see_other
from expenses.forms import EraseForm
from expenses.own_data import as_json, counted, erase_all
from expenses.views.pages import ASK, LOOK, OwnerRequest, owner_of, owners_page


@owners_page(*LOOK)
def my_notebook(request: OwnerRequest) -> HttpResponse:
    """What is kept, who could read it, and how to take it along or erase it."""
    return render(request, "expenses/mine.html", {"counted": counted(owner_of(request))})


@owners_page(*LOOK)
def expenses_json(request: OwnerRequest) -> HttpResponseBase:
    named = {"Content-Disposition": 'attachment; filename="notebook.json"'}
    return StreamingHttpResponse(as_json(owner_of(request)), content_type="application/json", headers=named)


@owners_page(*ASK)
def erase_notebook(request: OwnerRequest) -> HttpResponse:
    owner = owner_of(request)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _knows_password(request, form):
        erase_all(owner)
        messages.success(request, _("Your notebook is empty. What was in it is erased."))
        return see_other("expenses")
    context = {"form": form, "counted": counted(owner)}
    return render(request, "expenses/erase.html", context, status=422 if form.errors else 200)


def _knows_password(request: OwnerRequest, form: EraseForm) -> bool:
    """Wrong ones are counted before one is hashed, in the count of whoever signs in again."""
    if not ratelimit.consume(request, app="allauth.account", action="reauthenticate", user=request.user):
        form.add_error("password", TOO_MANY)
    elif not request.user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password. Nothing was erased."))
    return not form.errors
