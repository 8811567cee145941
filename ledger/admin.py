"""The ledger in the portal: everything can be looked at, and what can be done is done by the acts."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.admin_base import Kept, ReadOnly
from accounts.columns import amount, written
from accounts.models import LARGEST_NUMBER, Customer, Lender
from accounts.transactions import Refused
from ledger import actions
from ledger.forms import new_key
from ledger.models import Allocation, Due, Payment
from ledger.preview import preview_payment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AMOUNT, APPLIED, PAID, FORGIVEN = (amount(name) for name in ("amount", "applied", "paid", "forgiven"))


class CustomerField(forms.IntegerField):
    """A customer named by number."""

    def __init__(self) -> None:
        super().__init__(label=_("Customer number"), min_value=1, max_value=LARGEST_NUMBER)

    def clean(self, value: Any) -> Customer:
        number = super().clean(value)
        customer = Customer.objects.filter(pk=number).first()
        if customer is None:
            raise ValidationError(_("There is no customer %(number)s.") % {"number": number})
        return customer


class PaymentAdminForm(forms.ModelForm):
    customer = CustomerField()
    once = forms.CharField(label="", max_length=100, widget=forms.HiddenInput, initial=new_key)

    class Meta:
        model = Payment
        fields = ("customer", "amount", "received_on", "starting", "policy", "channel", "reference", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("received_on", "policy"):
            self.fields[name].required = False
        self.fields["received_on"].help_text = _("Leave it empty for today.")
        self.fields["policy"].help_text = _("Leave it empty for the lender’s own.")
        self.fields["starting"].help_text = _("The first day of a month; leave it empty to fill the oldest first.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            preview_payment(Payment(**{name: cleaned[name] for name in PaymentAdminForm.Meta.fields}))
        return cleaned


class DueAdminForm(forms.ModelForm):
    customer = CustomerField()

    class Meta:
        model = Due
        fields = ("customer", "month", "due_on", "kind", "reference", "amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = False
        self.fields["due_on"].help_text = _("Leave it empty for the last day of the month.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            actions.complete_due(Due(**{name: cleaned[name] for name in DueAdminForm.Meta.fields}), Lender.load())
        return cleaned


class CorrectDueForm(forms.ModelForm):
    class Meta:
        model = Due
        fields = ("amount", "due_on")


class Refusing(forms.ModelForm):
    """Says above the fields what the act refused, and keeps what was typed."""

    refusal: ClassVar[Refused]

    def clean(self) -> dict[str, Any]:
        raise self.refusal


class ByAct(Kept):
    """Stores through an act. What the act refuses after the form was accepted is said above the same form."""

    list_select_related = ("customer",)
    search_fields = ("customer__id__exact", "customer__name", "reference")
    search_help_text = _("A customer’s number or name, or a reference.")
    add_form: type[forms.ModelForm]
    change_form: type[forms.ModelForm] = forms.ModelForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = self.change_form if obj else self.add_form
        if refusal := getattr(request, "refusal", None):
            form = type(form.__name__, (Refusing, form), {"Meta": form.Meta, "refusal": refusal})  # type: ignore[attr-defined]
        return super().get_form(request, obj, change=change, form=form, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # for the same form once more, with what was typed
            return super().changeform_view(request, *args, **kwargs)


class Narrowed(admin.SimpleListFilter):
    """One choice beside all, which a QuerySet method answers."""

    choice: "StrOrPromise"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, "StrOrPromise"]]:
        return [("1", self.choice)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return getattr(queryset, self.parameter_name or "")() if self.value() == "1" else queryset


class Waiting(Narrowed):
    title, parameter_name, choice = pgettext_lazy("held", "credit"), "unapplied", _("holds credit that waits")


class Open(Narrowed):
    title, parameter_name, choice = _("balance"), "unpaid", pgettext_lazy("dues", "open")


@admin.register(Payment)
class PaymentAdmin(ByAct):
    add_form = PaymentAdminForm
    list_display = (
        "id",
        "customer",
        "kind",
        AMOUNT,
        amount("held", _("held"), stored=False),
        "received_on",
        "channel",
        written("reference"),
        "reversed",
    )
    list_filter = (Waiting, "kind", "reversed", "received_on")
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return (AMOUNT, APPLIED) if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        if obj is None:
            return (*PaymentAdminForm.Meta.fields, "once")
        return (
            "customer", AMOUNT, APPLIED, "kind", "received_on", "starting", "policy", "channel", "reference",
            "note", "recorded_by", "recorded_at", "reverses", "reversed", "batch",
        )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Payment, form: Any, change: bool) -> None:
        obj.customer, obj.key = form.cleaned_data["customer"], form.cleaned_data["once"]
        obj.recorded_by = request.user.get_username()
        obj.pk = actions.record_payment(obj).pk


@admin.register(Due)
class DueAdmin(ByAct):
    add_form, change_form = DueAdminForm, CorrectDueForm
    list_display = (
        "id",
        "customer",
        "month",
        "due_on",
        "kind",
        written("reference"),
        AMOUNT,
        PAID,
        FORGIVEN,
        amount("balance", _("balance"), stored=False),
    )
    list_filter = (Open, "kind", "due_on")
    ordering = ("-id",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return ("customer", "month", "kind", "reference", PAID, FORGIVEN, "batch") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return (
            (*self.get_readonly_fields(request, obj), *CorrectDueForm.Meta.fields) if obj else DueAdminForm.Meta.fields
        )

    def save_model(self, request: HttpRequest, obj: Due, form: Any, change: bool) -> None:
        if change:
            actions.change_due(obj, amount=obj.amount, due_on=obj.due_on)
            return
        obj.customer = form.cleaned_data["customer"]
        actions.add_due(obj)


@admin.register(Allocation)
class AllocationAdmin(ReadOnly):
    list_display = ("id", "customer", "payment", "due", "counterpart", AMOUNT, "recorded_at")
    list_select_related = ("customer", "payment", "due", "counterpart")
    search_fields = ("customer__id__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        return super().get_queryset(request).order_by("-id")
