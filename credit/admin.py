"""Credit in the portal: so far the outcomes, to look at."""

from django.contrib import admin

from accounts.admin import ReadOnly
from credit.models import Outcome


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly):
    list_display = ("id", "customer", "as_of", "defaulted", "batch")
    list_select_related = ("customer", "batch")
    list_filter = ("defaulted",)
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)
