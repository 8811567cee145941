"""Pages of programs: which are let in under one's name, a new token for one, and the end of either."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import programs
from accounts.decorators import wrong_door
from accounts.models import ApiSession, PersonalToken, User
from accounts.models.programs import KeyQuerySet
from accounts.seeing import see_other

MONTHS = ((30, "30 days"), (90, "90 days"), (365, "a year"))
KEPT = 50  # ended tokens on the page


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=60, label="Name", help_text="So that you know it again, such as: the bank’s nightly file."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope, words) for scope, words in programs.SCOPES.items()],
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than you may yourself.",
    )
    days = forms.TypedChoiceField(label="Good for", choices=MONTHS, coerce=int)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """What is let in now, and for the staff also the tokens of before."""
    user: User = request.user  # type: ignore[assignment]
    if request.method == "POST":
        return _end(request, user)
    tokens = PersonalToken.objects.of(user)
    context = {"sessions": _alive(user), "tokens": tokens[: programs.MOST_TOKENS + KEPT], "scopes": programs.SCOPES}
    return render(request, "accounts/programs.html", context)


def _alive(user: User) -> KeyQuerySet:
    return ApiSession.objects.of(user).alive()


def _end(request: HttpRequest, user: User) -> HttpResponse:
    """One's own alone; 404 for another's as for none."""
    if number := _whole(request.POST.get("token", "")):
        token = get_object_or_404(PersonalToken.objects.of(user), pk=number)
        programs.revoke_token(token)
        messages.success(request, f"“{token.name}” is revoked. Programs that use it are shut out from now on.")
    else:
        get_object_or_404(_alive(user), pk=_whole(request.POST.get("session", "")))
        _alive(user).filter(pk=_whole(request.POST.get("session", ""))).end()
        messages.success(request, _("The session is ended."))
    return see_other("programs")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


@never_cache
@login_required
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """For the staff, who show first that it is they. The token is shown once and never stands in an address."""
    if not request.user.is_staff:
        return wrong_door(request, "the lender’s staff")
    return _new_token(request)


@reauthentication_required
def _new_token(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told, user = form.cleaned_data, request.user
        try:
            token, secret = programs.make_token(user, told["name"], told["scopes"], told["days"])  # type: ignore[arg-type]
        except ValueError as fault:
            form.add_error(None, str(fault))
        else:
            return render(request, "accounts/token_made.html", {"token": token, "secret": secret})
    context = {"form": form, "heading": "A token for a program"}
    return render(request, "accounts/token_new.html", context, status=422 if form.is_bound else 200)
