"""The lender's rules of lending: what is in force, what was and will be, and a new row from a day on."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.seeing import see_other
from credit import actions
from credit.models import CreditPolicy
from ledger.money import MoneyField, format_money
from ledger.portal.forms import DayField
from ledger.portal.pages import ASK, StaffRequest
from ledger.templatetags.money import number

RULES = (
    "starts_on", "methods", "threshold", "basis", "least_dues", "model_threshold", "without_model",
    "largest_amount", "largest_multiple", "override_alone",
    "longest_term", "interest", "annual_rate", "due_day", "round_to",
)  # fmt: skip
LABELS = {"largest_amount": _("Most for one request"), "override_alone": _("One manager may approve")}
MOST = 50


class PolicyForm(forms.ModelForm):
    """All the rules of a row; it builds one and never saves."""

    starts_on = DayField(label=_("In force from"))

    class Meta:
        model = CreditPolicy
        fields = RULES
        labels = LABELS


@require_GET
@permission_required("credit.view_creditpolicy", raise_exception=True)
def policies(request: HttpRequest) -> HttpResponse:
    """The newest first; the one in force is marked."""
    today = cast(StaffRequest, request).lender.today()
    now = CreditPolicy.on(today)
    rows = list(CreditPolicy.objects.all()[:MOST])
    return render(request, "credit/portal/policies.html", {"now": now, "rules": rules_of(now), "rows": rows})


@require_http_methods(ASK)
@permission_required("credit.add_creditpolicy", raise_exception=True)
def new_policy(request: HttpRequest) -> HttpResponse:
    """A new row that begins as the one in force."""
    today = cast(StaffRequest, request).lender.today()
    now = CreditPolicy.on(today)
    form = PolicyForm(request.POST or None, initial=_initial(now) | {"starts_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            policy = actions.set_policy(form.instance, request.user.get_username())
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            said = gettext("The new rules count from %(day)s on.") % {"day": policy.starts_on}
            messages.success(request, said)
            return see_other("admin:credit_policy")
    return render(request, "credit/portal/policy_new.html", {"form": form}, status=422 if form.is_bound else 200)


def rules_of(policy: CreditPolicy) -> list[tuple[str, Any]]:
    """Each rule as its label and its words; amounts stay amounts."""
    told = []
    for name in RULES[1:]:
        field = CreditPolicy._meta.get_field(name)
        display = getattr(policy, f"get_{name}_display", None)
        value = display() if display else getattr(policy, name)
        label = str(LABELS.get(name, getattr(field, "verbose_name", name)))
        if isinstance(field, MoneyField) and value is not None:
            value = format_money(value)
        shown = number(value) if isinstance(value, Decimal | int) else value
        told.append((label[:1].upper() + label[1:], shown))
    return told


def _initial(policy: CreditPolicy) -> dict[str, Any]:
    return {name: _plain(getattr(policy, name)) for name in RULES}


def _plain(value: Any) -> Any:
    """80.00 as 80."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
