"""What all lists of the portal's admin have in common: nothing is deleted, and its history is the audit trail."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.text import capfirst

from accounts.models import Customer


class Kept(admin.ModelAdmin):
    """Nothing that the books may name is ever deleted."""

    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list is called what it lists: Django would say "Select due to change" to who only looks."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's own log knows nothing of the acts; the audit trail does, a customer's or the house's."""
        row: Any = self.get_object(request, unquote(object_id))
        if row is None:
            return redirect("admin:trail")
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        customer = row.pk if isinstance(row, Customer) else getattr(row, "customer_id", None)
        return redirect("admin:customer_trail", customer) if customer else redirect("admin:trail")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(Kept):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
