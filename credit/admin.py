"""Credit in the portal: requests, decisions, policies, outcomes and trained models, to look at."""

from django.contrib import admin

from accounts.admin import ReadOnly
from credit.models import CreditPolicy, CreditRequest, Decision, Outcome, ScoringModel


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


@admin.register(CreditPolicy)
class CreditPolicyAdmin(ReadOnly):
    list_display = ("id", "starts_on", "methods", "threshold", "model_threshold", "made_by", "made_at")


@admin.register(CreditRequest)
class CreditRequestAdmin(ReadOnly):
    list_display = ("id", "customer", "month", "amount", "method", "state", "asked_by", "asked_at")
    list_select_related = ("customer",)
    list_filter = ("state", "method")
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)


@admin.register(Decision)
class DecisionAdmin(ReadOnly):
    list_display = ("id", "customer", "request", "method", "verdict", "score", "decided_by", "decided_at")
    list_select_related = ("customer", "request")
    list_filter = ("verdict", "method")
    search_fields = ("customer__id__exact", "customer__name")
    ordering = ("-id",)
