"""Which language to read: picked before the sign-in, and kept with it on the profile."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts import actions
from accounts.languages import forget_picked, picked, read_in
from accounts.models import User
from accounts.seeing import see_other


class LanguageSelect(forms.Select):
    """Each language is named in itself, and says so to who hears it."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["lang"] = str(value)
        return option


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the lender’s")), *settings.LANGUAGES],
        widget=LanguageSelect,
        help_text=_("Of these pages, and of the mails and papers that you get."),
    )


@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """For who has not signed in; the browser keeps it. Leads back to the page of ours that it was picked on."""
    answer: HttpResponse = set_language(request)
    answer.status_code = 303
    return answer


@require_POST
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """The form stands on the profile. What the browser kept from the picker is over: it would hold before the lender's
    language."""
    form, answer = LanguageForm(request.POST), see_other("profile")
    if form.is_valid():
        user = cast(User, request.user)
        actions.choose_language(user, form.cleaned_data["language"])
        user.language = form.cleaned_data["language"]
        forget_picked(request, answer)
        with translation.override(read_in(request)):
            messages.success(request, gettext("Your language is kept."))
    return answer


def keep_picked(request: HttpRequest, user: User) -> None:
    """What was picked at the door stays with the customer who came in through it for the first time."""
    if user.customer_id and not user.language and (language := picked(request)):
        actions.choose_language(user, language)
