"""Credit in the portal: the outcomes and the trained models, to look at."""

from django.contrib import admin

from accounts.admin import ReadOnly
from credit.models import Outcome, ScoringModel


@admin.register(Outcome)
class OutcomeAdmin(ReadOnly):
    list_display = ("id", "customer", "as_of", "defaulted", "batch")
    list_select_related = ("customer", "batch")
    list_filter = ("defaulted",)
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)


@admin.register(ScoringModel)
class ScoringModelAdmin(ReadOnly):
    list_display = ("id", "kind", "active", "rows", "bad", "outcomes", "last_as_of", "trained_by", "trained_at")
    ordering = ("-id",)
