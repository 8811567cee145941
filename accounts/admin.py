"""The admin of people: customers through acts, the lender's details, and the rest to look at."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import actions, roles
from accounts.admin_base import Kept, ReadOnly
from accounts.columns import amount, kept, written
from accounts.forms import CustomerForm
from accounts.logo_forms import WithLogo
from accounts.models import AuditEntry, Batch, Customer, Erasure, HouseEntry, Lender, Manager, Seal, User
from ledger.money import MoneyField


class CustomerAdmin(Kept):
    """Registered in config.admin, with the ways in and out by file."""

    form = CustomerForm
    list_display = ("id", "name", written("phone"), "email", amount("credit_limit"), "book")
    search_fields = ("id__exact", "name", "phone", "email")
    search_help_text = _("A number, or a part of the name, phone or e-mail address.")
    ordering = ("id",)

    @admin.display(description=_("book"))
    def book(self, customer: Customer) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:customer_book", args=[customer.pk]), _("Open the book")
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is erased stays so."""
        erased = obj is not None and Erasure.objects.of(obj).done().exists()
        return not erased and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("id", "age_given_on", "created_at") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*CustomerForm.Meta.fields, *self.get_readonly_fields(request, obj)[1:])

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        if change:
            actions.update_customer(obj, form.changed_data)
        else:
            actions.register_customer(obj)


@admin.register(Lender)
class LenderAdmin(Kept):
    form = WithLogo
    list_display = ("name", "currency", "time_zone", "registration_open")
    # Months are closed and reopened on their own page. What asks for a second person is the owner's to set, or one
    # manager could lift it, act alone, and set it again.
    SECOND_PERSON = (
        "reverse_alone",
        "refund_alone",
        "waive_alone",
        "charge_off_alone",
        "reopen_alone",
        "erase_alone",
        "retention_years",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        kept = ("currency", "closed_through")
        return kept if request.user.is_active and request.user.is_superuser else (*kept, *self.SECOND_PERSON)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name.endswith("_alone") and isinstance(db_field, MoneyField):
            kwargs["min_value"] = 0  # nothing is done alone
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "reminder_days":
            field.widget.attrs["dir"] = "ltr"  # -3,0,7 is read from the left in every language
        return field

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Lender, form: Any, change: bool) -> None:
        """Only what was typed: a month that is closed at the same moment stays closed."""
        actions.update_lender(obj, *form.told)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who the lender is before what it wants."""
        first = ("name", "address", "picture")
        return (*first, *(name for name in super().get_fields(request, obj) if name not in first))

    @admin.display(description="Logo")
    def picture(self, lender: Lender) -> str:
        """For who may only look."""
        return lender.logo and format_html('<a href="{}">{}</a>', reverse("logo", args=[lender.logo]), lender.logo)


@admin.register(Manager)
class ManagerAdmin(ReadOnly):
    list_display = ("id", written("name"), written("phone"), "email")
    search_fields = ("id__exact", "name", "email")
    ordering = ("id",)


class StaffForm(forms.ModelForm):
    role = forms.ChoiceField(
        choices=[("", _("none: sees nothing")), *((role, roles.NAMES[role]) for role in roles.ROLES)],
        required=False,
        label=_("Role"),
        help_text=_("What they may do. Who is a superuser may do everything, whatever the role."),
    )

    class Meta:
        model = User
        fields = ("is_active",)
        labels = {"is_active": _("may sign in")}
        help_texts = {"is_active": _("Without it their sessions end and their password is refused.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.initial["role"] = roles.role_of(self.instance)


@admin.register(User)
class UserAdmin(ReadOnly):
    form = StaffForm
    list_display = ("username", "full_name", "email", "is_active", "is_staff", "its_role", "two_steps", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username__exact", "customer__name", "manager__name", "email")
    readonly_fields = ("username", "customer", "manager", "email", "is_staff", "is_superuser", "last_login")
    ordering = ("username",)
    actions = ("deactivate", "reactivate", "reset_second_factor")

    @admin.display(description=_("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("role"))
    def its_role(self, user: User) -> str:
        return str(roles.NAMES.get(roles.role_of(user), ""))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        second = Authenticator.objects.filter(user=OuterRef("pk"))
        return super().get_queryset(request).prefetch_related("groups").annotate(two_steps=Exists(second))

    @admin.display(description=_("second factor"), boolean=True)
    def two_steps(self, user: Any) -> bool:
        return bool(user.two_steps)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        changeable = self.has_change_permission(request, obj)
        return (*self.readonly_fields, "is_active", "role" if changeable else "its_role")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "its_role")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The staff's, by an owner: nobody shuts himself out, and customers are shut out from the list."""
        others = obj is None or (obj.is_staff and obj.pk != request.user.pk)
        return self.has_owner_permission(request) and others

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        actions.set_role(obj, form.cleaned_data["role"])
        actions.set_active([obj], form.cleaned_data["is_active"])

    def has_owner_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    @admin.action(description=_("Shut out: end their sessions and refuse their password"), permissions=["owner"])
    def deactivate(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        count = actions.set_active(chosen.exclude(pk=str(request.user.pk)), False)  # nobody shuts himself out
        messages.success(request, ngettext("%(count)s shut out.", "%(count)s shut out.", count) % {"count": count})

    @admin.action(description=_("Let in again"), permissions=["owner"])
    def reactivate(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        count = actions.set_active(chosen, True)
        messages.success(
            request, ngettext("%(count)s let in again.", "%(count)s let in again.", count) % {"count": count}
        )

    @admin.action(description=_("Reset the second factor of who lost the phone"), permissions=["owner"])
    def reset_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Not one's own: that is done on one's own pages, which ask for the password again."""
        for user in chosen.exclude(pk=str(request.user.pk)):
            taken = actions.reset_second_factor(user)
            kept = ", ".join(taken) or "nothing"
            self.log_change(request, user, f"Second factor reset: {kept} taken away, sessions ended.")
            messages.success(request, _reset(user, taken))


def _factor(taken: str) -> str:
    """What the act stored of it, in the reader's language."""
    if taken.startswith("passkey "):
        return gettext("passkey %(name)s") % {"name": taken.removeprefix("passkey ")}
    return gettext(taken)


def _reset(user: User, taken: list[str]) -> str:
    told = {"user": user, "name": user.get_full_name(), "taken": ", ".join(map(_factor, taken))}
    if not taken:
        return gettext("Nothing to take from %(user)s (%(name)s). Their sessions are ended.") % told
    return gettext("Taken from %(user)s (%(name)s): %(taken)s. Their sessions are ended.") % told


class KindFilter(admin.SimpleListFilter):
    """What a file held, by the name that its rows have."""

    title, parameter_name = _("kind"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = Batch.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, gettext(kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Batch]) -> QuerySet[Batch]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    list_display = (
        written("name"),
        "rows_of",
        "state",
        written("file_name"),
        "rows",
        "added",
        "recorded_by",
        "recorded_at",
        "undone_at",
    )
    list_filter = (KindFilter, "state")
    exclude = ("kind",)
    readonly_fields = ("rows_of",)
    search_fields = ("name", "file_name")
    ordering = ("-recorded_at",)

    @admin.display(description=_("kind"), ordering="kind")
    def rows_of(self, batch: Batch) -> str:
        return gettext(batch.kind)


ENTRY = ("number", "at", "by", "door", kept("act"), kept("facts"))
CHAINED = (kept("before"), kept("hash"))


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """Without a link to the customer, who may have been taken out again with the file that brought him."""

    list_display = ("whose", *ENTRY)
    fields = ("whose", *ENTRY, *CHAINED)
    list_filter = ("door",)
    search_fields = ("customer_id__exact",)
    search_help_text = _("A customer’s number.")
    ordering = ("-id",)

    @admin.display(description=_("customer"))
    def whose(self, entry: AuditEntry) -> int:
        return entry.customer_id


@admin.register(HouseEntry)
class HouseEntryAdmin(ReadOnly):
    list_display = ENTRY
    fields = (*ENTRY, *CHAINED)
    list_filter = ("door",)
    ordering = ("-id",)


@admin.register(Seal)
class SealAdmin(ReadOnly):
    list_display = ("id", "day", "at", kept("digest"))
    fields = ("id", "day", "at", "house_number", *(kept(name) for name in ("house_hash", "before", "digest")))
    ordering = ("-id",)
